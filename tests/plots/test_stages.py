import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.plots.stages import plot_stage_counts, plot_stage_shares
from portfolio_lab.plots.style import STAGE_COLOURS


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_each_definition_is_a_bar_of_its_stages(ax):
    shares = pd.DataFrame({"active": [0.5, 0.4], "inactive": [0.47, 0.6], "ex_customer": [0.03, 0.0]}, index=["a", "b"])
    plot_stage_shares(shares, ax=ax, locale="en_GB")
    assert [round(bar.get_width(), 2) for bar in ax.patches] == [0.5, 0.4, 0.47, 0.6, 0.03, 0.0]
    assert [round(bar.get_x(), 2) for bar in ax.patches] == [0, 0, 0.5, 0.4, 0.97, 1.0]
    assert [text.get_text() for text in ax.texts] == ["50%", "40%", "47%", "60%"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Active", "Inactive", "Ex-customer"]


def test_counts_stand_on_their_bars(ax):
    plot_stage_counts(pd.Series({"active": 1200, "inactive": 30}), ax=ax, locale="en_GB")
    assert [bar.get_height() for bar in ax.patches] == [1200, 30]
    assert [text.get_text() for text in ax.texts] == ["1,200", "30"]
    assert plt.matplotlib.colors.to_hex(ax.patches[0].get_facecolor()) == STAGE_COLOURS["active"]
