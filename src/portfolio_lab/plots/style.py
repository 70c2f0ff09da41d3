"""How every page looks: one colour and label per stage and class, figure sizes, numbers in the reader's locale."""

import datetime as dt
import math
import re

import numpy as np
from babel import Locale
from babel.dates import format_date as babel_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

PAPER, INK, MUTED, RULE, ACCENT = "#ffffff", "#1d2528", "#5a6468", "#d9dddc", "#0b5c6b"
WARNING = "#bd2f26"
MISSING_TEXT = "–"
YES_NO = {"True": "yes", "False": "no"}

STAGE_LABELS = {
    "prospect": "Prospect",
    "active": "Active",
    "pre_inactive": "Pre-inactive",
    "inactivated": "Inactivated",
    "inactive": "Inactive",
    "ex_customer": "Ex-customer",
}
STAGE_COLOURS = {
    "prospect": "#6f5bc4",
    "active": ACCENT,
    "pre_inactive": "#c88a12",
    "inactivated": WARNING,
    "inactive": "#a59aa8",
    "ex_customer": "#2c1620",
}
CLASS_LABELS = {"A": "A", "B": "B", "C": "C", "C0": "C0 (no purchase)", "N": "N (net negative)"}
CLASS_COLOURS = {"A": "#0b3f4d", "B": "#2a8494", "C": "#9cc6cb", "C0": "#b9a48c", "N": WARNING}
# For whatever is neither a stage nor a class: arms, regions, salespeople. More than six lines are not read by anybody.
SERIES_COLOURS = (ACCENT, "#d9761d", "#7540bb", "#44a3cf", "#96523a", "#262b2b")

FIGURE_WIDTH = 6.8
FIGURE_HEIGHTS = {"low": 2.6, "wide": 3.8, "tall": 5.6}
THUMBNAIL_SIZE = (3.9, 2.4)
FIGURE_DPI = 200

