"""Time our purchase models against `lifetimes` on the same simulated customers in the same run.

    python benchmarks/bench_purchase_models.py [customers for the race] [customers alone]

Prints CPU seconds, ratios, and how closely the two agree. Both get one row per customer, as their documentation shows
it; a second line gives lifetimes the distinct histories with their counts, which ours finds by itself. Days are whole
numbers, as in order data.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from lifetimes import BetaGeoFitter, ParetoNBDFitter
from simulators.value import simulate_latent_attrition

from portfolio_lab.analysis.purchase_models.fitting import FITS, compute_log_likelihood, declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.customers import compute_customer_values

TRUTH = {"bg_nbd": (0.243, 30.9, 0.793, 2.426), "pareto_nbd": (0.553, 74.0, 0.606, 81.7)}
FITTERS = {"bg_nbd": BetaGeoFitter, "pareto_nbd": ParetoNBDFitter}


def simulate(family, n_customers, seed=1):
    lives = simulate_latent_attrition(
        family=family, parameters=TRUTH[family], n_customers=n_customers, tenure=730, holdout=90, seed=seed
    )
    return lives.assign(tenure_days=np.ceil(lives["tenure_days"]), last_repeat_days=np.ceil(lives["last_repeat_days"]))


def race(family, n_customers):
    lives = simulate(family, n_customers)
    keys = ["n_repeats", "last_repeat_days", "tenure_days"]
    grouped = lives.groupby(keys).size().rename("n").reset_index()
    start = time.process_time()
    ours = FITS[family](lives)
    seconds = time.process_time() - start
    for name, table in (("one row per customer", lives.assign(n=1)), ("distinct histories", grouped)):
        theirs, theirs_seconds = fit_theirs(family, table)
        gap = ours.log_likelihood - compute_log_likelihood(lives, model=theirs)
        print(
            f"{family}, {n_customers} customers: ours {seconds:.2f} s, lifetimes ({name}, {len(table)} rows) "
            f"{theirs_seconds:.2f} s: {theirs_seconds / seconds:.0f} times; log-likelihood ours - theirs {gap:+.3f}",
            flush=True,
        )


def fit_theirs(family, table):
    start = time.process_time()
    fitter = FITTERS[family]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter.fit(table["n_repeats"], table["last_repeat_days"], table["tenure_days"], weights=table["n"])
    return declare_purchase_model(family, **fitter.params_.to_dict()), time.process_time() - start


def alone(n_customers):
    for family, fit in FITS.items():
        lives = simulate("pareto_nbd" if family == "pareto_nbd" else "bg_nbd", n_customers)
        customers = lives.assign(n_purchases=lives["n_repeats"] + 1, mean_amount=40.0)
        start = time.process_time()
        model = fit(lives)
        fitted = time.process_time()
        compute_customer_values(
            customers, model=model, spend=SpendModel(4, 5, 40), discount_rate=0.1, horizon_months=60, timing_case=2
        )
        valued = time.process_time()
        print(f"{family}: {n_customers} customers fitted in {fitted - start:.1f} s, valued in {valued - fitted:.1f} s")


if __name__ == "__main__":
    n_race = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    n_alone = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    for name in FITTERS:
        race(name, n_race)
    alone(n_alone)
