"""Parts of the value page: what is computed once for its sections, and tables in the columns that a page shows."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.periods import period_containing, shift_months
from portfolio_lab.analysis.purchase_models.fitting import summarise_parameters
from portfolio_lab.analysis.value.book import (
    build_member_months,
    build_value_book,
    compute_value_changes,
    forecast_period,
    summarise_holders,
)
from portfolio_lab.analysis.value.concentration import MIN_PERIODS, compute_return_betas
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.analysis.value.holdout import build_holdout_forecast, summarise_holdout
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.value_inputs import AMOUNT, ValueBook, ValueInputs

REACHABLE, SMALLEST_PART = 0.1, 0.1
NOBODY = "nobody"
PARAMETERS = {
    "r": "How alike customers buy (shape)",
    "alpha": "How seldom they buy (days)",
    "a": "Chance to leave after a purchase (first shape)",
    "b": "Chance to leave after a purchase (second shape)",
    "s": "How alike customers leave (shape)",
    "beta": "How late they leave (days)",
}
MEASURES = {"purchases": "purchase days", "purchases at own rate": "purchase days, everybody at their own past rate"}


@dataclass(frozen=True)
class Forecast:
    """The next period: its length, the book with what is expected of each customer, and how the last forecast did.

    ``error``: one row per measure (purchases, amount, …), None where ``problem`` says why there is none; ``pairs``:
    forecast and outcome per customer.
    """

    label: str
    n_days: int
    book: pd.DataFrame
    cut_date: date
    error: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    problem: str = ""

    def total(self, measure: str) -> float:
        """Expected in the whole next period: ``purchases`` or ``amount``."""
        return float(self.book[f"period_{measure}"].sum())

    def interval(self, measure: str) -> tuple[float, float] | None:
        """Where the total will lie if the forecast misses by no more than it may have done last time, either way."""
        reach = self.reach(measure)
        if reach is None:
            return None
        return self.total(measure) / (1 + reach), self.total(measure) / max(1 - reach, SMALLEST_PART)

    def reach(self, measure: str) -> float | None:
        """The farther end of the last miss's interval: its bias is in it, for what was too high may be so again."""
        ends = self.miss_interval(measure)
        return None if ends is None else max(abs(end) for end in ends)

    def miss(self, measure: str) -> float | None:
        """By how much the last forecast was too high (+) or too low (-), as a share of what came."""
        return None if self.error is None else float(self.error.set_index("measure").loc[measure, "error_rate"])

    def miss_interval(self, measure: str) -> tuple[float, float] | None:
        """The 95 % interval of the miss."""
        if self.error is None:
            return None
        row = self.error.set_index("measure").loc[measure]
        return float(row["low"]), float(row["high"])


def forecast_next(review: Review, inputs: ValueInputs, book: ValueBook, basis: ValueBasis) -> Forecast:
    """Return the forecast of the next calendar period, and its proof on the period up to as_of."""
    now = period_containing(review.as_of, review.run.period)
    following = period_containing(now.end, review.run.period)
    cut = review.period.start - pd.Timedelta(days=1).to_pytimedelta()
    expected = forecast_period(book.customers, basis=basis, n_days=following.n_days)
    known = {"label": following.label, "n_days": following.n_days, "book": expected, "cut_date": cut}
    try:
        pairs, _ = build_holdout_forecast(
            inputs.days, cut_date=cut, as_of=review.as_of, family=basis.model.family, amount=AMOUNT
        )
    except AnalysisError as error:
        return Forecast(**known, problem=error.problem)
    return Forecast(**known, error=summarise_holdout(pairs), pairs=pairs)


def find_changes(review: Review, inputs: ValueInputs, book: ValueBook, basis: ValueBasis) -> pd.DataFrame:
    """Return how each customer's value moved since the end of the period before, on today's basis, largest fall first.

    New customers that are valued by analogy are left out: they have no second value on the same footing.
    """
    since, days = review.previous_period.last_day, inputs.days
    before = build_value_book(days, inputs.closed, as_of=since, basis=basis, amount=AMOUNT)
    later = days[days["order_date"] > pd.Timestamp(since)]
    collected = later.groupby("customer_id")[AMOUNT].sum()
    judged = book.customers[~book.customers["customer_id"].isin(book.newcomers["customer_id"])]
    changes = compute_value_changes(before, judged, collected)
    named = judged[["customer_id", "name", "owner", "is_closed"]]
    back = changes["value_amount"] / changes["alive_probability"].where(changes["alive_probability"] > 0)
    return changes.assign(recoverable_amount=(back - changes["value_amount"]).fillna(0.0)).merge(
        named, on="customer_id"
    )


