"""The course of a fact over the reviews of a run, as numbers, as a small line and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portfolio_lab.reports.facts import show_fact
from portfolio_lab.reports.pages import long_date
from portfolio_lab.reports.safe_text import visible

WIDTH, HEIGHT, MARGIN = 144, 32, 4


@dataclass(frozen=True)
class Point:
    """A fact as one review stated it, and whether its method or definition was another one than before."""

    as_of: str
    fact: dict
    is_redefined: bool = False


def trace_fact(history: Sequence[tuple[str, dict]]) -> list[Point]:
    """Return the points of one fact in the order of time; a changed method or definition is marked."""
    points: list[Point] = []
    for as_of, fact in sorted(history, key=lambda dated: dated[0]):
        is_redefined = bool(points) and any(
            fact.get(key) != points[-1].fact.get(key) for key in ("unit", "method", "definition")
        )
        points.append(Point(as_of, fact, is_redefined))
    return points


def draw_sparkline(points: Sequence[Point], *, locale: str, currency: str) -> Markup:
    """Return the course as a small line with its values as text alternative; nothing for a single value or for words.

    The line is broken where a value is missing and where the method changed.
    """
    placed = _place(points) if len(points) > 1 else []
    if not placed:
        return Markup("")
    segments = _segments(placed)
    lines = "".join(f'<path d="{_path(line)}"/>' for line in segments if len(line) > 1)
    x, y = segments[-1][-1]
    label = Markup('<svg class="spark" role="img" viewBox="0 0 {} {}" aria-label="{}">').format(
        WIDTH, HEIGHT, visible(describe_course(points, locale=locale, currency=currency))
    )
    return label + Markup(f'{lines}<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/></svg>')


def describe_course(points: Sequence[Point], *, locale: str, currency: str) -> str:
    """Return the course in words: each value with its day, and where the method changed."""
    words = [
        f"{show_fact(point.fact, locale=locale, currency=currency)} on {long_date(point.as_of, locale=locale)}"
        + (", by a changed method" if point.is_redefined else "")
        for point in points
    ]
    return "; ".join(words)


def _place(points: Sequence[Point]) -> list[tuple[float, float, bool] | None]:
    values = [point.fact["value"] for point in points if _is_number(point.fact["value"])]
    if not values:
        return []
    low, span = min(values), (max(values) - min(values)) or 1
    step = (WIDTH - 2 * MARGIN) / max(1, len(points) - 1)
    flat = min(values) == max(values)
    return [
        (
            MARGIN + i * step,
            HEIGHT / 2 if flat else HEIGHT - MARGIN - (point.fact["value"] - low) / span * (HEIGHT - 2 * MARGIN),
            point.is_redefined,
        )
        if _is_number(point.fact["value"])
        else None
        for i, point in enumerate(points)
    ]


def _segments(placed: Sequence[tuple[float, float, bool] | None]) -> list[list[tuple[float, float]]]:
    segments: list[list[tuple[float, float]]] = [[]]
    for place in placed:
        if place is None or place[2]:
            segments.append([])
        if place is not None:
            segments[-1].append(place[:2])
    return [segment for segment in segments if segment]


def _path(line: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
