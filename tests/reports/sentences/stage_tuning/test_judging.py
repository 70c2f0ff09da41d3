from types import SimpleNamespace

import pandas as pd

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.reports.sentences.stage_tuning.judging import (
    candidates,
    choice,
    in_force,
    left_out,
    lines,
    pareto,
    ranking,
    sensitivity,
    steadiness,
)
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def tuning(reason: str = "as good as mbg_nbd within one standard error, and the simplest rule", *, met: bool = True):
    origins = pd.DatetimeIndex(["2025-01-31", "2026-06-30"])
    return SimpleNamespace(
        panel=SimpleNamespace(origins=origins), nested=SimpleNamespace(outer=[1]), candidates=range(212),
        settings=TuningSettings(), table=pd.DataFrame({"stage_share": [0.2]}),
        choice=SimpleNamespace(name="fixed_days", reason=reason, position=0, is_constraint_met=met),
        frozen=SimpleNamespace(left_out={"hazard": "too few closed gaps to fit a hazard"}),
    )  # fmt: skip


def test_choice_speaks_of_rules_by_their_names():
    text = choice(tuning(), wording=WORDING)
    assert text.startswith("**Fixed days** is recommended: as good as Chance to return (purchase model) within one")
    assert text.endswith("it calls 20.0% of the customers pre-inactive, within the 3% to 25% that were wanted.")
    outside = choice(tuning(met=False), wording=WORDING)
    assert outside.endswith("outside the 3% to 25% that were wanted: no rule of the family keeps to it.")


def test_candidates_and_those_left_out():
    assert candidates(tuning(), wording=WORDING).startswith(
        "212 rules were played through 2 month ends from 31 January"
    )
    assert "Chance to return (gaps): too few closed gaps" in left_out(tuning())
    everything = tuning()
    everything.frozen.left_out.clear()
    assert left_out(everything) == "All families could be fitted to the data."


def test_against_the_definition_in_force():
    def verdict(*gain: float, has_money: bool = False) -> str:
        found, measure = SimpleNamespace(gain_in_force=gain), "telling leavers from stayers"
        return in_force(found, measure=measure, wording=WORDING, has_money=has_money)

    assert "is better, beyond chance: it gains 4.9 points in telling" in verdict(0.049, 0.035, 0.061)
    assert "is worse, beyond chance: it gains −4.9 points" in verdict(-0.049, -0.061, -0.035)
    assert "is not different beyond chance" in verdict(0.01, -0.01, 0.03)
    assert "€1,200" in verdict(1200.0, 800.0, 1500.0, has_money=True)


def test_lines_steadiness_pareto_ranking_and_save_rates():
    found = SimpleNamespace(
        metrics={"precision": 0.4, "recall": 0.6}, intervals={"precision": (0.35, 0.45), "recall": (0.5, 0.7)},
        flicker_rate=0.0, row=pd.Series({"entries_per_year": 1.1, "short_share": 0.1}),
    )  # fmt: skip
    assert lines(found, wording=WORDING).startswith(
        "Of 100 customers whom the recommended line warns of, 40 (35 to 45) do lapse, and of 100 who lapse it has "
        "warned of 60 (50 to 70)."
    )
    assert steadiness(found, wording=WORDING).startswith("Nobody moved back to a better stage without a purchase.")
    found.flicker_rate = 1.5
    assert steadiness(found, wording=WORDING).startswith("Among 100 customers, 1.50 a month moved back to a better")
    table = pd.DataFrame({"is_pareto": [True, False]})
    assert pareto(table, chosen=0, wording=WORDING).startswith("1 rule cannot be beaten")
    assert "simplicity decided" in pareto(table, chosen=1, wording=WORDING)
    scores = pd.DataFrame({"name": ["fixed_days", "own_cycle"], "auc": [0.7, 0.8]})
    assert "Own cycle" in ranking(scores, wording=WORDING)
    rates = pd.DataFrame({"name": "recommended", "save_rate": [0.05, 0.1], "utility_amount": [-5.0, 3.0]})
    assert "From a save rate of 10% on" in sensitivity(rates, wording=WORDING)
    assert "At none" in sensitivity(rates[:1], wording=WORDING)
