import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import acquisition as plots


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_conversion_has_a_line_per_source_and_at_most_six(ax):
    parts = [pd.DataFrame({"group": f"s{i}", "t": [0, 5], "share": [0, 0.5]}) for i in range(8)]
    curves = pd.concat(parts).assign(low=0.0, high=0.6)
    plots.plot_conversion(curves, ax=ax, locale="en_GB")
    assert len(ax.lines) == 6
    assert ax.lines[0].get_ydata().tolist() == [0, 0.5]


def test_costs_stand_dearest_on_top_and_unknown_ones_are_left_out(ax):
    effort = pd.DataFrame(
        {
            "lead_source": ["fair", "web", "odd"],
            "cost_per_won_amount": [900.0, 300.0, np.nan],
            "low_amount": [800.0, 250.0, np.nan],
            "high_amount": [1000.0, 350.0, np.nan],
        }
    )
    plots.plot_costs(effort, ax=ax, currency="EUR", locale="en_GB")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["web", "fair"]
    assert ax.lines[0].get_xdata().tolist() == [300, 900]
