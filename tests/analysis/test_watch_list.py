import numpy as np
import pandas as pd
import pytest
from simulators.survival import own_rhythms

from portfolio_lab.analysis.landmarks import build_landmark_spells, derive_rhythm, derive_risk_strata
from portfolio_lab.analysis.spells import build_spells
from portfolio_lab.analysis.survival.conditional import compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.analysis.survival.validation import compute_calibration, compute_calibration_error
from portfolio_lab.analysis.watch_list import compare_rankings, name_drivers, rank_watch_list, resample_gain
from portfolio_lab.errors import AnalysisError

HORIZON = 90


def scored():
    return pd.DataFrame(
        {
            "customer_id": list("abcdef"),
            "salesperson_id": ["x", "x", "x", "y", None, "y"],
            "risk": [0.5, 0.5, 0.1, 0.9, 0.2, 0.0],
            "margin_amount": [100.0, 300.0, 1000.0, 10.0, 100.0, 999.0],
        }
    )


def test_best_first_within_each_salespersons_capacity():
    found = rank_watch_list(scored(), capacity=2)
    assert found["customer_id"].tolist() == ["b", "c", "e", "d"]
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found["margin_at_risk_amount"].tolist() == [150, 100, 20, 9]


def test_capacity_of_each_person_and_nothing_for_the_unknown():
    found = rank_watch_list(scored(), capacity=pd.Series({"x": 1, "y": 5}))
    assert found["customer_id"].tolist() == ["b", "d"]


def test_drivers_are_the_largest_pushes_above_the_average():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(2000, 3)), columns=["late", "small", "far"])
    rows["duration"] = rng.exponential(np.exp(-rows["late"] - 0.3 * rows["far"]))
    rows["event_observed"] = True
    model = fit_cox(rows, CoxDesign(("late", "small", "far")))
    customers = pd.DataFrame({"late": [2.0, -2.0, 0.0], "small": 0.0, "far": [3.0, 3.0, -3.0]})
    phrases = {"late": "order is late", "far": "far away"}
    assert name_drivers(model, customers, phrases).tolist() == ["order is late; far away", "far away", ""]
    assert name_drivers(model, customers, phrases, n=1).tolist()[0] == "order is late"


def past():
    return pd.DataFrame(
        {
            "risk": [0.9, 0.8, 0.2, 0.1],
            "recency": [10, 80, 90, 70],
            "is_lost": [True, True, False, False],
            "margin_amount": [300.0, 100.0, 50.0, 50.0],
        }
    )


def test_rankings_by_hand():
    table = compare_rankings(past(), k=2, scores=("risk", "recency")).set_index("ranking")
    assert table.loc["risk", ["precision", "margin_captured"]].tolist() == [1.0, 1.0]
    assert table.loc["recency", ["precision", "margin_captured"]].tolist() == [0.5, 0.25]


def test_ties_are_broken_against_us():
    table = compare_rankings(past().assign(risk=0.5), k=2, scores=("risk", "recency")).set_index("ranking")
    assert table.loc["risk", "precision"] == 0.0
    with pytest.raises(AnalysisError, match="a list needs a length"):
        compare_rankings(past(), k=0, scores=("risk", "recency"))


def test_no_loss_means_nothing_to_capture():
    table = compare_rankings(past().assign(is_lost=False), k=2, scores=("risk", "recency"))
    assert table["margin_captured"].isna().all()


def landmark_rows(orders, spells, dates):
    rows = derive_rhythm(build_landmark_spells(spells, dates, horizon_days=HORIZON), orders, inactive_days=120)
    return rows.assign(log_cycle=np.log(rows["cycle_days"]), is_new=(rows["n_purchase_days"] == 1) * 1.0, age=0.0)


def out_of_time(seed, *, n):
    """Fit on landmarks whose 90 days were over by the test date; score those active on the test date."""
    orders, as_of = own_rhythms(np.random.default_rng(seed), n=n), pd.Timestamp("2023-12-31")
    spells = build_spells(orders, as_of=as_of, inactive_days=120)
    test_date = as_of - pd.Timedelta(days=HORIZON)
    known = landmark_rows(orders, spells, [test_date - pd.Timedelta(days=HORIZON + 30 * k) for k in range(12)])
    later = landmark_rows(orders, spells, [test_date])
    known["stratum"], later["stratum"] = derive_risk_strata(known), None
    later["stratum"] = derive_risk_strata(later, known)
    design = CoxDesign(("log_cycle", "is_new"), strata=("stratum",), cluster="customer_id")
    risk = compute_risks(fit_cox(known, design), later, horizons=(HORIZON,))["p_90"]
    margin = np.random.default_rng(seed).lognormal(5, 1, len(later))
    return later.assign(risk=risk, is_lost=later["event_observed"], margin_amount=margin)


def test_the_list_beats_recency_on_later_data_and_its_risks_are_calibrated():
    later = out_of_time(3, n=4000)
    k = 130
    gain = resample_gain(
        later, k=k, scores=("risk", "days_since_last_order"), measure="precision", n_bootstrap=60, seed=1
    )
    assert gain["gain"] > 0.05
    assert gain["low"] > 0
    table = compare_rankings(later, k=k, scores=("risk", "days_since_last_order")).set_index("ranking")
    assert table.loc["risk", "margin_captured"] > table.loc["days_since_last_order", "margin_captured"]
    calibration = compute_calibration(later, later["risk"].to_numpy(), horizon=HORIZON)
    assert calibration["n"].min() > 150
    assert compute_calibration_error(calibration) <= 0.03


@pytest.mark.full
def test_every_tenth_is_calibrated_within_three_points():
    later = out_of_time(4, n=40000)
    calibration = compute_calibration(later, later["risk"].to_numpy(), horizon=HORIZON)
    assert (calibration["predicted"] - calibration["observed"]).abs().max() <= 0.03
