"""What a column of sampled texts can be: numbers, days, in which notation; never decided where two are possible."""

import re
from collections.abc import Sequence
from datetime import datetime

ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?$")
DAY_FORMATS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%m/%d/%y",
    "%d.%m.%y",
)  # fmt: skip
CLOCKS = ("", " %H:%M", " %H:%M:%S")
NOTATIONS: dict[tuple[str, str | None], str] = {
    (".", None): r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?",
    (",", None): r"[+-]?\d+(,\d*)?",
    (".", ","): r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?",
    (",", "."): r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?",
}


def day_formats(texts: Sequence[str]) -> list[str]:
    """Return every format in which all texts are days: ``""`` for ISO; none for texts that are no days."""
    if not texts:
        return []
    if all(ISO_DAY.match(text) for text in texts):
        return [""]
    return [day + clock for clock in CLOCKS for day in DAY_FORMATS if all(_is_day(text, day + clock) for text in texts)]


def number_notations(texts: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return every notation (decimal mark, thousands mark) in which all texts are numbers."""
    if not texts:
        return []
    plain = [text for text in texts if re.fullmatch(r"[+-]?\d+", text)]
    marked = [text for text in texts if text not in plain]
    found = []
    for (decimal, thousands), pattern in NOTATIONS.items():
        without = NOTATIONS[(decimal, None)]
        fits = all(re.fullmatch(pattern, text) or re.fullmatch(without, text) for text in marked)
        uses = thousands is None or any(re.fullmatch(pattern, text) for text in marked)
        if fits and uses:
            found.append((decimal, thousands))
    return found[:1] if not marked else found


def _is_day(text: str, day_format: str) -> bool:
    try:
        day = datetime.strptime(text, day_format)
    except ValueError:
        return False
    return 1900 <= day.year <= 2200
