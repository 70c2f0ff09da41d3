"""The published example of a client portfolio's return, cell by cell against a run, and what is wrong with it.

Flows at the end of each period, valued just before the flow; days without 29 February, rates compounded over a year.
"""

import pandas as pd

DATES = ("2020-01-01", "2020-06-30", "2021-01-01", "2021-06-30", "2021-12-31")
PRINTED: dict[str, tuple[str, ...]] = {
    "Value at the start": ("–", "100,000", "155,000", "185,000", "200,000"),
    "Value before the flow": ("–", "105,000", "160,000", "190,000", "205,000"),
    "Value after the flow": ("100,000", "155,000", "185,000", "200,000", "205,000"),
    "Return of the period, %": ("0", "5", "3.23", "2.70", "2.50"),
    "1 + return, %": ("1000.00", "105.00", "103.23", "102.70", "102.50"),
    "Index": ("1,000", "1,050", "1,084", "1,113", "1,141"),
    "Time-weighted return, %": ("0", "5.0", "8.4", "11.3", "14.1"),
    "APR, %": ("–", "10.4", "8.4", "7.4", "6.8"),
    "Days": ("0", "180", "365", "545", "729"),
    "Years": ("0", "0.493", "1", "1,493", "1,997"),
}
AMOUNTS = ("Value at the start", "Value before the flow", "Value after the flow")
FAULTS = (
    "The first row prints a return of 0%. It has no value before it and so no return: that cell stays empty here.",
    "1 + return prints 1000.00% in the first row; the index starts at 100.00%: a misprint.",
    "The rates under APR are compounded over a year, which is an effective annual rate; a nominal APR would be "
    "10.1%, 8.4%, 7.6% and 7.1%.",
    "The first of these rates covers less than a year and should not have been made a yearly one.",
    "Days are counted without 29 February 2020; by the calendar they are 181, 366, 546 and 730.",
    "Years mix two ways of writing: 0.493 with a decimal point, 1,493 and 1,997 with a decimal comma.",
    "The formula is printed as TWR = x100, its picture lost; it is the product of 1 + return, less 1.",
    "The text does not say which sign a flow has: money coming in is positive, at the end of the period.",
)


def compare_printed(returns: pd.DataFrame) -> pd.DataFrame:
    """Return each printed cell beside what the run computes; grain: cell × date.

    ``returns``: PortfolioReturns of the reference table. Columns cell, date, printed, computed (text, to the printed
    digits; empty where there is none), result: agrees, differs, or no such number.
    """
    by_date = returns.assign(date=returns["valuation_date"].dt.strftime("%Y-%m-%d")).set_index("date")
    cells = {
        "Value at the start": by_date["nav_initial"],
        "Value before the flow": by_date["nav_before"].where(by_date["start_date"].notna()),
        "Value after the flow": by_date["nav_after"],
        "Return of the period, %": by_date["r"] * 100,
        "1 + return, %": (1 + by_date["r"].fillna(0.0)) * 100,
        "Index": by_date["growth"],
        "Time-weighted return, %": by_date["twr"] * 100,
        "APR, %": by_date["ear"] * 100,
        "Days": by_date["days"].astype(float),
        "Years": by_date["years"],
    }
    rows = [
        {"cell": cell, "date": date, "printed": printed}
        | _judge(cells[cell].get(date), printed, is_amount=cell in AMOUNTS)
        for cell, texts in PRINTED.items()
        for date, printed in zip(DATES, texts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["cell", "date", "printed", "computed", "result"])


def _judge(value: float | None, printed: str, *, is_amount: bool) -> dict[str, str | None]:
    """A printed cell agrees when the computed number, rounded to as many digits, is the same."""
    if value is None or pd.isna(value):
        return {"computed": None, "result": "agrees" if printed == "–" else "no such number"}
    plain = printed.replace(",", "" if is_amount else ".")
    digits = len(plain.partition(".")[2])
    computed = f"{value:,.{digits}f}" if is_amount else f"{value:.{digits}f}"
    same = printed != "–" and abs(float(plain) - round(value, digits)) < 1e-9
    return {"computed": computed, "result": "agrees" if same else "differs"}
