"""A fact: one number (or word) that a manager would repeat, and what may be said about its change."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots.style import format_change, format_value

BETTER = ("higher", "lower", None)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True)
class Change:
    """What happened to a fact: how it may be said in a few words, which way it went, and whether that is welcome."""

    kind: Literal["new", "redefined", "unknown", "same", "up", "down", "other"]
    text: str
    tone: Literal["good", "bad", "neutral"] = "neutral"


def build_fact(
    value: object,
    *,
    label: str,
    unit: str,
    interval: Iterable | None = None,
    better: str | None = None,
    method: str = "",
) -> dict:
    """Return the entry of facts.json, without its definition; missing and infinite numbers become null."""
    if better not in BETTER:
        raise AnalysisError(
            "`better` must be 'higher', 'lower' or None", remedy="say which way is welcome", value=better
        )
    if not label.strip():
        raise AnalysisError("a fact needs a label", remedy="give `label`, the words that stand beside the number")
    shared = {"label": label, "unit": unit, "interval": _bounds(interval), "better": better, "method": method}
    return {"value": _plain(value), **shared}


def describe_change(fact: Mapping, previous: Mapping | None, *, locale: str, currency: str) -> Change:
    """Return what may be said about a fact against the one before; never a comparison of two different methods.

    A change that may be chance is neither good nor bad.
    """
    if previous is None:
        return Change("new", "no earlier value")
    if any(fact.get(key) != previous.get(key) for key in ("unit", "method", "definition")):
        return Change("redefined", "method changed, not compared")
    now, before = fact["value"], previous["value"]
    if now is None or before is None:
        return Change("unknown", "not known now" if now is None else "not known before")
    if isinstance(now, str) or isinstance(before, str):
        was = show_fact(previous, locale=locale, currency=currency)
        return Change("same", "unchanged") if now == before else Change("other", f"was {was}")
    change = _numeric_change(fact, now - before, now == before, locale=locale, currency=currency)
    if change.kind == "same" or not is_within_margin(fact, previous):
        return change
    return Change(change.kind, f"{change.text}, within the margin of error")


def is_within_margin(fact: Mapping, previous: Mapping) -> bool:
    """Return whether a change may be chance: the intervals overlap, or one value lies in the other's interval."""
    now, before = fact.get("interval"), previous.get("interval")
    if now and before:
        return now[0] <= before[1] and before[0] <= now[1]
    if now or before:
        low, high = now or before
        return low <= (previous["value"] if now else fact["value"]) <= high
    return False


def is_clear_change(fact: Mapping, previous: Mapping) -> bool:
    """Return whether a change cannot be chance alone: both values have an interval, and these do not overlap."""
    return bool(fact.get("interval") and previous.get("interval")) and not is_within_margin(fact, previous)


def show_fact(fact: Mapping, *, locale: str, currency: str) -> str:
    """Return the value of a fact as text in its unit; a day, which facts.json holds as 2026-09-30, in words."""
    value = fact["value"]
    if fact["unit"] == "date" and isinstance(value, str) and _ISO_DAY.match(value):
        value = dt.date.fromisoformat(value)
    return format_value(value, fact["unit"], locale=locale, currency=currency)


def show_interval(fact: Mapping, *, locale: str, currency: str) -> str:
    """Return the interval of a fact as text, such as "71.2% to 75.9%", or nothing."""
    if not fact.get("interval"):
        return ""
    return " to ".join(
        format_value(bound, fact["unit"], locale=locale, currency=currency) for bound in fact["interval"]
    )


def _numeric_change(fact: Mapping, change: float, is_same: bool, *, locale: str, currency: str) -> Change:
    text = format_change(change, fact["unit"], locale=locale, currency=currency)
    if is_same or not text.startswith(("+", "−")):
        return Change("same", "unchanged")
    kind = "up" if change > 0 else "down"
    if fact.get("better") is None:
        return Change(kind, text)
    return Change(kind, text, "good" if (kind == "up") == (fact["better"] == "higher") else "bad")


def known_tiles(page: dict, facts: dict[str, dict], *, n: int) -> list[str]:
    """Return the first n facts that a page shows on top, without those of which nothing is known."""
    return [fact_id for fact_id in page["tiles"] if facts[fact_id]["value"] is not None][:n]


def _bounds(interval: Iterable | None) -> list | None:
    if interval is None:
        return None
    bounds = [_plain(bound) for bound in interval]
    if len(bounds) == 2 and None in bounds:
        return None
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        remedy = "give (low, high) with low <= high, or None"
        raise AnalysisError("an interval needs two rising bounds", remedy=remedy, value=bounds)
    return bounds


def _plain(value: object) -> float | int | str | None:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, str | int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None
