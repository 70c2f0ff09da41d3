"""What the facts of a review say together: what changed, and how sure it is. Sentences that are true for any data."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portfolio_lab.plots.style import format_share
from portfolio_lab.reports.facts import (
    Change,
    describe_change,
    is_clear_change,
    is_within_margin,
    show_fact,
    show_interval,
)
from portfolio_lab.reports.page_files import read_facts, read_page
from portfolio_lab.reports.pages import count, join, long_date

MAX_SHOWN = 8
MAX_GAPS = 5
MAX_OF_ONE_REPORT = 3


@dataclass(frozen=True)
class ReportFiles:
    """What one report of a build left behind: its folder, page.json and facts.json."""

    topic: str
    folder: Path
    page: dict
    facts: dict[str, dict]

    @property
    def shown_in(self) -> dict[str, str]:
        """Locale and currency of its numbers."""
        return {"locale": self.page["locale"], "currency": self.page["currency"]}


@dataclass(frozen=True)
class Movement:
    """One fact of one report beside its previous value; `size` is the change relative to the value before.

    `is_told`: it changed, and not within a margin of error; `is_clear`: it has one, and changed beyond it. What is
    told and not clear carries no margin of error to judge it by.
    """

    report: ReportFiles
    fact: dict
    previous: dict | None
    change: Change
    is_tile: bool
    is_told: bool
    is_clear: bool
    size: float

    @property
    def text(self) -> str:
        """The movement in words: "1,234, was 1,190 (+44)"."""
        now = show_fact(self.fact, **self.report.shown_in)
        if self.previous is None or self.change.kind not in ("up", "down"):
            return now
        return f"{now}, was {show_fact(self.previous, **self.report.shown_in)}"


def read_reports(build_dir: Path, topics: Iterable[str]) -> list[ReportFiles]:
    """Return the reports of a build that left a page, the known topics first and in their order."""
    found = sorted(path.parent for path in build_dir.glob("*/page.json"))
    order = {topic: i for i, topic in enumerate(topics)}
    found.sort(key=lambda folder: order.get(folder.name, len(order)))
    return [ReportFiles(folder.name, folder, read_page(folder), read_facts(folder)) for folder in found]


def find_movements(reports: Iterable[ReportFiles]) -> list[Movement]:
    """Return every fact of the reports beside its value in the review before, if there was one."""
    return [
        _movement(report, fact_id, (report.page["previous"] or {}).get("facts", {}).get(fact_id))
        for report in reports
        for fact_id in report.facts
    ]


def say_changes(movements: list[Movement], *, period: str) -> dict:
    """Return what changed: the movements beyond chance or without a margin of error, and sentences on all others."""
    told = [movement for movement in movements if movement.is_told]
    shown = _largest(told)
    sentences = [_first_sentence(movements, told, period)]
    sentences += _on_the_rest("within the margin of error", [m for m in movements if _moved(m) and not m.is_told])
    sentences += _on_the_rest("not compared, because the method changed", _of_kind(movements, "redefined"))
    one_sided = [m for m in _of_kind(movements, "unknown") if m.fact["value"] != (m.previous or {}).get("value")]
    sentences += _on_the_rest("not known now or not known before", one_sided)
    if rest := len(told) - len(shown):
        sentences.append(f"{count(rest, 'further change', locale='en_GB')} can be read among all facts below.")
    return {"shown": shown, "first": sentences[0], "rest": sentences[1:]}


def say_lead(reports: list[ReportFiles], movements: list[Movement], *, period: str) -> str:
    """Return the review in one sentence: how much became better or worse, and how many decisions are asked for."""
    clear = _count_tones(movement for movement in movements if movement.is_clear)
    counted = _count_tones(movement for movement in movements if movement.is_told and not movement.is_clear)
    n_asked = sum(bool(report.page["decision"]) for report in reports)
    asked = f"{_counted(n_asked, 'decision')} asked for" if n_asked else "no decision is asked for"
    if not any(report.page["previous"] for report in reports):
        return f"The first review, with {count(len(reports), 'report', locale='en_GB')}; {asked}."
    since = f" than in {period}" if period else " than before"
    moved = [f"{_counted(n, 'fact')} clearly {tone}" for tone, n in clear.items()]
    rest = join([f"{n} {'is' if n == 1 else 'are'} {tone}" for tone, n in counted.items()])
    others = f"; of the facts without a margin of error, {rest}" if rest else ""
    return f"{join(moved) or 'No fact is clearly better or worse'}{since}{others}; {asked}."


def say_certainty(reports: list[ReportFiles]) -> list[str]:
    """Return sentences on how sure the review is: intervals, rows left out, notes, missing tables, older reports."""
    sentences = _on_intervals(reports) + _on_rows(reports)
    newest = max((report.page["as_of"] for report in reports), default="")
    for report in reports:
        if report.page["as_of"] != newest:
            day = long_date(report.page["as_of"], locale=report.page["locale"])
            sentences.append(f"{report.page['title']} is of {day}: it was not run again for this review.")
    notes = [note for report in reports for note in report.page["coverage"]["notes"]]
    return list(dict.fromkeys(sentences + notes + _on_gaps(reports)))


def common_period(reports: Iterable[ReportFiles]) -> str:
    """Return the label of the period that all reports compare with, or nothing where they differ or have none."""
    labels = {report.page["previous"]["period"] for report in reports if report.page["previous"]}
    return labels.pop() if len(labels) == 1 else ""


def _on_gaps(reports: list[ReportFiles]) -> list[str]:
    """Name the few things that cannot be said for want of data; of many, how many on which page."""
    gaps = [(report.page["title"], entry["text"]) for report in reports for entry in report.page["missing"]]
    if len(gaps) <= MAX_GAPS:
        return [f"{title}: {text}" for title, text in gaps]
    pages = join([f"{title} ({n})" for title, n in Counter(title for title, _ in gaps).items()])
    return [f"For want of data {len(gaps)} things cannot be said. Each page names its own: {pages}."]


def _movement(report: ReportFiles, fact_id: str, previous: dict | None) -> Movement:
    fact, is_tile = report.facts[fact_id], fact_id in report.page["tiles"]
    change = describe_change(fact, previous, **report.shown_in)
    if change.kind not in ("up", "down"):
        return Movement(report, fact, previous, change, is_tile, change.kind == "other", is_clear=False, size=0.0)
    before = abs(previous["value"])
    size = abs(fact["value"] - previous["value"]) / before if before else float("inf")
    is_told, is_clear = not is_within_margin(fact, previous), is_clear_change(fact, previous)
    return Movement(report, fact, previous, change, is_tile, is_told, is_clear, size)


def _largest(told: list[Movement]) -> list[Movement]:
    """At most eight, and at most three of one report, so that one report cannot fill the page."""
    ranked = sorted(told, key=lambda m: (not m.is_tile, m.fact["better"] is None, -m.size))
    places: Counter[str] = Counter()
    shown = []
    for movement in ranked:
        places[movement.report.topic] += 1
        if places[movement.report.topic] <= MAX_OF_ONE_REPORT:
            shown.append(movement)
    return shown[:MAX_SHOWN]


def _moved(movement: Movement) -> bool:
    return movement.change.kind in ("up", "down", "other")


def _of_kind(movements: list[Movement], kind: str) -> list[Movement]:
    return [movement for movement in movements if movement.change.kind == kind]


def _count_tones(movements: Iterable[Movement]) -> dict[str, int]:
    """How many facts became better and how many worse, those of which there are any."""
    tones = Counter(movement.change.tone for movement in movements)
    return {word: tones[tone] for tone, word in (("good", "better"), ("bad", "worse")) if tones[tone]}


def _first_sentence(movements: list[Movement], told: list[Movement], period: str) -> str:
    if not any(movement.report.page["previous"] for movement in movements):
        return "This is the first review of this run: there is nothing to compare with yet."
    n_compared = sum(_moved(movement) or movement.change.kind == "same" for movement in movements)
    since = f" since {period}" if period else ""
    facts = count(n_compared, "fact", locale="en_GB")
    if n_compared == 0:
        return "No fact can be compared with the review before."
    if not told:
        return f"None of the {facts} that can be compared has clearly changed{since}."
    n_clear, have = sum(movement.is_clear for movement in told), "has" if len(told) == 1 else "have"
    start = f"{len(told)} of the {facts} that can be compared {have}"
    if n_clear == len(told):
        return f"{start} clearly changed{since}; the largest first:"
    if n_clear:
        beyond = f"{n_clear} of them beyond the margin of error; the rest carries none"
        return f"{start} changed{since}, {beyond}. The largest first:"
    carry = "it carries" if len(told) == 1 else "they carry"
    return f"{start} changed{since}; {carry} no margin of error to judge that by. The largest first:"


def _on_the_rest(what: str, movements: list[Movement]) -> list[str]:
    if not movements:
        return []
    labels = [f"{movement.fact['label']} ({movement.report.page['title']})" for movement in movements]
    shown = labels if len(labels) <= MAX_SHOWN else [*labels[:MAX_SHOWN], f"{len(labels) - MAX_SHOWN} more"]
    return [f"{what[:1].upper()}{what[1:]}: {join(shown)}."]


def _counted(n: int, noun: str) -> str:
    return f"{count(n, noun, locale='en_GB')} {'is' if n == 1 else 'are'}"


def _on_intervals(reports: list[ReportFiles]) -> list[str]:
    facts = [(report, fact) for report in reports for fact in report.facts.values()]
    known = [(report, fact) for report, fact in facts if fact["interval"]]
    if not known:
        return ["No fact of this review carries an interval."]
    n_facts = count(len(facts), "fact", locale=known[0][0].page["locale"])
    start = f"{len(known)} of {n_facts} {'carries' if len(known) == 1 else 'carry'} an interval"
    sized = [pair for pair in known if not _holds_zero(pair[1])]
    if not sized:
        return [f"{start}."]
    report, widest = max(sized, key=lambda pair: _relative_width(pair[1]))
    width = show_interval(widest, **report.shown_in)
    return [f"{start}; for its size the least certain is “{widest['label']}” ({report.page['title']}): {width}."]


def _holds_zero(fact: dict) -> bool:
    """Whether nothing at all is possible: then the width of an interval has no size to be compared with."""
    low, high = fact["interval"]
    return low <= 0 <= high


def _relative_width(fact: dict) -> float:
    low, high = fact["interval"]
    centre = abs(fact["value"]) if isinstance(fact["value"], int | float) else abs(low + high) / 2
    return (high - low) / centre if centre else (float("inf") if high > low else 0.0)


def _on_rows(reports: list[ReportFiles]) -> list[str]:
    sentences = []
    for report in reports:
        coverage, locale = report.page["coverage"], report.page["locale"]
        if coverage["n_rows_read"]:
            left_out = coverage["n_rows_read"] - (coverage["n_rows_kept"] or 0)
            further = "further " if coverage.get("n_rows_set_aside") else ""
            sentences.append(_say_left_out(left_out, coverage["n_rows_read"], locale, further))
    return list(dict.fromkeys(sentences))


def _say_left_out(left_out: int, n_rows: int, locale: str, further: str) -> str:
    rows = count(n_rows, "order line", locale=locale)
    if not left_out:
        return f"No {further}row was left out of {rows}."
    share = format_share(left_out / n_rows, locale=locale, digits=2)
    return f"{count(left_out, f'{further}row', locale=locale)} of {rows} left out ({share})."
