import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.owner_changes import (
    PERIOD_DAYS,
    find_changes,
    judge_changes,
    judge_rollout,
)
from portfolio_lab.errors import AnalysisError

FIRST = pd.Timestamp("2023-10-02")
AS_OF = FIRST + pd.Timedelta(days=12 * PERIOD_DAYS - 1)


def company(rng, *, n=1500, effect=-0.8, by_dip=False):
    """Orders of twelve quarters; a tenth changes owner in the sixth, another in the eighth, and orders so much less."""
    rate = rng.gamma(6.0, 0.5, n)
    counts = rng.poisson(np.repeat(rate[:, None], 13, axis=1))
    if by_dip:
        start = np.where(np.argsort(np.argsort(counts[:, 6] - rate)) < n // 5, 6, 99)
    else:
        start = rng.choice([6, 8, 99], n, p=[0.1, 0.1, 0.8])
    quarter = np.arange(-1, 12)
    counts = np.where(
        quarter >= start[:, None], rng.poisson(np.maximum(rate + effect, 0.1)[:, None], counts.shape), counts
    )
    who, k = np.nonzero(counts)
    row = np.repeat(np.arange(len(who)), counts[who, k])
    turn = pd.Series(row).groupby(row).cumcount().to_numpy()
    ids = np.char.add("c", np.char.zfill(np.arange(n).astype(str), 4))
    day = FIRST + pd.to_timedelta(PERIOD_DAYS * quarter[k[row]] + turn, unit="D")
    orders = pd.DataFrame({"customer_id": ids[who[row]], "order_date": day, "is_purchase_day": True})
    first = pd.DataFrame({"customer_id": ids, "salesperson_id": "s1", "start_date": pd.Timestamp("2020-01-01")})
    moved = start < 99
    change = FIRST + pd.to_timedelta(PERIOD_DAYS * start[moved], unit="D")
    second = pd.DataFrame({"customer_id": ids[moved], "salesperson_id": "s2", "start_date": change})
    return orders, find_changes(pd.concat([second, first]))


def roll(orders, changes):
    start = FIRST + pd.Timedelta(days=6 * PERIOD_DAYS)
    return judge_rollout(orders, changes, start=start, end=start + pd.Timedelta(days=14), as_of=AS_OF)


@pytest.fixture(scope="module")
def shop():
    return company(np.random.default_rng(1))


def test_a_change_on_one_date_against_those_who_never_changed(shop):
    found = roll(*shop)
    assert found.low <= -0.8 <= found.high < 0 and found.before.passed
    assert found.n_changed > 100 and found.n_others > 1000
    assert not found.choice.refusal("difference_in_differences")


def test_changes_at_any_time_against_those_not_changed_by_then(shop):
    found = judge_changes(*shop, as_of=AS_OF, n_quarters=12)
    low, high = found.found.interval()
    assert low <= -0.8 <= high < 0 and found.before.passed and found.n_left_out == 0
    assert found.is_sound == (found.before.bias_unseen < abs(found.found.overall))


def test_who_was_moved_after_a_dip_is_not_compared_over_time():
    found = roll(*company(np.random.default_rng(2), effect=0.0, by_dip=True))
    assert "recover by themselves" in found.choice.refusal("difference_in_differences")
    assert found.study is None and np.isnan(found.effect) and not found.is_sound


def test_nothing_planted_nothing_found():
    held = [roll(*company(np.random.default_rng(seed), n=700, effect=0.0)) for seed in range(3, 9)]
    assert sum(each.low <= 0 <= each.high for each in held) >= 5


def test_a_change_is_another_owner_not_another_row():
    stays = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "salesperson_id": ["s1", "s1", "s2", "s1"],
            "start_date": pd.to_datetime(["2024-01-01", "2024-06-01", "2025-01-01", "2024-01-01"]),
        }
    )
    found = find_changes(stays)
    assert found["customer_id"].tolist() == ["a"] and found["change_date"].iloc[0] == pd.Timestamp("2025-01-01")


def test_too_few_or_too_early_is_refused(shop):
    orders, changes = shop
    with pytest.raises(AnalysisError, match="too few customers changed"):
        roll(orders, changes.head(12))
    with pytest.raises(AnalysisError, match="too short for a look before"):
        judge_changes(orders, changes, as_of=AS_OF, n_quarters=4)
    with pytest.raises(AnalysisError, match="too few customers changed"):
        judge_changes(orders, changes.head(0), as_of=AS_OF, n_quarters=12)
    with pytest.raises(AnalysisError, match="no quarter after the change"):
        judge_rollout(orders, changes, start=AS_OF, end=AS_OF, as_of=AS_OF)
