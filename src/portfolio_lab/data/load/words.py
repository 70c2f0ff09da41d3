"""The reasons for which a row or value is not used, in words, each with its remedy."""

WORDS: dict[str, tuple[str, str]] = {
    "blank": ("is blank", "fill it in, or leave these rows out with 'where'"),
    "not_a_number": ("is not a number", "correct it, or declare format.decimal and format.thousands"),
    "not_a_whole_number": ("is not a whole number", "correct it"),
    "not_a_day": (
        "is not a day that we can read without guessing",
        "write it as 2026-09-30, or declare format.date_format, for example '%d/%m/%Y'",
    ),
    "not_yes_or_no": ("is neither yes nor no", "write true or false"),
    "not_an_identifier": ("is not an identifier", "identifiers are text or whole numbers: correct it"),
    "not_text": ("is not text", "correct it"),
    "not_among_choices": ("is not one of the values that we know", "correct it, or map it with CASE WHEN"),
    "out_of_bounds": ("is outside the range that is possible", "correct it"),
    "end_before_start": ("is before the start", "correct one of the two days"),
    "all_blank": ("are all blank", "fill in one of them"),
    "duplicate_key": ("stands more than once", "keep one row for each; the first one was kept"),
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
