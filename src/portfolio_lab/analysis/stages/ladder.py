"""The stage of every customer on a day, by the definition in force."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages.crossing import LONGEST_DAYS
from portfolio_lab.analysis.stages.families import compute_ladder_days
from portfolio_lab.analysis.stages.histories import Histories, as_dates, as_day, build_histories
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StagePolicy

# In the order in which a silent customer walks through them; a prospect has not entered yet.
LADDER = ("active", "pre_inactive", "inactivated", "inactive", "ex_customer")
STAGES = ("prospect", *LADDER)


class Stages(pa.DataFrameModel):
    """One row per customer: its stage at the end of ``as_of`` and the day on which silence will move it on.

    ``pre_inactive_days`` and ``inactive_days``: silent days after which this customer crosses the two lines;
    ``pre_inactive_date`` and ``inactive_date``: those days, past or to come. ``enters_next_stage_date`` is empty where
    silence changes nothing any more (prospects, ex-customers, and inactive ones if only closure makes an ex-customer).
    """

    customer_id: Series[str] = pa.Field(unique=True)
    stage: Series[str] = pa.Field(isin=STAGES)
    days_since_last_order: Series[float] = pa.Field(ge=0, nullable=True)
    last_purchase_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    pre_inactive_days: Series[float] = pa.Field(ge=1, nullable=True)
    inactive_days: Series[float] = pa.Field(ge=1, nullable=True)
    pre_inactive_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    inactive_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    next_stage: Series[str] = pa.Field(isin=LADDER, nullable=True)
    enters_next_stage_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    rule_segment: Series[str]
    rule_family: Series[str]
    stage_version: Series[str]


def build_stages(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: object, policy: StagePolicy
) -> pd.DataFrame:
    """Return the stage of every customer at the end of ``as_of``.

    Grain: customer (``Stages``), those of ``customers`` and of ``order_days`` together, sorted. ``order_days``:
    customer_id, order_date, is_purchase_day; rows after as_of are not looked at. ``customers``: customer_id and, where
    known, segment and closed_date. A purchase after the closure reopens a customer.
    Raises AnalysisError when a customer stands twice in ``customers``.
    """
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    people = _people(order_days, customers, as_of=pd.Timestamp(as_of))
    rows = np.flatnonzero(histories.is_last)
    segments = people["segment"].reindex(histories.customer_ids)
    pre, inactive = compute_customer_ladder(histories, rows, segments, policy)
    bought = _customers_who_bought(histories, rows, pre, inactive, as_of=as_day(as_of), policy=policy)
    return _assemble(people, bought, as_of=pd.Timestamp(as_of), policy=policy)


def match_rules(segments: pd.Series, policy: StagePolicy) -> np.ndarray:
    """Return for each customer the position of the first rule whose segment is its own or `*`.

    Shape of ``segments``. Raises AnalysisError for a customer that no rule matches.
    """
    matched = np.full(len(segments), -1)
    values = segments.astype(object).to_numpy()
    for position, rule in reversed(list(enumerate(policy.rules))):
        matched[np.ones(len(values), bool) if rule.segment == "*" else values == rule.segment] = position
    if (matched < 0).any():
        raise AnalysisError(
            "a customer matches no stage rule",
            remedy="end policy.stages.rules with a rule for segment '*'",
            value=values[matched < 0][0],
        )
    return matched


def compute_customer_ladder(
    histories: Histories, rows: np.ndarray, segments: pd.Series, policy: StagePolicy
) -> tuple[np.ndarray, np.ndarray]:
    """Return the two lines, in silent days, of the customers of ``rows`` by the rule of their segment.

    Shape of ``rows``. ``segments``: one per customer, in the order of ``histories.customer_ids``.
    """
    rule_of_row = match_rules(segments, policy)[histories.customer[rows]]
    pre, inactive = np.empty(len(rows), np.int16), np.empty(len(rows), np.int16)
    for position, rule in enumerate(policy.rules):
        chosen = rule_of_row == position
        pre[chosen], inactive[chosen] = compute_ladder_days(histories, rows[chosen], rule)
    return pre, inactive


def stack_lines(pre: np.ndarray, inactive: np.ndarray, policy: StagePolicy) -> np.ndarray:
    """Return the silent days at which a customer leaves each stage: lines × rows, never falling.

    The lines open pre_inactive, inactivated, inactive and ex_customer; an early end of the ladder cuts those before.
    """
    never = np.iinfo(np.int64).max // 4
    pre, inactive = pre.astype(np.int64), inactive.astype(np.int64)
    last = np.full(len(pre), policy.ex_customer_days or never)
    lines = np.stack([pre, inactive, inactive + policy.inactivated_days, last])
    return np.minimum(lines, last)


def _people(order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per customer known by ``as_of``; a closure that had not happened yet is not known."""
    if customers["customer_id"].duplicated().any():
        twice = customers.loc[customers["customer_id"].duplicated(), "customer_id"].iloc[0]
        raise AnalysisError("a customer stands twice in customers", remedy="give one row per customer", value=twice)
    bought = order_days.loc[order_days["order_date"] <= as_of, "customer_id"]
    ids = pd.Index(pd.unique(pd.concat([customers["customer_id"], bought])), name="customer_id").sort_values()
    known = customers.set_index("customer_id")
    people = pd.DataFrame(index=ids)
    people["segment"] = known["segment"].reindex(ids) if "segment" in known else None
    closed = pd.to_datetime(known["closed_date"]).reindex(ids) if "closed_date" in known else pd.NaT
    people["closed_date"] = pd.to_datetime(closed)
    people.loc[people["closed_date"] > as_of, "closed_date"] = pd.NaT
    return people


