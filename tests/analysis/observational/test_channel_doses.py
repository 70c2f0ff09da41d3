import pandas as pd
import pytest
from simulators.effectiveness import count_dose

from portfolio_lab.analysis.observational.channel_doses import count_contacts, estimate_doses
from portfolio_lab.analysis.observational.cohort import Windows, build_cohort

AS_OF = pd.Timestamp("2026-06-30")
ASKED = {
    "dates": list(pd.date_range(end=AS_OF - pd.Timedelta(days=117), periods=13, freq="28D")),
    "as_of": AS_OF,
    "windows": Windows(28, 90, max_silent_days=240),
}


@pytest.fixture(scope="module")
def found(shop):
    order_days, log = shop
    return {each.channel: each for each in estimate_doses(order_days, log, **ASKED)}


def test_an_idle_channel_has_a_flat_curve_and_one_that_wears_off_rises_little(found):
    visit, message = found["visit"].curve.levels, found["message"].curve.levels
    assert visit["mean"].iloc[1] > visit["mean"].iloc[0]
    assert message["low"].iloc[1] < message["mean"].iloc[0] < message["high"].iloc[1]
    assert found["visit"].curve.best > 0 and 0 in found["message"].curve.as_good


def test_each_curve_counts_everybody_it_could_compare(found):
    for each in found.values():
        assert each.curve.levels["n"].sum() == each.curve.n_rows and each.curve.n_left_out >= 0
        assert (each.cost_amount, each.margin_amount) == (0.0, 1.0)


def test_cost_and_margin_decide_where_they_are_known(shop):
    order_days, log = shop
    priced = order_days.assign(margin_amount=10.0)
    found = estimate_doses(priced, log.assign(cost_amount=500.0), **ASKED)
    dear = next(each for each in found if each.channel == "visit")
    assert (dear.cost_amount, dear.margin_amount, dear.curve.best) == (500.0, 10.0, 0)
    assert dear.curve.as_good == (0,)


def test_contacts_of_all_start_days_are_counted_as_those_of_each_alone(shop):
    order_days, log = shop
    visits, windows = pd.concat([log[log["channel"] == "visit"]] * 2), ASKED["windows"]
    rows = count_contacts(build_cohort(order_days, log, **ASKED), visits, n_days=windows.grace_days)
    assert set(rows["dose"]) == {0, 2, 3}
    for date, here in rows.groupby("landmark_date"):
        day = (visits["contact_date"] - date).dt.days
        early = visits[["customer_id"]].assign(contact_day=day)[day >= 0]
        silent = here.drop(columns="dose").assign(order_day=windows.grace_days + here["duration"])
        alone = count_dose(silent, early, landmark_days=windows.grace_days)
        assert alone["dose"].tolist() == here["dose"].tolist()
