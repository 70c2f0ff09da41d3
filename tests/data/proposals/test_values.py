import pytest

from portfolio_lab.data.proposals.values import day_formats, number_notations


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["2026-01-31", "2026-02-01 10:00:00"], [""]),
        (["31/01/2026"], ["%d/%m/%Y"]),
        (["01/31/2026"], ["%m/%d/%Y"]),
        (["03/04/2026"], ["%d/%m/%Y", "%m/%d/%Y"]),
        (["03/04/2026", "13/04/2026"], ["%d/%m/%Y"]),
        (["31.01.2026 10:15"], ["%d.%m.%Y %H:%M"]),
        (["20260131"], ["%Y%m%d"]),
        (["2026-01-31", "31/01/2026"], []),
        (["hello"], []),
        ([], []),
    ],
)
def test_every_format_that_fits_all_days_is_named(texts, formats):
    assert day_formats(texts) == formats


@pytest.mark.parametrize(
    ("texts", "notations"),
    [
        (["1", "-2"], [(".", None)]),
        (["1.5", "2"], [(".", None)]),
        (["1,5"], [(",", None)]),
        (["1,234.50"], [(".", ",")]),
        (["1.234,50", "7"], [(",", ".")]),
        (["1,234"], [(",", None), (".", ",")]),
        (["7.239"], [(".", None), (",", ".")]),
        (["1e-3"], [(".", None)]),
        (["n/a"], []),
        ([], []),
    ],
)
def test_every_notation_that_fits_all_numbers_is_named(texts, notations):
    assert number_notations(texts) == notations
