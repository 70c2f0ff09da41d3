import datetime as dt
import itertools
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import style

# Machado, Oliveira and Fernandes (2009), severity 1.0
COLOUR_VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
PALETTES = {
    "stages": list(style.STAGE_COLOURS.values()),
    "classes": list(style.CLASS_COLOURS.values()),
    "series": list(style.SERIES_COLOURS),
}


def linear(colour):
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb.clip(0, 1)
    f = np.where(xyz / [0.9505, 1, 1.089] > 0.008856, np.cbrt(xyz / [0.9505, 1, 1.089]), 0)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", COLOUR_VISION)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_of_a_palette_differ_for_every_kind_of_colour_vision(palette, vision):
    seen = [lab(np.array(COLOUR_VISION[vision]) @ linear(colour)) for colour in PALETTES[palette]]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


@pytest.mark.parametrize("colour", [style.INK, style.MUTED, style.ACCENT, style.WARNING])
def test_text_colours_reach_contrast_aa_on_paper(colour):
    assert contrast(colour, style.PAPER) >= 4.5


def test_each_stage_and_class_has_one_label_and_one_colour():
    assert list(style.STAGE_LABELS) == list(style.STAGE_COLOURS)
    assert list(style.CLASS_LABELS) == list(style.CLASS_COLOURS)
    assert [style.label_of(code) for code in ("pre_inactive", "C0", "Madrid", 7)] == [
        "Pre-inactive",
        "C0 (no purchase)",
        "Madrid",
        "7",
    ]


def test_style_draws_a_hostile_name_as_text_at_the_size_of_the_page():
    with mpl.rc_context():
        style.use_style()
        figure, axes = plt.subplots()
        axes.set_title("$\\frac{customer")
        figure.canvas.draw()
        assert tuple(figure.get_size_inches()) == style.figure_size("wide")
        plt.close(figure)


@pytest.mark.parametrize(
    ("value", "digits", "locale", "expected"),
    [
        (1234567, None, "en_GB", "1,234,567"),
        (1234567.0, None, "de_DE", "1.234.567"),
        (1234567, None, "en_IN", "12,34,567"),
        (0.12345, None, "en_GB", "0.12"),
        (12.345, None, "en_GB", "12.3"),
        (123.45, None, "en_GB", "123"),
        (12.345, 2, "es_ES", "12,35"),
        (-1.5, None, "en_GB", "−1.50"),
        (-0.0001, 0, "en_GB", "0"),
        (None, None, "en_GB", "–"),
        (float("nan"), None, "en_GB", "–"),
        (float("inf"), None, "en_GB", "–"),
    ],
)
def test_format_number(value, digits, locale, expected):
    assert style.format_number(value, locale=locale, digits=digits) == expected


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [(0.7344, "en_GB", "73.4%"), (0.7344, "de_DE", "73,4\xa0%"), (-0.00001, "en_GB", "0.0%"), (pd.NA, "en_GB", "–")],
)
def test_format_share(value, locale, expected):
    assert style.format_share(value, locale=locale) == expected


@pytest.mark.parametrize(
    ("value", "currency", "locale", "expected"),
    [
        (1234.56, "EUR", "en_GB", "€1,235"),
        (12.5, "EUR", "en_GB", "€12.50"),
        (0, "GBP", "en_GB", "£0"),
        (-1234.56, "EUR", "de_DE", "−1.235\xa0€"),
        (1234567, "INR", "hi_IN", "₹12,34,567"),
        (5000, "JPY", "en_GB", "JP¥5,000"),
        (None, "EUR", "en_GB", "–"),
    ],
)
def test_format_money(value, currency, locale, expected):
    assert style.format_money(value, currency=currency, locale=locale) == expected


def test_format_days_and_dates_use_the_words_of_the_locale():
    assert [style.format_days(n, locale="en_GB") for n in (1, 42, 30.42)] == ["1 day", "42 days", "30.4 days"]
    assert style.format_days(42, locale="es_ES") == "42 días"
    assert style.format_days(None, locale="es_ES") == "–"
    assert style.format_date(dt.date(2026, 9, 30), locale="en_GB") == "30 September 2026"
    assert style.format_date(pd.NaT, locale="en_GB") == "–"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.5, "share", "50.0%"),
        (0.031, "points", "3.1 points"),
        (1500, "currency", "€1,500"),
        (3, "days", "3 days"),
        (1234, "customers", "1,234"),
        (0.4567, "index", "0.46"),
        ("Acme <b>", "text", "Acme <b>"),
        (True, "count", "yes"),
        (np.bool_(False), "count", "no"),
        (dt.date(2026, 9, 30), "date", "30 Sept 2026"),
        (np.nan, "share", "–"),
        (np.int64(7), "count", "7"),
    ],
)
def test_format_value_follows_the_unit(value, unit, expected):
    assert style.format_value(value, unit, locale="en_GB", currency="EUR") == expected


@pytest.mark.parametrize(
    ("change", "unit", "expected"),
    [
        (0.032, "share", "+3.2 points"),
        (-0.032, "share", "−3.2 points"),
        (-1200, "currency", "−€1,200"),
        (0, "customers", "0"),
        (0.0001, "share", "0.0 points"),
        (12, "days", "+12 days"),
    ],
)
def test_format_change_shows_its_sign_only_when_something_changed(change, unit, expected):
    assert style.format_change(change, unit, locale="en_GB", currency="EUR") == expected


def test_formats_never_leave_a_hyphen_as_a_minus():
    texts = [style.format_value(-1.5, unit, locale="de_CH", currency="CHF") for unit in ("share", "currency", "days")]
    assert all(re.match("−", text) for text in texts)


@pytest.mark.parametrize(
    ("ticks", "shares", "numbers"),
    [
        ([-0.05, 0.0, 0.05], ["−5%", "0%", "5%"], ["−0.05", "0.00", "0.05"]),
        ([0.0, 0.025, 0.05], ["0.0%", "2.5%", "5.0%"], ["0.000", "0.025", "0.050"]),
        ([0.0, 0.5, 1.0], ["0%", "50%", "100%"], ["0.0", "0.5", "1.0"]),
        ([0.0, 1000.0], ["0%", "100,000%"], ["0", "1,000"]),
    ],
)
def test_every_tick_says_where_it_stands(ticks, shares, numbers):
    figure, ax = plt.subplots()
    ax.set_xlim(ticks[0], ticks[-1])
    ax.set_xticks(ticks)
    style.write_shares(ax.xaxis, locale="en_GB")
    assert [label.get_text() for label in ax.get_xticklabels()] == shares
    style.write_numbers(ax.xaxis, locale="en_GB")
    assert [label.get_text() for label in ax.get_xticklabels()] == numbers
    plt.close(figure)
