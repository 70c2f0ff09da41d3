"""What the heat table shows: customers above money, shades by share, a class above its columns."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from portfolio_lab.plots.monitor.reading import ALARM, CALM, DARKEST_ALARM, MAX_LABEL, plot_reading

COLUMNS = pd.MultiIndex.from_product([["A", "B"], ["active", "gone"]], names=["abc_class", "block"])
ROWS = ["North", "A name that is far too long to stand"]
COUNTS = pd.DataFrame([[20, 4, 0, 1], [3, 0, 0, 0]], index=ROWS, columns=COLUMNS)
AMOUNT = pd.DataFrame([[80_000.0, 20_000, 0, 400], [5_000, 0, 0, 0]], index=ROWS, columns=COLUMNS)
SHARES = pd.DataFrame([[0.8, 0.2, np.nan, np.nan], [np.nan] * 4], index=ROWS, columns=COLUMNS)


@pytest.fixture
def drawn():
    figure, ax = plt.subplots()
    plot_reading(COUNTS, AMOUNT, SHARES, ax=ax, labels={"active": "active", "gone": "gone"}, locale="en_GB")
    yield ax
    plt.close(figure)


def test_fields_carry_customers_and_thousands_and_empty_ones_nothing(drawn):
    texts = [text.get_text() for text in drawn.texts if "\n" in text.get_text()]
    assert texts == ["20\n80", "4\n20", "1\n0", "3\n5"]
    assert {"Class A", "Class B"} <= {text.get_text() for text in drawn.texts}
    names = [label.get_text() for label in drawn.get_yticklabels()]
    assert names[0] == "North"
    assert len(names[1]) == MAX_LABEL
    assert names[1].endswith("…")


def test_shade_follows_the_share_and_few_customers_stay_white(drawn):
    colours = [to_hex(patch.get_facecolor()) for patch in drawn.patches]
    assert colours[0] == to_hex(CALM(0.8))
    assert colours[1] == to_hex(ALARM(0.2 / DARKEST_ALARM))
    assert colours[4] == to_hex(CALM(0.0))
    assert len(colours) == 8


def test_the_names_of_the_classes_stand_clear_of_the_columns(drawn):
    drawn.figure.canvas.draw()
    heads = [text.get_window_extent() for text in drawn.texts if text.get_text().startswith("Class")]
    labels = [label.get_window_extent() for label in drawn.get_xticklabels()]
    assert min(box.y0 for box in heads) >= max(box.y1 for box in labels)
