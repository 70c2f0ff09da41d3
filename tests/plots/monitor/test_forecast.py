"""What the figure of the forecast shows: solid up to now, dashed ahead, a bar as long as the error."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.plots.monitor.forecast import plot_forecast


def _shares(**by_month):
    rows = [(int(month.replace("m", "-").strip("p")), stage, share) for month, shares in by_month.items()
            for stage, share in zip(("active", "inactive", "ex_customer"), shares, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["months_ahead", "stage", "share"])


PAST = _shares(m1=(0.7, 0.3, 0.0), p0=(0.6, 0.4, 0.0))
AHEAD = _shares(p0=(0.6, 0.4, 0.0), p1=(0.55, 0.445, 0.005), p2=(0.5, 0.49, 0.01), p3=(0.45, 0.54, 0.01))
ERRORS = pd.DataFrame({"months_ahead": [3], "stage": ["active"], "mean_error": [0.02]})


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_lines_bars_and_what_is_left_out(ax):
    assert plot_forecast(PAST, AHEAD, ERRORS, ax=ax, locale="en_GB") is ax
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["Active", "Inactive"]  # ex-customers are never above 1 %
    solid = next(line for line in ax.lines if line.get_label() == "Active")
    assert (solid.get_xdata().tolist(), solid.get_ydata().tolist()) == ([-1, 0], [0.7, 0.6])
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed[0].get_ydata().tolist() == [0.6, 0.55, 0.5, 0.45]
    assert len(ax.containers) == 1
    (low, high) = ax.containers[0][2][0].get_segments()[0][:, 1]
    assert (low, high) == (pytest.approx(0.43), pytest.approx(0.47))


def test_without_errors_there_are_no_bars(ax):
    plot_forecast(PAST, AHEAD, ERRORS.head(0), ax=ax, locale="en_GB")
    assert ax.containers == []
    assert ax.get_ylim()[0] == 0
