"""Flows between portfolios: what customers handed over and new ones are worth on their day, and nothing else."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.positions import prepare_positions
from portfolio_lab.errors import AnalysisError

TRANSFER, NEW = "transfer", "new"
CHURN_WORDS = ("churn", "lost", "lapse", "inactiv", "closed", "attrition", "left", "cancel")
KEYS = ["flow_date", "customer_id"]


def build_flows(positions: pd.DataFrame) -> pd.DataFrame:
    """Return the flows between portfolios; grain: valuation_date × customer × portfolio touched.

    Columns flow_date, customer_id, portfolio_id, reason (new, transfer), cash_flow (+ in), cash_flow_cents (integer).
    Transfers of a day sum to exactly zero cents.
    """
    table = prepare_positions(positions)
    new = table[table["opening_cents"].isna() & (table["step"] > 0)]
    moved = table[table["opening_cents"].notna() & (table["portfolio_before"] != table["portfolio_after"])]
    parts = [
        _flow(new, "portfolio_after", NEW, 1, cents="old_cents"),
        _flow(moved, "portfolio_before", TRANSFER, -1),
        _flow(moved, "portfolio_after", TRANSFER, 1),
    ]
    return pd.concat(parts, ignore_index=True)


def _flow(rows: pd.DataFrame, side: str, reason: str, sign: int, *, cents: str = "value_cents") -> pd.DataFrame:
    cents = sign * rows[cents]
    return pd.DataFrame(
        {
            "flow_date": rows["valuation_date"],
            "customer_id": rows["customer_id"],
            "portfolio_id": rows[side],
            "reason": reason,
            "cash_flow": cents / 100,
            "cash_flow_cents": cents,
        }
    )


def assert_flows(flows: pd.DataFrame, positions: pd.DataFrame) -> None:
    """Refuse a flow table that would credit or blame somebody for what was handed over.

    ``flows``: flow_date, customer_id, portfolio_id, reason, cash_flow, optional basis_id. Raises AnalysisError for
    churn coded as a flow, an unknown reason, a flow without an amount or on a day without a valuation, an amount that
    is not the value of that day (another unit, or stale), another basis or timing case, transfers that do not sum to
    zero, and whatever else is not what the positions say: a wrong holder or sign, a flow booked twice or not at all.
    """
    reasons = flows["reason"].astype(str).str.strip().str.lower()
    churn = reasons.map(lambda reason: any(word in reason for word in CHURN_WORDS))
    _refuse(flows, churn, "a lost customer is coded as a flow", "leave churn inside the return: its value falls to 0")
    unknown = ~reasons.isin([NEW, TRANSFER])
    _refuse(flows, unknown, "a flow has an unknown reason", f"use {NEW} or {TRANSFER}")
    empty = ~np.isfinite(flows["cash_flow"].to_numpy(float))
    _refuse(flows, pd.Series(empty), "a flow has no amount", "give the value of the customer on that day")
    _assert_valued_alike(flows, positions)
    _assert_transfers_cancel(flows[(reasons == TRANSFER).to_numpy()])
    _assert_as_positions_say(flows.assign(reason=reasons), positions)


def _assert_valued_alike(flows: pd.DataFrame, positions: pd.DataFrame) -> None:
    """Each amount is the customer's value on its day, on the same basis."""
    optional = [name for name in ("basis_id",) if name in flows and name in positions]
    came_at = positions["old_basis_amount" if "old_basis_amount" in positions else "value_amount"]
    dated = positions.assign(came_at=came_at).rename(columns={"valuation_date": "flow_date"})
    matched = flows.merge(dated[[*KEYS, "value_amount", "came_at", *optional]], on=KEYS, how="left",
                          suffixes=("", "_valued"))  # fmt: skip
    matched.index = flows.index
    undated = matched["value_amount"].isna()
    _refuse(
        flows, undated, "a flow falls on a day without a valuation", "value the customer on the day of its transfer"
    )
    for name in optional:
        other = matched[name] != matched[f"{name}_valued"]
        _refuse(flows, other, "a flow stands on another basis or timing case", "value both sides on one basis")
    is_new = flows["reason"].astype(str).str.strip().str.lower().eq(NEW)
    value = matched["value_amount"].mask(is_new, matched["came_at"])
    unlike = (matched["cash_flow"].abs() - value.abs()).abs() > 0.005 + 1e-9
    _refuse(flows, unlike, "a flow is not the customer's value on its day: another unit or a stale value",
            "use build_flows, which takes the value of the day")  # fmt: skip


def _assert_transfers_cancel(transfers: pd.DataFrame) -> None:
    cents = np.rint(transfers["cash_flow"] * 100).astype(np.int64)
    sums = cents.groupby(transfers["flow_date"]).sum()
    if (sums != 0).any():
        day = sums.index[(sums != 0).to_numpy()][0]
        raise AnalysisError(
            f"the transfers of {day:%Y-%m-%d} do not sum to zero",
            remedy="book each transfer at both holders, at the same value",
            value=float(sums.loc[day]) / 100,
        )


def _assert_as_positions_say(flows: pd.DataFrame, positions: pd.DataFrame) -> None:
    """The same customers between the same portfolios, each once: amounts alone do not show who gained by them."""
    keys = [*KEYS, "portfolio_id", "reason"]
    sides = {"given": flows.assign(cash_flow_cents=np.rint(flows["cash_flow"] * 100)), "booked": build_flows(positions)}
    sums = [
        table.assign(portfolio_id=table["portfolio_id"].astype(str), customer_id=table["customer_id"].astype(str))
        .groupby(keys)["cash_flow_cents"].agg(["sum", "size"]).add_suffix(f"_{side}")
        for side, table in sides.items()
    ]  # fmt: skip
    both = sums[0].join(sums[1], how="outer").fillna(0)
    off = ((both["sum_given"] - both["sum_booked"]).abs() > 1) | (both["size_given"] != both["size_booked"])
    if off.any():
        day, customer, portfolio, reason = both.index[int(np.argmax(off.to_numpy()))]
        raise AnalysisError(
            f"the flows of customer {customer} at {portfolio} on {day:%Y-%m-%d} are not what its holders say",
            remedy=f"book each {reason} once, out of the portfolio that held the customer and into the one that does",
            value=float(both["sum_given"][off].iloc[0]) / 100,
        )


def _refuse(flows: pd.DataFrame, bad: pd.Series, problem: str, remedy: str) -> None:
    if bad.any():
        row = int(np.argmax(bad.to_numpy()))
        line = flows.iloc[row]
        raise AnalysisError(
            f"{problem} in row {row + 1} (customer {line['customer_id']})", remedy=remedy, value=line.get("cash_flow")
        )
