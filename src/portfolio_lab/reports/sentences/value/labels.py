"""The words of the value page: names of facts and columns, and what is always said."""

import pandas as pd

NOT_YET = "What the customers are worth cannot be told from these purchases."
CHANCES_TITLE = "Who still is a customer, and what the next period should bring"
FACTS = {
    "customer_equity": {"label": "Value of the customers", "unit": "currency", "better": "higher"},
    "n_half": {"label": "Customers that hold half of it", "unit": "customers"},
    "largest_share": {"label": "Share of the most valuable one", "unit": "share", "better": "lower"},
    "n_still_customers": {"label": "Expected to still be customers", "unit": "customers", "better": "higher"},
    "fallen_amount": {"label": "Value lost by those that fell", "unit": "currency", "better": "lower"},
    "expected_amount": {"label": "Expected in the next period", "unit": "currency", "better": "higher"},
    "holdout_error": {"label": "Error of the last forecast", "unit": "share"},
    "expected_purchases": {"label": "Expected purchase days in the next period", "unit": "count", "tile": False},
    "n_newcomers": {"label": "New customers valued by comparison", "unit": "customers", "tile": False},
    "effective_customers": {"label": "As concentrated as so many equal ones", "unit": "customers", "tile": False},
}
LABELS = {
    "customer_id": "Customer",
    "name": "Name",
    "owner": "In charge",
    "segment": "Segment",
    "group": "Group",
    "n_customers": "Customers",
    "value_amount": "Value",
    "value_share": "Share",
    "written_off_amount": "Written off for silence",
    "largest_share": "Largest customer",
    "n_effective": "As if so many equal",
    "low": "At least",
    "high": "At most",
    "alive_probability": "Still a customer",
    "alive_low": "At least",
    "alive_high": "At most",
    "period_purchases": "Purchase days to come",
    "period_amount": "To come",
    "before_amount": "Value before",
    "change_amount": "Change",
    "recoverable_amount": "Back if it buys",
    "monthly_amount": "A month, on average",
    "mean_value_amount": "Value of each, on average",
    "beta": "Swing (1 = as the whole)",
    "measure": "Forecast of",
    "expected": "Forecast",
    "actual": "Came",
    "error_rate": "Error",
    "mean_absolute_error": "Mean miss per customer",
    "n_alike": "Compared with",
    "parameter": "Parameter",
    "estimate": "Estimate",
    "standard_error": "Standard error",
}
UNITS = {
    "alive_low": "share",
    "alive_high": "share",
    "alive_probability": "share",
    "n_effective": "count",
    "monthly_amount": "currency",
    "error_rate": "share",
}
RANGES = (
    "In eight of ten cases a customer will bring between the two amounts beside its value. The range of one customer "
    "is wide: nobody knows when a single one leaves. That of many together is narrow."
)


def words_for(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return labels and units of the columns that a table of this report has."""
    units = UNITS | dict.fromkeys(("low", "high"), _unit_of_ends(table))
    return {
        "labels": {name: LABELS[name] for name in table.columns if name in LABELS},
        "units": {name: units[name] for name in table.columns if units.get(name)},
    }


def _unit_of_ends(table: pd.DataFrame) -> str:
    """The unit of a range is that of what it belongs to."""
    if {"value_amount", "mean_value_amount"} & set(table):
        return "currency"
    return "share" if "error_rate" in table else "number"
