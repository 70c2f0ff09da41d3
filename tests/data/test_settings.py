"""The data part of a run file: defaults, formats over formats, and each wrong value refused."""

import pytest
from pydantic import ValidationError

from portfolio_lab.data.settings import DataSettings, Format, TableSettings


def settings(**more):
    return DataSettings.model_validate({"source": "x", **more})


def test_a_table_fills_the_gaps_of_its_format_from_the_run_and_from_the_default():
    data = settings(
        format={"delimiter": ";", "decimal": ","},
        tables={"orders": {"format": {"decimal": ".", "thousands": "'"}}},
    )
    assert data.format_of("orders") == Format(
        delimiter=";", decimal=".", thousands="'", encoding="utf-8", header=True, quote='"'
    )
    assert data.format_of("contacts").decimal == ","


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"format": {"delimiter": ";;"}}, "one character"),
        ({"format": {"decimal": ",", "thousands": ","}}, "must differ"),
        ({"format": {"encoding": "utf-99"}}, "not an encoding"),
        ({"timezone": "Madrid"}, "not a time zone"),
        ({"control_totals": {"2026-13": 1.0}}, "not a month"),
        ({"control_totals": {"September": 1.0}}, "not a month"),
        ({"sorce": "y"}, "extra"),
        ({"tables": {"orders": {"colums": {}}}}, "extra"),
    ],
)
def test_a_wrong_value_is_refused(given, words):
    with pytest.raises(ValidationError, match=words):
        settings(**given)


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        settings().timezone = "UTC"


@pytest.mark.parametrize("date_format", ["%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d-%b-%y", "%Y%m", "%-d.%-m.%Y", "%j %Y"])
def test_date_formats_with_year_and_month_are_taken(date_format):
    assert Format(date_format=date_format).date_format == date_format


@pytest.mark.parametrize(
    ("date_format", "words"), [("%Q/%m/%Y", "has %Q"), ("dd/mm/yyyy", "no year or no month"), ("%Y", "no year or no m")]
)
def test_date_formats_that_state_no_day_are_refused(date_format, words):
    with pytest.raises(ValidationError, match=words):
        Format(date_format=date_format)


@pytest.mark.parametrize("sheet", [[], 5, [1], {"a": 1}])
def test_sheets_are_names_or_lists_of_names(sheet):
    with pytest.raises(ValidationError, match="is not a sheet's name"):
        TableSettings(sheet=sheet)
    assert TableSettings(sheet=["Jan", "Feb"]).sheet == ("Jan", "Feb")