def select_falling(changes: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Return the n customers whose value fell most and who may still be customers (one chance in ten or more)."""
    open_ones = changes[(changes["change_amount"] < 0) & ~changes["is_closed"]]
    return open_ones[open_ones["alive_probability"] >= REACHABLE].head(n).reset_index(drop=True)


def list_customers(book: pd.DataFrame) -> pd.DataFrame:
    """Return the value of each customer and its range, without columns of which nothing is known."""
    return drop_unknown(book[["customer_id", "name", "owner", "value_amount", "low", "high", "alive_probability"]])


def list_chances(book: pd.DataFrame) -> pd.DataFrame:
    """Return the chance of each customer of still being one with its range, and what the next period should bring."""
    columns = ["customer_id", "name", "alive_probability", "alive_low", "alive_high", "period_purchases"]
    return drop_unknown(book[[*columns, "period_amount"]])


def drop_unknown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without names and people in charge where none is known."""
    unknown = [name for name in ("name", "owner") if name in table and table[name].isna().all()]
    return table.drop(columns=unknown)


def name_measures(error: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the errors of the forecast with what was forecast in words."""
    return error.assign(measure=error["measure"].map(MEASURES | {"amount": measure}))


def summarise_newcomers(book: ValueBook, people: pd.DataFrame) -> pd.DataFrame:
    """Return with whom new customers were compared; grain: what they have in common × number of older customers.

    ``mean_value_amount`` is what one of them is worth on average, ``low`` and ``high`` the 95 % interval of that mean.
    """
    new = book.newcomers.merge(people[["customer_id", "segment"]], on="customer_id")
    new["segment"] = new["segment"].where(new["alike_on"].str.contains("segment"), "any").fillna("not known")
    grouped = new.groupby(["segment", "n_alike"], as_index=False)
    table = grouped.agg(n_customers=("customer_id", "size"), mean_value_amount=("value_amount", "mean"),
                        low=("low", "mean"), high=("high", "mean"))  # fmt: skip
    return table[["segment", "n_customers", "n_alike", "mean_value_amount", "low", "high"]]


def find_groups(people: pd.DataFrame) -> pd.Series | None:
    """Return the group of each customer for the risk section: its segment, else its region; None where neither is."""
    for name in ("segment", "region"):
        if len(people[name].dropna().unique()) > 1:
            return people.set_index("customer_id")[name]
    return None


def compute_group_risk(review: Review, inputs: ValueInputs, groups: pd.Series) -> pd.DataFrame:
    """Return how strongly each group's money swings with the whole; grain: group.

    Columns group, n_customers, monthly_amount, beta (weighted mean 1). beta is empty below 24 whole months.
    """
    days = inputs.days.assign(month=inputs.days["order_date"].dt.to_period("M").dt.to_timestamp())
    months = days.groupby(["customer_id", "month"], as_index=False)[AMOUNT].sum()
    members = build_member_months(months, groups, amount=AMOUNT, as_of=review.as_of)
    table = compute_return_betas(members, min_periods=MIN_PERIODS)
    table["n_customers"] = table["member"].map(groups.value_counts())
    table["monthly_amount"] = members.mean().to_numpy()
    table = table.rename(columns={"member": "group"})[["group", "n_customers", "monthly_amount", "beta"]]
    return table.sort_values("beta", ascending=False, ignore_index=True)


def count_whole_months(days: pd.DataFrame, *, as_of: date) -> int:
    """Return the whole calendar months from the first order to as_of."""
    first = days["order_date"].min().date()
    start = first if first.day == 1 else shift_months(first.replace(day=1), 1)
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    return max((end.year - start.year) * 12 + end.month - start.month, 0)


def tabulate_basis(basis: ValueBasis) -> pd.DataFrame:
    """Return what the basis stands on; grain: parameter, in words, with its standard error and 95 % interval."""
    model = summarise_parameters(basis.model)
    model["parameter"] = model["parameter"].map(PARAMETERS)
    spend = basis.spend
    spread = np.sqrt(np.diag(spend.covariance))
    estimate = np.array([spend.p, spend.q, spend.v])
    names = ["Purchases of one customer (shape)", "Between customers (shape)", "Size of a purchase (scale)"]
    reach = np.exp(1.96 * spread)
    rows = {"parameter": names, "estimate": estimate, "standard_error": estimate * spread}
    rows = pd.DataFrame(rows | {"low": estimate / reach, "high": estimate * reach})
    return pd.concat([model, rows], ignore_index=True)


def hold_by(book: ValueBook) -> pd.DataFrame | None:
    """Return who holds the value by the person in charge (or nobody), or None where no one is named at all."""
    owner = book.customers["owner"]
    return summarise_holders(book.customers, owner.fillna(NOBODY)) if owner.notna().any() else None
