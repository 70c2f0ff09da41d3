"""The models of a run file: what this run looks at, its policy, its limits."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from babel import Locale, UnknownLocaleError
from pydantic import Field, PrivateAttr, StringConstraints, field_validator

from portfolio_lab.analysis.periods import PeriodKind
from portfolio_lab.data.settings import DataSettings, Settings
from portfolio_lab.policy import Policy

Title = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
RunName = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Currency = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{2}$")]


class Limits(Settings):
    """How long and how large a run may become before it is ended."""

    cell_seconds: Annotated[int, Field(ge=1)] = 300
    report_seconds: Annotated[int, Field(ge=1)] = 1200
    review_seconds: Annotated[int, Field(ge=1)] = 3600
    memory_mb: Annotated[int, Field(ge=64)] = 4096


class RunFile(Settings):
    """One run: what it looks at (params) and what our words mean in it (policy)."""

    run: RunName
    title: Title = "Customer portfolio review"
    as_of: date | Literal["last_period_end"] = "last_period_end"
    period: PeriodKind = "quarter"
    currency: Currency = "EUR"
    locale: Annotated[str, StringConstraints(strict=True)] = "en_GB"
    country: Country | None = None
    data: DataSettings
    policy: Policy = Policy()
    limits: Limits = Limits()
    reports: dict[str, dict[str, Any]] = Field(default_factory=dict)

    _path: Path = PrivateAttr(default=Path())
    _root: Path = PrivateAttr(default=Path())

    @property
    def path(self) -> Path:
        """The file that was read."""
        return self._path

    @property
    def root(self) -> Path:
        """The folder against which relative paths of the run file are resolved."""
        return self._root

    def read_from(self, path: Path, *, root: Path) -> "RunFile":
        """Return a copy that knows the file it was read from and the folder its relative paths start at."""
        copy = self.model_copy()
        copy._path, copy._root = path, root
        return copy

    @field_validator("as_of", mode="before")
    @classmethod
    def _a_day(cls, value: Any) -> Any:
        """Only a day or the word: pydantic alone would take a number as seconds since 1970."""
        if isinstance(value, datetime) or not isinstance(value, (str, date)):
            raise ValueError("is not a day; write it as 2026-09-30, or last_period_end")
        if value == "last_period_end" or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("is not a day; write it as 2026-09-30, or last_period_end") from error

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        try:
            Locale.parse(value)
        except (UnknownLocaleError, ValueError) as error:
            raise ValueError("is not a locale; write it as en_GB or es_ES") from error
        return value