def _customers_who_bought(
    histories: Histories, rows: np.ndarray, pre: np.ndarray, inactive: np.ndarray, *, as_of: int, policy: StagePolicy
) -> pd.DataFrame:
    silent = as_of - histories.day[rows]
    lines = stack_lines(pre, inactive, policy)
    step = (silent >= lines).sum(axis=0)
    next_line = np.append(lines, np.full((1, len(rows)), np.iinfo(np.int64).max // 4), axis=0)
    next_day = next_line[step, np.arange(len(rows))]
    next_step = (next_day >= lines).sum(axis=0)
    moves = next_day < LONGEST_DAYS * 3
    last = histories.day[rows]
    return pd.DataFrame(
        {
            "stage": np.asarray(LADDER, object)[step],
            "days_since_last_order": silent.astype(float),
            "last_purchase_date": as_dates(last),
            "pre_inactive_days": pre.astype(float),
            "inactive_days": inactive.astype(float),
            "pre_inactive_date": as_dates(last + pre),
            "inactive_date": as_dates(last + inactive),
            "next_stage": np.where(moves, np.asarray(LADDER, object)[next_step], None),
            "enters_next_stage_date": as_dates(np.where(moves, last + np.where(moves, next_day, 0), np.nan)),
        },
        index=histories.customer_ids[histories.customer[rows]],
    )


def _assemble(people: pd.DataFrame, bought: pd.DataFrame, *, as_of: pd.Timestamp, policy: StagePolicy) -> pd.DataFrame:
    table = people.join(bought)
    closed = table["closed_date"].notna() & ~(table["last_purchase_date"] > table["closed_date"])
    table["stage"] = table["stage"].where(table["stage"].notna(), "prospect").where(~closed, "ex_customer")
    table["next_stage"] = table["next_stage"].where(~closed, None)
    table["enters_next_stage_date"] = table["enters_next_stage_date"].where(~closed)
    rules = np.asarray(policy.rules, object)[match_rules(table["segment"], policy)]
    table["rule_segment"] = [rule.segment for rule in rules]
    table["rule_family"] = [rule.family for rule in rules]
    table["stage_version"] = policy.version
    columns = list(Stages.to_schema().columns)
    return Stages.validate(table.reset_index()[columns])


def typical_rule_days(stages: pd.DataFrame) -> tuple[int, int]:
    """Return the median lines of the active customers in whole days: how a page names a rule that is not in days."""
    active = stages[stages["stage"] == "active"]
    people = active if len(active) else stages[stages["inactive_days"].notna()]
    if people.empty:
        raise AnalysisError("nobody has bought yet", remedy="choose a later as_of", value=len(stages))
    return int(people["pre_inactive_days"].median()), int(people["inactive_days"].median())
