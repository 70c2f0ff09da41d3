"""Words for the columns, facts, verdicts and notes of the report on returns."""

import pandas as pd

from portfolio_lab.reports.sentences.wording import Wording

VERDICTS = {
    "above": "above",
    "below": "below",
    "not_proven": "within chance",
    "too_small": "too small to tell",
    "undefined": "no return",
    "total_loss": "total loss, begun anew",
    "above_mixed": "above, money-weighted below",
    "below_mixed": "below, money-weighted above",
}
STATUSES = {
    "opening": "first value",
    "ok": "",
    "no_base": "nothing held",
    "income_without_base": "income while nothing was held",
    "closed": "total loss",
    "leveraged": "value below zero",
    "approx": "approximate: flow without a value",
    "approx_large_flow": "rough: large flow without a value",
    "no_return": "no return",
}
DAY_COUNTS = {
    "ACT/365F": "actual days over 365",
    "ACT/360": "actual days over 360",
    "ACT/ACT": "actual days over those of each year",
    "NL/365": "days without any 29 February over 365",
}
FACTS = {
    "company_twr": {"label": "Return of all portfolios", "unit": "share", "better": "higher"},
    "required_return": {"label": "Required over the same time", "unit": "share"},
    "management_return": {"label": "Return beyond what is required", "unit": "share", "better": "higher"},
    "n_portfolios": {"label": "Portfolios", "unit": "count"},
    "n_portfolios_above": {"label": "Portfolios above required", "unit": "count", "better": "higher"},
    "customer_equity": {"label": "Value held", "unit": "currency", "better": "higher"},
    "new_business_value": {"label": "Value of new customers", "unit": "currency", "better": "higher"},
    "company_ear": {"label": "Return of all portfolios, a year", "unit": "share", "better": "higher", "tile": False},
    "company_mwr": {"label": "Money-weighted return", "unit": "share", "tile": False},
    "n_portfolios_lost": {"label": "Portfolios with a total loss", "unit": "count", "better": "lower", "tile": False},
    "n_portfolios_too_small": {"label": "Portfolios too small to tell", "unit": "count", "tile": False},
    "basis_change": {"label": "Change of the basis", "unit": "currency", "tile": False},
}
LABELS = {
    "portfolio_id": "Portfolio",
    "level": "Level",
    "period": "Period",
    "start": "From",
    "end": "To",
    "r": "Return of the period",
    "twr": "Return",
    "status": "Note",
    "note": "Note",
    "low": "At least",
    "high": "At most",
    "n_customers": "Customers",
    "ear": "A year",
    "is_short": "Under a year",
    "years": "Years",
    "years_other": "Years (other)",
    "days": "Days",
    "days_other": "Days (other)",
    "ear_other": "A year (other)",
    "start_date": "From",
    "valuation_date": "Valued on",
    "required_return": "Required",
    "management_return": "Beyond required",
    "verdict": "Against required",
    "result": "Result",
    "mwr": "Money-weighted, a year",
    "timing_effect": "Made by timing",
    "period_rate": "Money-weighted, whole time",
    "mwr_status": "Note",
    "n_roots": "Rates that fit",
    "opening": "Opening",
    "unwind": "Required",
    "experience": "Beyond required",
    "income": "Margin paid out",
    "new": "New customers",
    "transfers": "Handed in less out",
    "basis_change": "Change of basis",
    "moved": "New, handed over, basis",
    "closing": "Closing",
    "cash_flow": "In less out",
    "segment": "Class and stage",
    "allocation": "Customers assigned",
    "selection": "Work with them",
    "interaction": "Both together",
    "difference": "Difference to company",
    "rate": "Share of the value",
    "is_missed": "Missed",
    "definition": "Way of counting",
    "year_1": "Year 1",
    "year_2": "Year 2",
    "why": "What is wrong with it",
    "cell": "Number",
    "date": "Date",
    "printed": "Printed",
    "computed": "Computed",
    "n_alike": "Compared with",
    "value_amount": "Value each",
}
SHARES = (
    "r", "twr", "low", "high", "ear", "ear_other", "required_return", "management_return", "mwr", "timing_effect",
    "period_rate", "allocation", "selection", "interaction", "difference", "rate", "year_1", "year_2",
)  # fmt: skip
MONEY = (
    "opening", "unwind", "experience", "income", "new", "transfer_in", "transfer_out", "transfers", "basis_change",
    "closing", "moved", "new_margin", "cash_flow", "value_amount",
)  # fmt: skip
COUNTS = ("n_roots", "days", "days_other")


def words_for(table: pd.DataFrame, *, other: str = "other") -> dict[str, dict[str, str]]:
    """Return labels and units of the columns that a table of this report has; ``other``: the second day count."""
    units = dict.fromkeys(SHARES, "share") | dict.fromkeys(MONEY, "currency") | dict.fromkeys(COUNTS, "count")
    return {
        "labels": {name: LABELS[name].replace("(other)", other) for name in table.columns if name in LABELS},
        "units": {name: units[name] for name in table.columns if name in units},
    }


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with verdicts and statuses in words."""
    words = {"verdict": VERDICTS, "status": STATUSES, "mwr_status": {"ok": "", "no_root": "no rate fits",
             "several_roots": "several rates fit", "no_period": "one valuation: no period, no rate"}}  # fmt: skip
    return table.assign(**{name: table[name].map(known) for name, known in words.items() if name in table})


def points(value: float, wording: Wording) -> str:
    """Return a difference of two rates in points, with its sign: +3.1 points."""
    return f"{'+' if value > 0 else ''}{wording.number(value * 100, digits=1)} points"


def name_day_count(code: str) -> str:
    """Return in words how days make a year, with the name of the convention: "actual days over 365 (ACT/365F)"."""
    return f"{DAY_COUNTS[code]} ({code})" if code in DAY_COUNTS else code
