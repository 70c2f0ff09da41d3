"""Errors that a user can act on: each names the place, the value and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what a user gave us: where it is, what was found, what to do."""

    problem: str
    remedy: str
    file: str | None = None
    line: int | None = None
    table: str | None = None
    column: str | None = None
    row: int | None = None
    key: str | None = None
    value: str | None = None
    n: int | None = None

    @property
    def place(self) -> str:
        """The place in words, from the file down to the value; empty parts are left out."""
        parts = [
            self.file and f"file {self.file}",
            self.line is not None and f"line {self.line}",
            self.table and f"table {self.table}",
            self.column and f"column {self.column}",
            self.row is not None and f"row {self.row}",
            self.key and f"key {self.key}",
            self.value is not None and f"value {self.value!r}",
        ]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """One line: place, problem, remedy."""
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.problem} → {self.remedy}"


class PortfolioLabError(Exception):
    """Base of every error that this package raises on purpose."""


class AnalysisError(PortfolioLabError):
    """A frame or a parameter with which the analysis would give a wrong result."""

    def __init__(self, problem: str, *, remedy: str, value: object = None) -> None:
        self.problem, self.remedy, self.value = problem, remedy, value
        found = "" if value is None else f" (found {value!r})"
        super().__init__(f"{problem}{found} → {remedy}")


class InputError(PortfolioLabError):
    """What the user gave cannot be used; holds every fault found, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class RunFileError(InputError):
    """The run file (or an option that overrides it) is refused."""


class DataError(InputError):
    """The company's tables are refused."""


class RunError(PortfolioLabError):
    """A report could not be run or published."""


class ConnectionLost(PortfolioLabError):  # noqa: N818 - says what happened, as its name in a traceback should
    """The connection to a database broke: the one error after which a run tries again."""
