"""Contracts of the measures: what every report may rely on, whatever engine made the table. No engine is imported here.

Dates are ``datetime64[ns]`` at midnight, counts are integers, money and days are floats, an unknown text is ``None``.
Rows come in the order of the key (identifiers by code point, so that no engine's collation shows).
"""

from typing import Optional

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandas.api.types import infer_dtype
from pandera.errors import SchemaError
from pandera.typing import Series

from portfolio_lab.measures.codes import decode_texts, encode_texts


def _known_or_empty() -> object:
    return pa.Field(nullable=True)


class Measure(pa.DataFrameModel):
    """Base of the contracts of the measures: exact types, further columns only where a class says so."""

    class Config:
        strict = True


class Snapshots(Measure):
    """One row per customer known or served up to as_of (customers table and orders); money in currency units.

    "In the window" means the last ``window_months`` months up to as_of. A purchase is a day with at least one order of
    positive amount; ``first_order_date`` and ``last_order_date`` count any line, returns too. ``tenure_days`` and
    ``days_since_last_order`` run from the first and the last purchase to as_of and are empty without a purchase.
    Further columns are attributes of the customer (text), with the value in force at as_of where changes are dated.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    is_known: Series[bool] = pa.Field(description="the customers table has the customer")
    name: Series[str] = _known_or_empty()
    created_date: Series[pd.Timestamp] = _known_or_empty()
    first_order_date: Series[pd.Timestamp] = _known_or_empty()
    last_order_date: Series[pd.Timestamp] = _known_or_empty()
    first_purchase_date: Series[pd.Timestamp] = _known_or_empty()
    last_purchase_date: Series[pd.Timestamp] = _known_or_empty()
    n_purchase_days: Series[np.int64] = pa.Field(ge=0)
    tenure_days: Series[float] = pa.Field(ge=0, nullable=True)
    days_since_last_order: Series[float] = pa.Field(ge=0, nullable=True)
    n_gaps: Series[np.int64] = pa.Field(ge=0, description="gaps between consecutive purchase days")
    mean_gap_days: Series[float] = pa.Field(gt=0, nullable=True)
    median_gap_days: Series[float] = pa.Field(gt=0, nullable=True)
    n_orders: Series[np.int64] = pa.Field(ge=0, description="in the window, returns too")
    n_order_lines: Series[np.int64] = pa.Field(ge=0, description="in the window")
    amount: Series[float] = pa.Field(description="in the window, to the cent")
    margin_amount: Series[float] = pa.Field(
        nullable=True, description="in the window, to the cent; empty where a line's margin is not known"
    )
    amount_total: Series[float] = pa.Field(description="all history, to the cent")
    salesperson_id: Series[str] = pa.Field(nullable=True, description="in charge at as_of, else of the last order")
    region: Series[str] = _known_or_empty()
    segment: Series[str] = _known_or_empty()
    last_contact_date: Series[pd.Timestamp] = _known_or_empty()
    n_contacts: Series[np.int64] = pa.Field(ge=0, description="in the window")
    closed_date: Series[pd.Timestamp] = _known_or_empty()
    is_locked: Series[bool] = pa.Field(description="not known counts as no")
    has_open_deal: Series[bool] = pa.Field(description="not known counts as no")
    closed_reason: Optional[Series[str]] = _known_or_empty()
    city: Optional[Series[str]] = _known_or_empty()
    latitude: Optional[Series[float]] = _known_or_empty()
    longitude: Optional[Series[float]] = _known_or_empty()
    potential_amount: Optional[Series[float]] = _known_or_empty()
    lead_source: Optional[Series[str]] = _known_or_empty()
    referred_by: Optional[Series[str]] = _known_or_empty()
    acquisition_cost_amount: Optional[Series[float]] = _known_or_empty()

    class Config:
        strict = False
        metadata = {"key": ("customer_id",)}


class OrderDays(Measure):
    """One row per customer and day with an order line up to as_of; money in currency units, not rounded.

    ``is_purchase_day``: at least one order of the day has a positive amount. Lines of one order that fall on different
    days are judged day by day, so that a later return does not undo a purchase that was already known.
    """

    customer_id: Series[str]
    order_date: Series[pd.Timestamp]
    amount: Series[float]
    margin_amount: Series[float] = pa.Field(nullable=True, description="empty where a line's margin is not known")
    n_orders: Series[np.int64] = pa.Field(ge=1)
    n_lines: Series[np.int64] = pa.Field(ge=1)
    is_purchase_day: Series[bool]

    class Config:
        unique = ["customer_id", "order_date"]
        metadata = {"key": ("customer_id", "order_date")}


class CustomerMonths(Measure):
    """One row per customer and calendar month (its first day), from the first order line to as_of, none missing.

    Money in currency units, not rounded; a month without lines has zeros. The last month ends at as_of, not before.
    """

    customer_id: Series[str]
    month: Series[pd.Timestamp]
    amount: Series[float]
    margin_amount: Series[float] = pa.Field(nullable=True, description="empty where a line's margin is not known")
    n_purchase_days: Series[np.int64] = pa.Field(ge=0)

    class Config:
        unique = ["customer_id", "month"]
        metadata = {"key": ("customer_id", "month")}


class CustomerPeriods(Measure):
    """One row per customer with an order line, or a delivery promised, in the days from a start to as_of.

    Money in currency units, not rounded. A delivery is what one order promised for one day; it is on time when all of
    it had arrived by that day.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    amount: Series[float]
    margin_amount: Series[float] = pa.Field(nullable=True, description="empty where a line's margin is not known")
    n_orders: Series[np.int64] = pa.Field(ge=0, description="returns too")
    n_purchase_days: Series[np.int64] = pa.Field(ge=0)
    largest_order_amount: Series[float] = pa.Field(nullable=True)
    n_families: Series[float] = pa.Field(ge=0, nullable=True, description="bought; empty without product families")
    n_due_deliveries: Series[np.int64] = pa.Field(ge=0, description="promised for a day from the start to as_of")
    n_on_time_deliveries: Series[np.int64] = pa.Field(ge=0)

    class Config:
        metadata = {"key": ("customer_id",)}


