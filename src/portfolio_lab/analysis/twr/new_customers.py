"""What a customer is worth on the day it is won: the value of older customers at the same age, on the same basis."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lab.analysis.value.analogy import (
    build_tenure_months,
    compute_hindsight_values,
    compute_values_by_analogy,
    select_won,
)
from portfolio_lab.analysis.value.customers import ValueBasis, compute_discounted_purchases
from portfolio_lab.analysis.value.discounting import DAYS_PER_MONTH

NEW_DAYS = 15.0


def compute_new_values(
    customers: pd.DataFrame,
    order_days: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    basis: ValueBasis,
    amount: str,
    alike_on: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the value of each new customer on its first valuation day, by analogy; grain: customer_id.

    Columns customer_id, valuation_date, value_amount, low, high (95 %, of the mean), n_alike, alike_on. Older
    customers: won before the first valuation day, each worth what it brought since and is worth on that day. As the
    horizon of the basis ends on one day, a value on a later day is shortened in the proportion that the model gives
    to a new customer. ``attributes``: customer_id and the columns ``alike_on``. Raises AnalysisError below
    30 older customers.
    """
    start = customers["valuation_date"].min()
    new = customers.drop_duplicates("customer_id")
    new = new.loc[new["valuation_date"] > start, ["customer_id", "valuation_date"]].reset_index(drop=True)
    older = _build_older(customers[customers["valuation_date"] == start], order_days, basis=basis, amount=amount)
    known = attributes.set_index("customer_id")[list(alike_on)]
    asked = new.assign(age_months=0).join(known, on="customer_id")
    found = compute_values_by_analogy(asked, older.join(known, on="customer_id"), attributes=alike_on)
    part = new["valuation_date"].map(_remaining_parts(new["valuation_date"], start, basis)).to_numpy(float)
    shortened = found.assign(**{name: found[name] * part for name in ("value_amount", "low", "high")})
    return shortened.assign(valuation_date=new["valuation_date"].to_numpy())


def _build_older(opening: pd.DataFrame, order_days: pd.DataFrame, *, basis: ValueBasis, amount: str) -> pd.DataFrame:
    """What each customer won before the first valuation day turned out to be worth when it was new."""
    start = opening["valuation_date"].iloc[0].date()
    months = build_tenure_months(order_days, amount=amount, as_of=start)
    months = months[months["customer_id"].isin(select_won(order_days, as_of=start))]
    return compute_hindsight_values(months, opening, age_months=0, basis=basis)


def _remaining_parts(days: pd.Series, start: pd.Timestamp, basis: ValueBasis) -> dict[pd.Timestamp, float]:
    """Value of a new customer over what is left of the horizon, as a part of its value over the whole."""
    if basis.horizon_months is None:
        return dict.fromkeys(days.unique(), 1.0)
    new = pd.DataFrame({"n_repeats": [0.0], "last_repeat_days": [0.0], "tenure_days": [NEW_DAYS]})
    distinct = np.append(start, days.unique())
    worth = [
        compute_discounted_purchases(
            new,
            model=basis.model,
            discount_rate=basis.discount_rate,
            horizon_months=basis.horizon_months - (pd.Timestamp(day) - start).days / DAYS_PER_MONTH,
            timing_case=basis.timing_case,
        ).iloc[0]
        for day in distinct
    ]
    return {pd.Timestamp(day): value / worth[0] for day, value in zip(distinct, worth, strict=True)}
