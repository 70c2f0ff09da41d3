import importlib.resources

import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stage_tuning.tune import Tuning, tune_stages
from portfolio_lab.policy import StagePolicy


@pytest.fixture(scope="session")
def cdnow() -> pd.DataFrame:
    """The 23,570 customers of CDNOW as order days, from the copy inside the lifetimes wheel."""
    text = (importlib.resources.files("lifetimes") / "datasets" / "CDNOW_master.txt").read_text()
    rows = [line.split() for line in text.splitlines()[1:] if line.strip()]
    dates = pd.to_datetime([row[1] for row in rows], format="%Y%m%d")
    return pd.DataFrame({"customer_id": [row[0] for row in rows], "order_date": dates})


def tune_simulated(*, n: int, shape: int, settings: TuningSettings, seed: int = 1, **more: float) -> Tuning:
    """Tune on DGP-S as published: horizon 180 days, everybody who ever bought."""
    truth = simulate_own_cycles(n=n, seed=seed, shape=shape, last_day=1095, **more)
    days = truth.order_days.assign(margin_amount=30.0)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    as_of = FIRST_DAY + pd.Timedelta(days=1095)
    return tune_stages(days, people, as_of=as_of, in_force=StagePolicy(), settings=settings)


PUBLISHED = TuningSettings(horizon_days=180, everybody=True, share_bounds=(0.0, 1.0), n_bootstrap=200)


@pytest.fixture(scope="session")
def random_timing() -> Tuning:
    """DGP-S with k = 1: purchases come at random."""
    return tune_simulated(n=2000, shape=1, settings=PUBLISHED)


@pytest.fixture(scope="session")
def regular_timing() -> Tuning:
    """DGP-S with k = 4 and cycles far apart: purchases come at a customer's own beat."""
    return tune_simulated(n=1500, shape=4, settings=PUBLISHED, median_cycle=25.0, spread=1.2)


@pytest.fixture(scope="session")
def with_money() -> Tuning:
    """Defaults of the report with a contact that costs 5: only customers not yet lost are judged."""
    settings = TuningSettings(n_bootstrap=200, contact_cost=5.0, save_rate=0.2)
    return tune_simulated(n=1200, shape=2, settings=settings, start_within=1000)
