"""The reasons for which a row or value is not used, in words, each with its remedy."""

WORDS: dict[str, tuple[str, str]] = {
    "blank": ("is blank", "fill it in, or leave these rows out with 'where'"),
    "not_a_number": (
        "is not a number",
        "correct it, or declare format.decimal and format.thousands; signs such as € go with REPLACE(Amount, '€', '')",
    ),
    "not_a_whole_number": ("is not a whole number", "correct it"),
    "not_a_day": (
        "is not a day that we can read without guessing",
        "write it as 2026-09-30, or declare format.date_format, for example '%d/%m/%Y'",
    ),
    "not_yes_or_no": ("is neither yes nor no", "write true or false, or map it to a condition such as status = 2"),
    "not_an_identifier": (
        "is not an identifier",
        "correct it; where nobody is meant leave it blank, or map it with CASE WHEN; export long numbers as text",
    ),
    "written_as_decimal": (
        "was written with .0 at its end, as if it were an amount, and is read without it",
        "nothing, if 13085.0 means 13085; else export identifiers as text",
    ),
    "not_text": ("is not text", "correct it"),
    "not_among_choices": ("is not one of the values that we know", "correct it, or map it with CASE WHEN"),
    "out_of_bounds": ("is outside the range that is possible", "correct it"),
    "end_before_start": ("is before the start", "correct one of the two days"),
    "never_watched": (
        "is not below the duration, so that the stay was never seen",
        "correct one of the two; leave the entry blank where a stay was seen from its start",
    ),
    "not_as_its_column": (
        "does not fit the column of customers whose change it is",
        "write numbers as 1234.5, days as 2026-09-30, flags as true or false",
    ),
    "all_blank": ("are all blank", "fill in one of them"),
    "duplicate_key": ("stands more than once", "keep one row for each; the first one was kept"),
    "second_load": (
        "stands there a second time, on a day that was loaded twice",
        "remove the second load from the source; the first one was kept, as the run file asks",
    ),
    "overlap": (
        "overlaps an earlier stay of the same customer",
        "end the earlier stay first; the earlier one was kept",
    ),
    "unreadable": ("cannot be decided, as a value in it cannot be read", "correct the value, or declare its format"),
    "broken_line": (
        "has more or fewer fields than the header",
        "correct the line, or put quotation marks around texts",
    ),
}


def in_words(code: str, choices: tuple[str, ...] = ()) -> tuple[str, str]:
    """Return problem and remedy of a reason's code; ``choices`` are the values that would be allowed."""
    problem, remedy = WORDS[code]
    return (
        (f"{problem} ({', '.join(choices)})", remedy) if code == "not_among_choices" and choices else (problem, remedy)
    )


TABLE_WORDS: dict[str, str] = {
    "orders": "order lines",
    "customers": "customers",
    "salespeople": "salespeople",
    "assignments": "who owns which customer",
    "absences": "absences",
    "contacts": "contacts",
    "plans": "plans",
    "plan_tasks": "planned contacts",
    "plan_arms": "customers of a trial",
    "service_events": "claims and requests",
    "satisfaction": "answers to surveys",
    "receivables": "open and paid invoices",
    "quotes": "quotations",
    "products": "products",
    "stock": "stock",
    "attributes": "dated attributes of customers",
    "targets": "targets",
    "benchmarks": "figures of other companies",
    "valuations": "valuations of portfolios",
    "durations": "finished lifetimes",
    "experiment": "customers of an experiment",
}
ENDINGS = {"_id": " number", "_amount": "", "_days": " in days"}


def table_in_words(table: str) -> str:
    """Return what the rows of a table are, as a reader would say it."""
    return TABLE_WORDS.get(table, table.replace("_", " "))


def column_in_words(column: str | None) -> str:
    """Return a column as a reader would say it: ``customer_id`` is the customer number; none is the whole row."""
    if column is None:
        return "whole row"
    if column in ("amount", "name"):
        return column
    ending = next((ending for ending in ENDINGS if column.endswith(ending)), None)
    bare = column.removesuffix(ending) + ENDINGS[ending] if ending else column
    return bare.removeprefix("is_").removeprefix("n_").replace("_", " ")
