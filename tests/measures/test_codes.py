"""Texts as codes: sorted by code point, each value found again."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.measures.codes import decode_texts, encode_texts

TEXTS = ["b", "a", "Z", "é", "b", "e\u0301", "\U0001f600", "\uffee", "", "a"]


@pytest.mark.parametrize("make", [pd.Series, lambda texts: pd.Series(texts).astype("category")], ids=["texts", "codes"])
def test_codes_stand_for_the_texts_in_the_order_of_code_points(make: type) -> None:
    codes, texts = encode_texts(make(TEXTS))
    assert texts.tolist() == sorted(set(TEXTS))
    assert texts[codes].tolist() == TEXTS
    assert codes.dtype == np.int64


def test_unused_categories_change_no_order() -> None:
    codes, texts = encode_texts(pd.Series(pd.Categorical(["c", "a"], categories=["c", "b", "a"])))
    assert texts[codes].tolist() == ["c", "a"]
    assert codes.tolist() == [2, 0]


def test_decoded_texts_are_plain_objects_in_their_rows() -> None:
    values = pd.Series(["b", "a", "b"], index=[7, 3, 5])
    pd.testing.assert_series_equal(decode_texts(values.astype("category")), values)


def test_no_rows_have_no_codes() -> None:
    codes, texts = encode_texts(pd.Series([], dtype="object"))
    assert len(codes) == len(texts) == 0
