"""Amounts written as text, read under a declared locale and refused where they could mean two things."""

import re

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError


def parse_amounts(texts: pd.Series, *, decimal: str, thousands: str | None) -> pd.Series:
    """Return the amounts as numbers; empty stays NaN.

    Raises AnalysisError naming the row: separators that are not the declared ones, thousands not in groups of
    three, or a column in which one row could be read both ways (``1,493`` beside ``0.493``).
    """
    if decimal == thousands or decimal not in (".", ",") or thousands not in (None, ".", ",", " ", "'"):
        raise AnalysisError("the separators must differ", remedy="such as decimal ',' and thousands '.'", value=decimal)
    stripped = texts.astype("string").str.strip().fillna("")
    group = f"\\d{{1,3}}(?:{re.escape(thousands)}\\d{{3}})+|" if thousands else ""
    pattern = re.compile(rf"[+-]?(?:{group}\d+)(?:{re.escape(decimal)}\d+)?")
    for row, text in enumerate(stripped):
        if text and not pattern.fullmatch(text):
            raise _refusal(row, text, "an amount is not written in the declared way")
    _assert_one_reading(stripped, decimal=decimal, thousands=thousands)
    plain = stripped.str.replace(thousands, "", regex=False) if thousands else stripped
    return plain.str.replace(decimal, ".", regex=False).replace("", pd.NA).astype("Float64").to_numpy(
        float, np.nan
    ) * _one(texts)


def _one(texts: pd.Series) -> pd.Series:
    return pd.Series(1.0, index=texts.index, name=texts.name)


def _assert_one_reading(texts: pd.Series, *, decimal: str, thousands: str | None) -> None:
    """Refuse ``1,493`` beside ``0.493``: three digits after either separator, and no amount that has both."""
    if thousands is None:
        return
    grouped = texts.str.fullmatch(rf"[+-]?\d{{1,3}}{re.escape(thousands)}\d{{3}}").fillna(False).to_numpy(bool)
    decimals = texts.str.fullmatch(rf"[+-]?\d{{1,3}}{re.escape(decimal)}\d{{3}}").fillna(False).to_numpy(bool)
    if grouped.any() and decimals.any():
        row = int(np.argmax(grouped))
        other = int(np.argmax(decimals))
        raise _refusal(row, f"{texts.iloc[row]} beside {texts.iloc[other]}", "the separators of a column are mixed")


def _refusal(row: int, text: str, problem: str) -> AnalysisError:
    return AnalysisError(
        f"{problem} in row {row + 1}",
        remedy="write all amounts of a column alike and declare decimal and thousands",
        value=text,
    )
