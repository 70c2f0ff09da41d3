import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.landmarks import count_recent_events, look_up_values
from portfolio_lab.analysis.survival.leakage import assert_no_leaks, find_leaks
from portfolio_lab.errors import AnalysisError

DATES = {"contacts": "event_date", "attributes": "valid_from"}


@pytest.fixture(scope="module")
def histories():
    rng = np.random.default_rng(0)
    n = 3000
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 730, n), unit="D")
    contacts = pd.DataFrame({"customer_id": rng.integers(0, 200, n).astype(str), "event_date": day})
    attributes = pd.DataFrame(
        {"customer_id": contacts["customer_id"], "valid_from": day, "value": rng.choice(["A", "B"], n)}
    )
    return {"contacts": contacts, "attributes": attributes}


@pytest.fixture(scope="module")
def starts():
    rng = np.random.default_rng(1)
    days = pd.date_range("2023-02-01", "2024-11-01", freq="MS")
    return pd.DataFrame({"customer_id": rng.integers(0, 200, 900).astype(str), "start_date": rng.choice(days, 900)})


def clean(starts, histories):
    return pd.DataFrame(
        {
            "contacts_90": count_recent_events(starts, histories["contacts"], date="start_date", days=90),
            "class_then": look_up_values(starts, histories["attributes"], date="start_date"),
        }
    )


def shifted(days):
    return lambda starts: starts.assign(start_date=starts["start_date"] + pd.Timedelta(days=days))


LEAKS = {
    "contacts_ever": lambda s, h: (
        s["customer_id"].isin(h["contacts"]["customer_id"]) * 1.0
        + s["customer_id"].map(h["contacts"]["customer_id"].value_counts()).fillna(0)
    ),
    "contacts_next_30": lambda s, h: count_recent_events(shifted(30)(s), h["contacts"], date="start_date", days=30),
    "class_today": lambda s, h: s["customer_id"].map(
        h["attributes"].sort_values("valid_from").groupby("customer_id")["value"].last()
    ),
    "class_tomorrow": lambda s, h: look_up_values(shifted(15)(s), h["attributes"], date="start_date"),
    "share_of_all": lambda s, h: s["customer_id"].map(h["contacts"]["customer_id"].value_counts(normalize=True)),
}


@pytest.mark.parametrize("name", LEAKS)
def test_each_planted_leak_is_caught_and_nothing_else(starts, histories, name):
    def build(starts, histories):
        return clean(starts, histories).assign(**{name: LEAKS[name](starts, histories)})

    assert find_leaks(build, starts, histories, date_columns=DATES) == [name]


@pytest.mark.parametrize("seed", range(5))
def test_no_false_alarm_on_the_clean_set(starts, histories, seed):
    assert find_leaks(clean, starts, histories, date_columns=DATES, seed=seed) == []


def test_the_covariate_is_named(starts, histories):
    def build(starts, histories):
        return pd.DataFrame({"contacts_ever": LEAKS["contacts_ever"](starts, histories)})

    with pytest.raises(AnalysisError, match="not known yet: contacts_ever"):
        assert_no_leaks(build, starts, histories, date_columns=DATES)


def test_as_many_dates_as_there_are_may_be_asked_for(starts, histories):
    days = sorted(starts["start_date"].unique())[:3]
    few = starts[starts["start_date"].isin(days)].reset_index(drop=True)
    assert find_leaks(clean, few, histories, date_columns=DATES, n_dates=3) == []
