"""Keep secrets, and folders that say nothing to a reader, out of everything that the runner writes."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

# A short value such as a port would be found inside numbers; it is only taken where it stands alone.
SHORT = 8

Redactor = Callable[[Any], Any]


def make_redactor(secrets: Mapping[str, str], *, places: Mapping[str, str] | None = None) -> Redactor:
    """Return a function that copies any JSON-like value with each secret as ``${NAME}`` and each place renamed.

    ``secrets`` maps names of environment variables to their values, ``places`` maps folders to what is written instead.
    """
    patterns = [(re.compile(re.escape(place)), label) for place, label in (places or {}).items()]
    for name, value in sorted(secrets.items(), key=lambda item: -len(item[1])):
        patterns += [(_pattern(form), f"${{{name}}}") for form in _written_forms(value)]
    return lambda value: _redact(value, patterns)


def _written_forms(value: str) -> list[str]:
    """A secret as it is, as it stands in an address, and as it stands in a Python or JSON string; longest first."""
    forms = {value, quote(value, safe=""), quote_plus(value), repr(value)[1:-1], repr(repr(value))[2:-2]}
    return sorted((form for form in forms if form.strip()), key=len, reverse=True)


def _pattern(value: str) -> re.Pattern[str]:
    escaped = re.escape(value)
    return re.compile(escaped if len(value) >= SHORT else rf"(?<!\w){escaped}(?!\w)")


def _redact(value: Any, patterns: list[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        for pattern, label in patterns:
            value = pattern.sub(lambda _, label=label: label, value)
        return value
    if isinstance(value, dict):
        return type(value)({key: _redact(item, patterns) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return type(value)(_redact(item, patterns) for item in value)
    return value
