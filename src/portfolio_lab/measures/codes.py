"""Texts as codes: a text that many rows share is compared and sorted once, not in each row."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def encode_texts(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return a code for each value and the distinct texts in the order of code points: ``texts[codes]`` is ``values``.

    ``values``: texts or a categorical of texts, none missing. Codes are int64, texts an object array.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        seen, codes = pa.array(values.cat.categories, type=pa.string()), values.cat.codes.to_numpy()
    else:
        coded = pa.array(values, type=pa.string(), from_pandas=True).dictionary_encode()
        seen, codes = coded.dictionary, coded.indices.to_numpy()
    # Arrow compares the bytes of UTF-8, whose order is that of the code points
    order = pc.sort_indices(seen)
    rank = np.empty(len(seen), dtype="int64")
    rank[order.to_numpy()] = np.arange(len(seen))
    return rank[codes], seen.take(order).to_pandas().to_numpy(dtype="object")


def decode_texts(values: pd.Series) -> pd.Series:
    """Return a categorical of texts, none missing, as plain texts; rows as they were."""
    texts = np.asarray(values.cat.categories, dtype="object")
    return pd.Series(texts[values.cat.codes.to_numpy()], index=values.index, dtype="object")
