"""What is drawn is what was counted."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.plots.data_quality import plot_months


def test_a_bar_for_each_month_and_a_cross_where_there_is_none():
    days = pd.date_range("2026-01-01", periods=3, freq="MS")
    months = pd.DataFrame({"month": days, "n_lines": [5, 0, 7], "is_missing": [False, True, False]})
    figure, ax = plt.subplots()
    assert plot_months(months, ax=ax, locale="en_GB") is ax
    assert [bar.get_height() for bar in ax.patches] == [5, 0, 7]
    assert len(ax.lines[0].get_xdata()) == 1
    assert [text.get_text() for text in ax.texts] == ["none"]
    assert ax.get_ylabel() == "Order lines"
    plt.close(figure)
