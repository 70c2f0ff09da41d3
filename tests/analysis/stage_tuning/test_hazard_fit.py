import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.hazard_fit import fit_gap_law
from portfolio_lab.analysis.stages.histories import as_day, build_histories
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StageRule

AS_OF = pd.Timestamp("2026-01-01")
CYCLE = StageRule(family="own_cycle", pre_inactive_at=1, inactive_at=2, typical_gap_days=60)


def simulated(n: int, *, shape: float, never_first: float, never_later: float, watched: int = 1000, seed: int = 1):
    """Gaps Weibull(shape, 60 days) with a share that never comes back, all starting on one day."""
    rng = np.random.default_rng(seed)
    rows, running, now = [np.zeros(n, int)], np.arange(n), np.zeros(n)
    who, share = [np.arange(n)], never_first
    while len(running):
        running = running[rng.random(len(running)) >= share]
        now[running] += np.ceil(60 * rng.weibull(shape, len(running)))
        running = running[now[running] <= watched]
        who.append(running)
        rows.append(now[running].astype(int))
        share = never_later
    start = AS_OF - pd.Timedelta(days=watched)
    days = start + pd.to_timedelta(np.concatenate(rows), unit="D")
    return build_histories(pd.DataFrame({"customer_id": np.concatenate(who).astype(str), "order_date": days}))


def test_law_is_recovered_for_first_and_later_gaps():
    histories = simulated(3000, shape=1.6, never_first=0.5, never_later=0.15)
    found = fit_gap_law(histories, as_of_day=as_day(AS_OF), cycle=CYCLE)
    assert found["first_never_share"] == pytest.approx(0.5, abs=0.03)
    assert found["later_never_share"] == pytest.approx(0.15, abs=0.015)
    # whole days are rounded up: half a day on 60
    assert found["first_scale_days"] == pytest.approx(60.5, abs=2)
    assert found["later_scale_days"] == pytest.approx(60.5, abs=2)
    assert found["first_shape"] == pytest.approx(1.6, abs=0.1)
    assert found["later_shape"] == pytest.approx(1.6, abs=0.1)
    # everybody has the same law here: the own cycle says nothing
    assert found["cycle_power"] == pytest.approx(0, abs=0.1)


def test_gaps_still_open_may_yet_close():
    """Watched for only 80 days, half of the open gaps will close: they must not count as never closing."""
    histories = simulated(6000, shape=1.6, never_first=0.3, never_later=0.3, watched=80)
    found = fit_gap_law(histories, as_of_day=as_day(AS_OF), cycle=CYCLE)
    assert found["first_never_share"] == pytest.approx(0.3, abs=0.06)
    assert found["first_scale_days"] == pytest.approx(60.5, abs=5)


def test_too_few_gaps_are_refused():
    with pytest.raises(AnalysisError, match="too few closed gaps"):
        fit_gap_law(simulated(15, shape=1, never_first=0.5, never_later=0.5), as_of_day=as_day(AS_OF), cycle=CYCLE)
