import pytest

from portfolio_lab.reports.topics import twr_effects


def test_the_parts_of_the_difference_add_up_to_it(team_review, team_returns):
    effects = twr_effects.compute_effects(team_review, team_returns)
    assert set(effects["portfolio_id"]) == {"Ana", "Ben"}
    assert effects["segment"].str.contains(" · ").any()
    sums = twr_effects.sum_effects(effects).set_index("portfolio_id")
    league = team_returns.league.assign(name=team_returns.league["portfolio_id"].map(team_returns.names)).set_index(
        "name"
    )
    company = team_returns.whole.judged["twr"].iloc[0]
    for name in ("Ana", "Ben"):
        assert sums.loc[name, "difference"] == pytest.approx(league.loc[name, "twr"] - company, abs=2e-4)
    # the parts are computed before the rounding of the statement to cents, hence the small tolerance
