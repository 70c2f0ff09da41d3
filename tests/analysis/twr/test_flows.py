import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.flows import assert_flows, build_flows
from portfolio_lab.analysis.twr.positions import regroup_positions
from portfolio_lab.errors import AnalysisError


def test_transfers_sum_to_exactly_zero_cents(positions):
    flows = build_flows(positions)
    transfers = flows[flows["reason"] == "transfer"]
    assert len(transfers) > 50
    assert transfers.groupby("flow_date")["cash_flow_cents"].sum().tolist() == [0] * transfers["flow_date"].nunique()
    assert_flows(flows, positions)


def test_transfers_inside_a_team_vanish_when_it_is_one_portfolio(positions):
    company = regroup_positions(positions, dict.fromkeys(range(6), "company"))
    assert set(build_flows(company)["reason"]) == {"new"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cash_flow": lambda f: f["cash_flow"] * 300 / 800}, "another unit or a stale value in row 1"),
        ({"flow_date": lambda f: f["flow_date"] - pd.Timedelta(days=1)}, "day without a valuation in row 1"),
        ({"reason": lambda f: "churned"}, "lost customer is coded as a flow in row 1"),
        ({"reason": lambda f: "gift"}, "unknown reason"),
        ({"basis_id": lambda f: "case 1"}, "another basis or timing case"),
    ],
)
def test_flows_that_credit_or_blame_for_what_was_handed_over_are_refused(positions, change, message):
    stamped = positions.assign(basis_id="case 2")
    flows = build_flows(stamped).assign(basis_id="case 2")
    with pytest.raises(AnalysisError, match=message):
        assert_flows(flows.assign(**{name: make(flows) for name, make in change.items()}), stamped)


def test_a_transfer_booked_at_one_side_only_is_refused(positions):
    flows = build_flows(positions)
    first = flows.index[flows["reason"] == "transfer"][0]
    with pytest.raises(AnalysisError, match="do not sum to zero"):
        assert_flows(flows.drop(index=first), positions)


def _transfer_rows(flows):
    """Index of the two sides of the first transfer."""
    first = flows[flows["reason"] == "transfer"].iloc[0]
    same = (flows["customer_id"] == first["customer_id"]) & (flows["flow_date"] == first["flow_date"])
    return flows.index[same & (flows["reason"] == "transfer")]


@pytest.mark.parametrize(
    "sneak",
    [
        lambda f, rows: f.assign(cash_flow=f["cash_flow"].mask(f.index.isin(rows), -f["cash_flow"])),
        lambda f, rows: f.assign(portfolio_id=f["portfolio_id"].mask(f.index.isin(rows), "somebody else")),
        lambda f, rows: pd.concat([f, f.loc[rows]], ignore_index=True),
        lambda f, rows: f.drop(index=rows),
        lambda f, rows: f.assign(reason=f["reason"].mask(f.index.isin(rows), "new")),
    ],
    ids=["signs exchanged", "another holder", "booked twice", "left out", "called new"],
)
def test_flows_whose_amounts_are_right_but_not_their_holders_are_refused(positions, sneak):
    flows = build_flows(positions)
    with pytest.raises(AnalysisError, match="are not what its holders say"):
        assert_flows(sneak(flows, _transfer_rows(flows)), positions)


def test_a_flow_without_an_amount_is_refused(positions):
    flows = build_flows(positions)
    with pytest.raises(AnalysisError, match="a flow has no amount in row 4"):
        assert_flows(flows.assign(cash_flow=flows["cash_flow"].mask(flows.index == 3, np.nan)), positions)


def test_the_value_of_another_day_is_refused_as_stale(positions):
    fallen = positions["value_amount"] * (1 - 0.1 * positions["valuation_date"].rank(method="dense"))
    positions = positions.assign(value_amount=fallen)
    flows = build_flows(positions)
    rows = _transfer_rows(flows)
    day, customer = flows.loc[rows[0], "flow_date"], flows.loc[rows[0], "customer_id"]
    own = positions[positions["customer_id"] == customer].set_index("valuation_date")["value_amount"]
    stale = float(own[own.index < day].iloc[-1])
    assert stale > own[day] + 1
    signed = np.sign(flows["cash_flow"]) * stale
    with pytest.raises(AnalysisError, match="another unit or a stale value"):
        assert_flows(flows.assign(cash_flow=flows["cash_flow"].mask(flows.index.isin(rows), signed)), positions)
