"""Labels and units of the facts and tables of the stage tuning report."""

import pandas as pd

from portfolio_lab.plots.stage_tuning import METRIC_LABELS, RULE_LABELS
from portfolio_lab.plots.style import label_of

FACTS = {
    "recommended_pre_inactive_days": {"label": "Best line found: pre-inactive from", "unit": "days"},
    "recommended_inactive_days": {"label": "Best line found: inactive from", "unit": "days"},
    **{name: {"label": label, "unit": "share", "better": "higher"} for name, label in METRIC_LABELS.items()},
    "lead_days_median": {"label": "Days of warning (median)", "unit": "days", "better": "higher"},
    "recommended_rule": {"label": "Recommended rule", "unit": "text", "tile": False},
    "definition_in_force": {"label": "Definition in force", "unit": "text", "tile": False},
    "flicker_rate": {
        "label": "Moves back without a purchase per 100 customer-months", "unit": "number", "better": "lower",
        "tile": False,
    },
    "utility_amount": {
        "label": "What acting on the alarms brings, a month end", "unit": "currency", "better": "higher", "tile": False,
    },
}  # fmt: skip
KEEP = "Keep the definition in force until there is more history."
GUARD_LABELS = {"name": "Condition", "found": "Found", "needed": "Needed", "is_met": "Met"}
CURVE_LABELS = {
    "days": "Days silent",
    "n_at_risk": "Observed at the horizon",
    "return_share": "Return",
    "low": "From",
    "high": "To",
}
CURVE_UNITS = {"return_share": "share", "low": "share", "high": "share", "days": "number"}
RULE_COLUMNS = {
    "name": "Rule", "is_chosen": "Recommended", "level": "Level", "pre_inactive_days": "Pre-inactive from",
    "inactive_days": "Inactive from", "days_low": "Line from", "days_high": "Line to", "n_alarms": "Alarms a month end",
    "stage_share": "Share pre-inactive", "is_feasible": "Share as wanted", **METRIC_LABELS,
    "f1": "F1", "youden_j": "Youden J", "utility_amount": "Money a month end",
    "lead_days_median": "Warning, median", "lead_days_p10": "Warning, tenth percentile",
    "in_time_share": "Warned in time", "alarms_per_week": "Alarms a week", "entries_per_year": "Alarms a customer-year",
    "short_share": "Under a week", "optimism": "Optimism", "gain": "Gain over fixed days", "gain_low": "Gain from",
    "gain_high": "Gain to", "primary": "Decided by", "specificity": "Specificity", "accuracy": "Accuracy (not used)",
    "is_pareto": "Beaten by none",
}  # fmt: skip
RULE_UNITS = {
    "precision": "share", "recall": "share", "f1": "number", "youden_j": "number", "balanced_accuracy": "share",
    "stage_share": "share", "in_time_share": "share", "short_share": "share", "specificity": "share",
    "accuracy": "share", "utility_amount": "currency", "days_low": "days", "days_high": "days",
    "pre_inactive_days": "days", "inactive_days": "days", "lead_days_median": "days", "lead_days_p10": "days",
}  # fmt: skip
RULE_SHOWN = (
    "name", "is_chosen", "pre_inactive_days", "precision", "recall", "balanced_accuracy", "utility_amount",
    "lead_days_median",
)  # fmt: skip
SCORE_LABELS = {
    "name": "Rule",
    "auc": "Pairs in the right order (a coin: 50%)",
    "pr_auc": "Alarms that are right, mean over all lines",
    "log_loss": "Log loss",
    "brier": "Brier score",
}
SCORE_UNITS = {"auc": "share", "pr_auc": "share"}
SCORE_SHOWN = ("name", "auc", "pr_auc")
RATE_LABELS = {"name": "Rule", "save_rate": "Save rate", "utility_amount": "Money a month end"}
RATE_UNITS = {"save_rate": "share", "utility_amount": "currency"}
STAGE_COLUMNS = {
    "customer_id": "Customer", "stage": "Stage in force", "days_since_last_order": "Days silent",
    "next_stage": "Moves to", "moves_date": "Moves on", "stage_proposed": "Stage as proposed",
}  # fmt: skip
PROPOSAL_LABELS = {
    "segment": "Segment", "family": "Rule", "pre_inactive_days": "Pre-inactive from", "inactive_days": "Inactive from",
    "pre_inactive_at": "Pre-inactive at", "inactive_at": "Inactive at",
}  # fmt: skip


def name_stages(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of stages with the names that a reader knows."""
    named = {
        column: table[column].map(label_of, na_action="ignore") for column in ("stage", "next_stage", "stage_proposed")
    }
    return table.assign(**named)


def words_for(table: pd.DataFrame) -> dict[str, object]:
    """Return labels and units of the columns that a table of rules or scores has, and those that fit on a page."""
    labels = {name: label for name, label in (RULE_COLUMNS | SCORE_LABELS).items() if name in table}
    units = {name: unit for name, unit in (RULE_UNITS | SCORE_UNITS).items() if name in table}
    shown = RULE_SHOWN if "precision" in table else SCORE_SHOWN
    return {"labels": labels, "units": units, "columns": [name for name in shown if name in table]}


def name_definition(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rules of a definition as a reader knows them; columns that are empty are left out."""
    segments = table["segment"].replace({"*": "everybody else" if len(table) > 1 else "everybody"})
    names = RULE_LABELS | {"return_probability": "Chance to return (purchase model)"}
    named = table.assign(segment=segments, family=table["family"].map(lambda name: names.get(name, name)))
    return named.dropna(axis=1, how="all")


def label_definition(table: pd.DataFrame) -> dict[str, str]:
    """Return the words for the columns that a table of ``name_definition`` has; not every rule fills all of them."""
    return {column: PROPOSAL_LABELS[column] for column in table}


def name_rules(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the names of the rules as a reader knows them; columns that are empty are left out."""
    return table.assign(name=table["name"].map(lambda name: RULE_LABELS.get(name, name))).dropna(axis=1, how="all")
