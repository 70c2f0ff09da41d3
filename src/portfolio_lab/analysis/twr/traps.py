"""Six ways to get a portfolio's return wrong, worked on one example whose right answer is known."""

import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import PurchaseModel, declare_purchase_model
from portfolio_lab.analysis.purchase_models.predictions import compute_alive_probability
from portfolio_lab.analysis.value.discounting import compute_retention_value

MARGIN, RETENTION, DISCOUNT = 300.0, 0.8, 0.10
N_START, N_STAY, N_OUT, N_IN = 100, (85, 56), 25, 10


SILENT_WEEKS = 39.0
CDNOW = {
    "bg_nbd": declare_purchase_model("bg_nbd", r=0.2426, alpha=4.4135, a=0.7930, b=2.4260),
    "mbg_nbd": declare_purchase_model("mbg_nbd", r=0.5248, alpha=6.1830, a=0.8913, b=1.6140),
    "pareto_nbd": declare_purchase_model("pareto_nbd", r=0.5533, alpha=10.5775, s=0.6062, beta=11.6676),
}


def compute_silent_alive(models: dict[str, PurchaseModel] = CDNOW) -> dict[str, float]:
    """Return what each model believes of a customer silent for 39 weeks after its only purchase: P(alive)."""
    silent = pd.DataFrame({"n_repeats": [0.0], "last_repeat_days": [0.0], "tenure_days": [SILENT_WEEKS]})
    return {name: float(compute_alive_probability(silent, model=model).iloc[0]) for name, model in models.items()}


def _explain_alive() -> str:
    alive = compute_silent_alive()
    return (
        f"one purchase, then silence for {SILENT_WEEKS:.0f} weeks: still a customer with {alive['bg_nbd']:.3f} under "
        f"BG/NBD, {alive['mbg_nbd']:.3f} under MBG/NBD, {alive['pareto_nbd']:.3f} under Pareto/NBD"
    )


def compute_trap_examples() -> pd.DataFrame:
    """Return two years of returns under the sound definition and under six unsound ones; grain: definition.

    Example: 100 customers, 80 % stay, margin 300 a year, 10 % required, so each is worth 800. Year 1: 85 stay, 25 are
    handed out, 10 in. Year 2: 56 of the 70 stay. Columns definition, year_1, year_2 (empty: not applicable), why.
    """
    value = float(compute_retention_value(MARGIN, RETENTION, discount_rate=DISCOUNT, horizon=None, timing_case=2))
    start = (N_START * value, (N_STAY[0] - N_OUT + N_IN) * value)
    end = tuple(n * value for n in N_STAY)
    income = tuple(n * MARGIN for n in N_STAY)
    lost = (N_START - N_STAY[0], (N_STAY[0] - N_OUT + N_IN) - N_STAY[1])
    sound = [(end[t] + income[t]) / start[t] - 1 for t in (0, 1)]
    flow_at_margin = start[0] + (N_OUT - N_IN) * (value - MARGIN)
    rows = [
        ("value held, margin as income, churn inside", *sound, "the sound definition"),
        ("margin left out", end[0] / start[0] - 1, end[1] / start[1] - 1, "a portfolio that pays looks like a loss"),
        ("churn booked as a flow", *[(end[t] + lost[t] * value + income[t]) / start[t] - 1 for t in (0, 1)],
         "survivorship: only those who stayed are counted"),
        ("lost customers handed on at their old value", sound[0] + lost[0] * value / start[0], float("nan"),
         "the giver hands the loss to somebody else"),
        ("flows at a year's margin, not at value", sound[0] - (flow_at_margin - start[0]) / start[0], float("nan"),
         "two units in one formula"),
        ("margin plus change of value over opening value",
         *[(income[t] + after - start[t]) / start[t] for t, after in ((0, start[1]), (1, end[1]))],
         "mixes what was won and handed over with what was managed"),
        ("lost customers kept alive by the model (BG/NBD)", float("nan"), float("nan"), _explain_alive()),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["definition", "year_1", "year_2", "why"])
