"""How numbers are put into the words of one review."""

import datetime as dt
from dataclasses import dataclass

from portfolio_lab.plots.style import format_date, format_money, format_number, format_share

FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Wording:
    """The reader's locale and currency, and the word for what is summed, such as "sales" or "margin"."""

    locale: str
    currency: str
    measure: str = "sales"

    def number(self, value: float, *, digits: int | None = None) -> str:
        """Return a number with the locale's separators."""
        return format_number(value, locale=self.locale, digits=digits)

    def share(self, value: float | None, *, digits: int = 1) -> str:
        """Return a share (0..1) as a percentage; never 0% or 100% for what is only near to it."""
        shown, step = format_share(value, locale=self.locale, digits=digits), 10.0 ** -(digits + 2)
        if value is not None and 0 < value < step / 2:
            return f"under {format_share(step, locale=self.locale, digits=digits)}"
        if value is not None and 1 - step / 2 <= value < 1:
            return f"over {format_share(1 - step, locale=self.locale, digits=digits)}"
        return shown

    def money(self, value: float) -> str:
        """Return an amount in the review's currency."""
        return format_money(value, currency=self.currency, locale=self.locale)

    def date(self, day: dt.date) -> str:
        """Return a date in words."""
        return format_date(day, locale=self.locale)

    def count(self, n: int, noun: str, plural: str | None = None) -> str:
        """Return a number with its noun: "1 customer", "2,357 customers", "no customers"."""
        words = noun if n == 1 else plural or f"{noun}s"
        return f"no {words}" if n == 0 else f"{self.number(n, digits=0)} {words}"


def in_words(n: int) -> str:
    """Return a small number as a word ("three"), a larger one in digits."""
    return FEW[n] if 0 <= n < len(FEW) else str(n)


def capitalised(text: str) -> str:
    """Return the text with a capital first letter, the rest as it was."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str], *, last: str = "and") -> str:
    """Return parts as a list in words: "a", "a and b", "a, b and c"; nothing for no parts."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def is_or_are(n: int) -> str:
    """Return the verb that goes with so many."""
    return "is" if n == 1 else "are"


def has_or_have(n: int) -> str:
    """Return the verb that goes with so many."""
    return "has" if n == 1 else "have"
