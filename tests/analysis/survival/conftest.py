"""Small and simulated lifetimes that the tests of this folder share."""

import pandas as pd
import pytest
from lifelines.datasets import load_rossi, load_waltons

from portfolio_lab.analysis.survival.lifetimes import build_lifetimes


@pytest.fixture
def five():
    """Events at 2, 4, 4; censored at 3 and 6: S = 4/5, then 4/5 × 1/3."""
    return build_lifetimes(
        pd.DataFrame({"duration": [2, 3, 4, 4, 6], "event_observed": [True, False, True, True, False]})
    )


@pytest.fixture
def late():
    """Events at 5, 8, 9, 10, 12 with entries 0, 5, 0, 0, 8: who enters at 5 is not at risk at 5."""
    return build_lifetimes(
        pd.DataFrame({"duration": [5, 8, 9, 10, 12], "event_observed": True, "entry": [0, 5, 0, 0, 8]})
    )


@pytest.fixture(scope="session")
def waltons():
    return build_lifetimes(load_waltons().rename(columns={"T": "duration", "E": "event_observed"}))


@pytest.fixture(scope="session")
def rossi():
    frame = load_rossi().rename(columns={"week": "duration", "arrest": "event_observed"})
    return build_lifetimes(frame)
