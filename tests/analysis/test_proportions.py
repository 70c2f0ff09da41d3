import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from portfolio_lab.analysis.proportions import derive_share
from portfolio_lab.errors import AnalysisError


def test_a_frame_gets_its_share_and_limits():
    frame = pd.DataFrame({"n_bought": [1, 0, 8], "n_customers": [4, 0, 8]}, index=[5, 6, 7])
    found = derive_share(frame, n_yes="n_bought", n="n_customers", name="positivation_rate")
    assert found["positivation_rate"].tolist()[::2] == [0.25, 1.0]
    assert np.isnan(found.loc[6, ["positivation_rate", "low", "high"]].astype(float)).all()
    assert found.loc[5, ["low", "high"]].tolist() == pytest.approx(proportion_confint(1, 4, method="wilson"))
    assert "low" not in frame


def test_more_yes_than_there_are_is_refused():
    with pytest.raises(AnalysisError, match="more cases met than there are"):
        derive_share(pd.DataFrame({"k": [5], "n": [4]}), n_yes="k", n="n", name="share")


def test_nobody_has_no_share():
    assert derive_share(pd.DataFrame({"k": [], "n": []}), n_yes="k", n="n", name="share").empty
