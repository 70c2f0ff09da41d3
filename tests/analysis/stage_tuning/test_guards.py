import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.guards import are_met, assert_enough_data, check_guards, tabulate_guards
from portfolio_lab.analysis.stages.histories import as_day, build_histories
from portfolio_lab.errors import AnalysisError

AS_OF = pd.Timestamp("2026-09-30")


def guards(*, n: int = 600, repeaters: int = 300, days: int = 700, horizon: int = 90, earliest: int = 0):
    first = np.r_[0, np.random.default_rng(0).integers(earliest, max(days - 60, 1), n - 1)]
    start = AS_OF - pd.Timedelta(days=days)
    rows = [(f"{i:04d}", start + pd.Timedelta(days=int(first[i]))) for i in range(n)]
    rows += [(f"{i:04d}", start + pd.Timedelta(days=int(first[i]) + 30)) for i in range(repeaters)]
    histories = build_histories(pd.DataFrame(rows, columns=["customer_id", "order_date"]))
    return check_guards(histories, as_of_day=as_day(AS_OF), horizon_days=horizon)


def test_enough_data_passes():
    found = guards()
    assert all(guard.is_met for guard in found)
    assert_enough_data(found)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ({"n": 499}, r"customers who bought must be at least 500 \(found 499\)"),
        ({"days": 179, "horizon": 30}, r"days of history must be at least 180 \(found 179\)"),
        ({"days": 400, "horizon": 201}, r"twice the horizon must be at least 402 \(found 400\)"),
        ({"repeaters": 99}, r"two days or more must be at least 100 \(found 99\)"),
        ({"earliest": 600}, r"the horizon later must be at least 50 \(found 1\)"),
    ],
)
def test_the_guard_that_failed_is_named_with_what_was_found(case, message):
    with pytest.raises(AnalysisError, match=message):
        assert_enough_data(guards(**case))


def test_the_limits_themselves_are_enough():
    assert guards(n=500)[0].is_met
    assert guards(days=180, horizon=30)[1].is_met
    assert guards(days=402, horizon=201)[2].is_met
    assert guards(days=332, horizon=90)[3].is_met
    assert not guards(days=331, horizon=90)[3].is_met
    assert guards(repeaters=100)[4].is_met


def test_guards_are_tabulated_as_they_are_checked():
    found = guards(n=499)
    table = tabulate_guards(found)
    assert table["is_met"].tolist() == [guard.is_met for guard in found]
    assert table.loc[0, ["found", "needed"]].tolist() == [499, 500]
    assert not are_met(found)
    assert are_met(guards())