RC_PARAMS = {
    "figure.dpi": FIGURE_DPI / 2,
    "savefig.dpi": FIGURE_DPI,
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"],
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "patch.linewidth": 0,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    # a customer called "$\frac" must be drawn, not parsed; log axes therefore need a formatter of ours
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


def use_style() -> None:
    """Give every figure that follows the look of the page: its type, its quiet axes, its colours and its size."""
    # imported here: whoever only wants numbers in words does not wait for the drawing libraries
    import matplotlib as mpl
    import seaborn as sns

    sns.set_theme(style="ticks", palette=SERIES_COLOURS)
    mpl.rcParams.update({**RC_PARAMS, "figure.figsize": figure_size("wide")})


def figure_size(height: str = "wide") -> tuple[float, float]:
    """Return width and height in inches of a figure that fills the page's column: "low", "wide" or "tall"."""
    return FIGURE_WIDTH, FIGURE_HEIGHTS[height]


def label_of(code: object) -> str:
    """Return the label of a stage or class; any other value comes back as its own text."""
    return STAGE_LABELS.get(str(code)) or CLASS_LABELS.get(str(code)) or str(code)


def format_number(value: float | None, *, locale: str, digits: int | None = None) -> str:
    """Return a number with the locale's separators; without `digits`, as many as the size of the number deserves."""
    if _is_missing(value):
        return MISSING_TEXT
    digits = _sensible_digits(value) if digits is None else digits
    pattern = _with_digits(Locale.parse(locale).decimal_formats[None].pattern.split(".")[0], digits)
    return _minus(format_decimal(_round(value, digits), format=pattern, locale=locale))


def format_share(value: float | None, *, locale: str, digits: int = 1) -> str:
    """Return a share (0..1) as a percentage of the locale, such as "73.4%"."""
    if _is_missing(value):
        return MISSING_TEXT
    pattern = _with_digits(Locale.parse(locale).percent_formats[None].pattern, digits)
    return _minus(format_percent(_round(value, digits + 2), format=pattern, locale=locale))


def format_money(value: float | None, *, currency: str, locale: str, digits: int | None = None) -> str:
    """Return an amount in its currency, with cents only below one hundred unless `digits` says otherwise."""
    if _is_missing(value):
        return MISSING_TEXT
    digits = (2 if 0 < abs(value) < 100 else 0) if digits is None else digits
    pattern = _with_digits(Locale.parse(locale).currency_formats["standard"].pattern, digits)
    shown = _round(value, digits)
    return _minus(format_currency(shown, currency, format=pattern, locale=locale, currency_digits=False))


def format_days(value: float | None, *, locale: str, digits: int | None = None) -> str:
    """Return a length of time in days with its unit, such as "42 days"."""
    if _is_missing(value):
        return MISSING_TEXT
    digits = _sensible_digits(value) if digits is None else digits
    pattern = _with_digits(Locale.parse(locale).decimal_formats[None].pattern.split(".")[0], digits)
    return _minus(format_unit(_round(value, digits), "duration-day", length="long", format=pattern, locale=locale))


def format_date(value: dt.date | None, *, locale: str, length: str = "long") -> str:
    """Return a date in words of the locale: "short", "medium" or "long" ("30 September 2026")."""
    return MISSING_TEXT if _is_missing(value) else babel_date(value, format=length, locale=locale)


def format_value(value: object, unit: str, *, locale: str, currency: str) -> str:
    """Return a fact or a table cell as text by its unit: share, points, currency, days; dates, words and the rest."""
    if _is_missing(value):
        return MISSING_TEXT
    if isinstance(value, str):
        return value
    if str(value) in YES_NO:
        return YES_NO[str(value)]
    if isinstance(value, dt.date):
        return format_date(value, locale=locale, length="medium")
    formats = {
        "share": lambda: format_share(value, locale=locale),
        "points": lambda: f"{format_number(value * 100, locale=locale, digits=1)} points",
        "currency": lambda: format_money(value, currency=currency, locale=locale),
        "days": lambda: format_days(value, locale=locale),
    }
    return formats.get(unit, lambda: format_number(value, locale=locale))()


def format_change(change: float, unit: str, *, locale: str, currency: str) -> str:
    """Return a change with its sign; the change of a share is in percentage points."""
    text = format_value(abs(change), "points" if unit == "share" else unit, locale=locale, currency=currency)
    is_nothing = not any(character.isdigit() and character != "0" for character in text)
    return text if is_nothing else f"{'+' if change > 0 else '−'}{text}"


def _is_missing(value: object) -> bool:
    try:
        return value is None or bool(value != value) or (isinstance(value, float) and math.isinf(value))
    except TypeError:  # pandas.NA is neither equal to itself nor different
        return True


def _sensible_digits(value: float) -> int:
    if float(value).is_integer() or abs(value) >= 100:
        return 0
    return 1 if abs(value) >= 10 else 2


def _round(value: float, digits: int) -> float:
    # the added zero turns -0.0 into 0.0: nobody wants to read "-0"
    return round(float(value), digits) + 0.0


def _with_digits(pattern: str, digits: int) -> str:
    return re.sub(r"0(\.0+)?", f"0.{'0' * digits}" if digits else "0", pattern.split(";")[0], count=1)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def write_shares(axis: Axis, *, locale: str) -> None:
    """Write the ticks of an axis as percentages; a tick at 2.5 % that says 2 % would stand at the wrong place."""

    def show(value: float, _: int | None) -> str:
        return format_share(value, locale=locale, digits=tick_digits(np.asarray(axis.get_majorticklocs()) * 100))

    axis.set_major_formatter(FuncFormatter(show))


def write_numbers(axis: Axis, *, locale: str) -> None:
    """Write the ticks of an axis as numbers, all with the decimals that the finest of them needs."""

    def show(value: float, _: int | None) -> str:
        return format_number(value, locale=locale, digits=tick_digits(np.asarray(axis.get_majorticklocs())))

    axis.set_major_formatter(FuncFormatter(show))


def tick_digits(ticks: np.ndarray) -> int:
    """Return the fewest decimals with which all ticks are told apart."""
    return next((digits for digits in (0, 1, 2) if np.allclose(ticks, ticks.round(digits), atol=1e-9)), 3)