class PriceEffects(Measure):
    """One row per customer with an order line in the days from a start to as_of or in an earlier base period.

    ``price_amount``: what the products bought in both cost more than at the prices of the base; empty where none was.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    amount: Series[float]
    base_amount: Series[float]
    compared_amount: Series[float] = pa.Field(description="of the products bought in both")
    price_amount: Series[float] = pa.Field(nullable=True)

    class Config:
        metadata = {"key": ("customer_id",)}


class CustomerProducts(Measure):
    """One row per customer and product bought in the days from a start to as_of: on how many days."""

    customer_id: Series[str]
    product_id: Series[str]
    n_purchase_days: Series[np.int64] = pa.Field(ge=1)

    class Config:
        unique = ["customer_id", "product_id"]
        metadata = {"key": ("customer_id", "product_id")}


def conform(frame: pd.DataFrame, *, contract: type[Measure]) -> pd.DataFrame:
    """Return the frame with the contract's types, columns and row order; attributes follow, by name.

    Same grain as ``frame``. A missing column is empty, a missing count is 0 and a missing flag is no.
    Raises pandera's ``SchemaError`` where the contract does not hold.
    """
    schema = contract.to_schema()
    declared = schema.columns
    present = [name for name, column in declared.items() if column.required or name in frame]
    typed = {name: _typed(frame.get(name), str(declared[name].dtype), frame.index) for name in present}
    more = sorted(set(frame.columns) - set(declared)) if not schema.strict else []
    typed |= {name: _typed(frame[name], "str", frame.index) for name in more}
    return _validate(pd.DataFrame(typed, copy=False), schema=schema, key=list(contract.Config.metadata["key"]))


def _validate(frame: pd.DataFrame, *, schema: pa.DataFrameSchema, key: list[str]) -> pd.DataFrame:
    """Sort and check. Texts and keys are checked here, column by column: pandera would look at each value in turn."""
    kinds = {name: _kind(frame[name]) for name in frame.columns if _holds_texts(frame[name])}
    wrong = [name for name, kind in kinds.items() if kind != "string" and not _is_text_or_empty(frame[name])]
    empty = [name for name in key if kinds.get(name) != "string" and frame[name].isna().any()]
    if wrong or empty:
        problem = f"columns {wrong} hold more than text" if wrong else f"key columns {empty} have empty values"
        raise SchemaError(schema, frame, f"{schema.name}: {problem}")
    ordered, is_repeated = _sort_by_key(frame, key)
    if is_repeated:
        raise SchemaError(schema, frame, f"{schema.name}: rows with the same {key}")
    for name in ordered.columns[ordered.dtypes == "category"]:
        ordered[name] = decode_texts(ordered[name])
    cheap = schema.update_columns(
        {
            name: {"dtype": None, "unique": False, "nullable": kind == "string" or schema.columns[name].nullable}
            for name, kind in kinds.items()
            if name in schema.columns
        }
    )
    cheap.unique = None
    return cheap.validate(ordered, inplace=True)


def _holds_texts(values: pd.Series) -> bool:
    return values.dtype == "object" or isinstance(values.dtype, pd.CategoricalDtype)


def _kind(values: pd.Series) -> str:
    """What the values are, "string" if each is a text; of a categorical only the distinct ones are looked at."""
    if isinstance(values.dtype, pd.CategoricalDtype) and not values.hasnans:
        return infer_dtype(values.cat.categories, skipna=False)
    return infer_dtype(values, skipna=False)


def _is_text_or_empty(values: pd.Series) -> bool:
    return infer_dtype(values, skipna=True) in ("string", "empty")


def _sort_by_key(frame: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, bool]:
    """The rows in the order of the key, numbered anew, and whether two rows share one."""
    ranks = [_rank(frame[name]) for name in key]
    if not _is_rising(ranks):
        in_order = np.lexsort(ranks[::-1])
        frame, ranks = frame.take(in_order), [values[in_order] for values in ranks]
    frame.index = pd.RangeIndex(len(frame))
    return frame, not _is_rising(ranks)


def _is_rising(ranks: list[np.ndarray]) -> bool:
    """Whether each row comes after the one before it, by the first column that tells them apart."""
    is_after, is_equal = np.False_, np.True_
    for values in ranks:
        is_after = is_after | (is_equal & (values[1:] > values[:-1]))
        is_equal = is_equal & (values[1:] == values[:-1])
    return bool(np.all(is_after))


def _rank(values: pd.Series) -> np.ndarray:
    """Numbers in the order of the values, equal for equal ones."""
    return encode_texts(values)[0] if _holds_texts(values) else values.to_numpy()


def _typed(values: pd.Series | None, dtype: str, index: pd.Index) -> pd.Series:
    """One column in its logical type, not copied where it has it; engines give dates, decimals, flags in their own."""
    if values is None:
        values = pd.Series(None, index=index, dtype="object")
    if dtype == "datetime64[ns]":
        return (values if values.dtype.kind == "M" else pd.to_datetime(values)).astype(dtype, copy=False)
    if dtype == "int64":
        return _count(values)
    if dtype == "bool":
        return values.astype("boolean").fillna(False).astype("bool")
    if dtype == "float64":
        return values.astype("float64", copy=False)
    if isinstance(values.dtype, pd.CategoricalDtype) and len(values) and not values.hasnans:
        return values
    texts = values.astype("object")
    return texts if infer_dtype(texts, skipna=False) == "string" else texts.where(texts.notna(), None)


def _count(values: pd.Series) -> pd.Series:
    """Whole numbers, an empty one is 0. Raises ``TypeError`` for a part of one."""
    if values.dtype.kind == "f":
        known = values.fillna(0.0)
        whole = known.astype("int64")
        if (whole == known).all():
            return whole
    return values if values.dtype == "int64" else values.astype("Int64").fillna(0).astype("int64")
