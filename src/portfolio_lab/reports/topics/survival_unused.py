"""What a reader of brought lifetimes has to know of the table: rows that were not used, lengths that look wrong."""

import pandas as pd

from portfolio_lab.analysis.survival.guards import Finding
from portfolio_lab.data.load import LoadReport
from portfolio_lab.data.load.words import column_in_words
from portfolio_lab.reports.sentences.wording import listed

# nobody stays a customer for so long: the unit is more likely to be another one
LONGEST = {"days": 36_525.0, "weeks": 5_218.0, "months": 1_200.0, "years": 100.0}


def find_unused_rows(quality: LoadReport, table: str) -> list[Finding]:
    """Return how many rows of a table were left out, set aside or lost a value, each with the reasons."""
    read = quality.table(table)
    own = [finding for finding in quality.findings if finding.table == table]
    found = []
    if read.n_dropped:
        reasons = [_reason(finding) for finding in own if finding.severity == "dropped"]
        verb = "is" if read.n_dropped == 1 else "are"
        sentence = f"{read.n_dropped:,} of {read.n_read:,} rows cannot be used and {verb} left out: {listed(reasons)}."
        found.append(Finding("dropped_rows", sentence, read.n_dropped))
    for finding in own:
        if finding.severity == "emptied":
            start = ", so that these stays count from their start" if finding.column == "entry" else ""
            found.append(Finding("emptied", f"Taken as blank: {_reason(finding)}{start}.", finding.n))
    if read.n_set_aside:
        verb = "was" if read.n_set_aside == 1 else "were"
        sentence = f"{read.n_set_aside:,} of {read.n_found:,} rows {verb} set aside by the run file's own condition."
        found.append(Finding("set_aside", sentence, read.n_set_aside))
    return found


def _reason(finding: object) -> str:
    return f"in {finding.n:,} the {column_in_words(finding.column)} {finding.problem}"


def find_odd_lengths(lifetimes: pd.DataFrame, *, unit: str) -> list[Finding]:
    """Return what to say of stays that last longer than any customer's, and of those that end where they begin."""
    if lifetimes.empty:
        return []
    longest, found = float(lifetimes["duration"].max()), []
    if longest > LONGEST[unit]:
        sentence = (
            f"The longest stay lasts {longest:,.0f} {unit}, more than a hundred years: the unit is probably another "
            "one than the run file says."
        )
        found.append(Finding("unit", sentence, longest))
    n = int(((lifetimes["duration"] == 0) & lifetimes["event_observed"]).sum())
    if n:
        who = "1 stay ends" if n == 1 else f"{n:,} stays end"
        sentence = f"{who} where {'it begins' if n == 1 else 'they begin'} (length 0): the curve starts below 100%."
        found.append(Finding("ends_at_start", sentence, n))
    return found
