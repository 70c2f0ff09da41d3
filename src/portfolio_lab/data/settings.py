"""How a company's tables are found, named and read: the ``data:`` part of a run file."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, field_validator, model_validator

DAY_PARTS = "YymbBdjaAHIMSpfgn%"
StrictText = Annotated[str, StringConstraints(strict=True, min_length=1)]


class Settings(BaseModel):
    """Base of the run file's parts: frozen; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Format(Settings):
    """How text files (CSV) are written; ``null`` keeps what the level above says."""

    delimiter: str | None = Field(None, description="one character, or 'whitespace'; default ','")
    decimal: Literal[".", ","] | None = Field(None, description="decimal separator; default '.'")
    thousands: Literal[".", ",", " ", "'"] | None = Field(None, description="thousands separator; default none")
    encoding: str | None = Field(None, description="utf-8, latin-1, cp1252 …; default utf-8")
    date_format: str | None = Field(None, description="strptime format such as '%d/%m/%Y'; default ISO")
    header: bool | tuple[StrictText, ...] | None = Field(None, description="true, or the names if there is no header")
    quote: str | None = Field(None, description="quotation mark; default '\"'")
    skip_rows: int | None = Field(
        None,
        strict=True,
        ge=0,
        le=1_000,
        description="lines of a text file, or rows of a sheet, above the header; default 0",
    )

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str | None) -> str | None:
        if value is not None and value != "whitespace" and (len(value) != 1 or value in "\r\n"):
            raise ValueError(
                "must be one character, or the word 'whitespace'; a tab is written \"\\t\" in double quotes"
            )
        return value

    @field_validator("quote")
    @classmethod
    def _one_mark(cls, value: str | None) -> str | None:
        if value is not None and (len(value) != 1 or value.isspace()):
            raise ValueError("must be one character that is no blank")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError as error:
                raise ValueError("is not an encoding that Python knows; try utf-8, latin-1 or cp1252") from error
        return value

    @field_validator("date_format")
    @classmethod
    def _known_parts(cls, value: str | None) -> str | None:
        if value is None:
            return value
        parts = re.findall(r"%-?(.)", value)
        unknown = [part for part in parts if part not in DAY_PARTS]
        if unknown:
            raise ValueError(f"has %{unknown[0]}, which is no part of a day or time; try %d, %m, %Y, %H, %M, %S")
        if not {"Y", "y"} & {*parts} or not {"m", "b", "B", "j"} & {*parts}:
            raise ValueError("names no year or no month; write it as '%d/%m/%Y'")
        return value

    @model_validator(mode="after")
    def _separators_differ(self) -> Self:
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError("decimal and thousands separator must differ")
        if self.delimiter is not None and self.delimiter == (self.quote or '"'):
            raise ValueError("delimiter and quote must differ")
        return self

    def over(self, base: "Format") -> "Format":
        """Return this format with the gaps filled from ``base``."""
        own = self.model_dump(exclude_none=True)
        return Format.model_validate({**base.model_dump(exclude_none=True), **own})


DEFAULT_FORMAT = Format(delimiter=",", decimal=".", encoding="utf-8", header=True, quote='"')


class TableSettings(Settings):
    """Where one table is, and how its columns are called there."""

    table: StrictText | None = Field(
        None, description="file, sheet or table name where it differs from ours; or a pattern of files or sheets"
    )
    sheet: StrictText | tuple[StrictText, ...] | None = Field(
        None, description="sheet of the workbook, a pattern such as 'Year *', or a list of them, read as one table"
    )
    columns: dict[StrictText, StrictText] = Field(
        default_factory=dict, description="our column: the company's column, or one expression over its columns"
    )
    where: StrictText | None = Field(None, description="a condition over the company's columns: which rows count")
    format: Format = Format()
    loaded_twice: Literal["once"] | None = Field(
        None, description="orders only: 'once' leaves out the second load of days that were loaded twice"
    )
    key: StrictText | None = Field(None, description="the company's own row key, named in findings of databases")

    @field_validator("sheet", mode="before")
    @classmethod
    def _names_sheets(cls, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        if not isinstance(value, (list, tuple)) or not value or not all(isinstance(name, str) for name in value):
            raise ValueError("is not a sheet's name, a pattern such as 'Year *', or a list of these")
        return tuple(value)


class DataSettings(Settings):
    """The company's data: source, time zone, format, control totals, and the tables whose names differ."""

    source: StrictText
    timezone: str = "UTC"
    format: Format = Format()
    control_totals: dict[str, FiniteFloat] = Field(
        default_factory=dict, description="month (YYYY-MM): net sales of the ledger"
    )
    tables: dict[str, TableSettings] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone; write it as in 'Europe/Madrid'")
        ZoneInfo(value)
        return value

    @field_validator("control_totals", mode="before")
    @classmethod
    def _months(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        months = {_month(key): total for key, total in value.items()}
        if len(months) < len(value):
            raise ValueError("names a month twice")
        return months

    def table(self, name: str) -> TableSettings:
        """Return the settings of a table; the defaults where the run file is silent."""
        return self.tables.get(name, TableSettings())

    def format_of(self, name: str) -> Format:
        """Return the text format of a table: its own, else the run's, else the default."""
        return self.table(name).format.over(self.format.over(DEFAULT_FORMAT))


def _month(key: Any) -> str:
    text = str(key)
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ValueError(f"{text!r} is not a month; write it as 2026-09") from error
    return text
