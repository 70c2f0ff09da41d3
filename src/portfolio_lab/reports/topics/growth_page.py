"""Parts of the growth page: rankings with names, their trial a year ago, and the section on acquisition."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.acquisition.leads import (
    build_conversion_curves,
    summarise_conversion,
    summarise_effort,
)
from portfolio_lab.analysis.acquisition.referrals import (
    compare_referred,
    measure_referrals,
    rank_referrers,
    sum_first_year,
)
from portfolio_lab.analysis.growth.returning import AHEAD_DAYS, ReturnTrial, judge_returns, rank_returns
from portfolio_lab.analysis.ladder_order import sort_by_ladder
from portfolio_lab.analysis.stages import build_stages
from portfolio_lab.analysis.textbook.costs import build_cost_rows, compare_costs
from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots import acquisition as plots
from portfolio_lab.plots.style import figure_size
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences import growth as say
from portfolio_lab.reports.topics.growth_inputs import NOBODY, GrowthTables
from portfolio_lab.reports.topics.likely_customers import LikelyCustomers
from portfolio_lab.reports.topics.table_dates import read_table

NOT_RANKED = (
    "Who may come back cannot be said: the customers are too few, or buy too evenly, to learn from them who returns."
)
GROUP_LABELS = {"abc_class": "Class", "stage": "Stage", "owner": "In charge", "n_customers": "Customers"}
GROUP_LABELS |= {"n_with_room": "With room", "amount": "Last 12 months", "headroom_amount": "Headroom"}
GROUP_LABELS |= {"headroom_share": "Share of headroom"}
ROOM_COLUMNS = ["name", "abc_class", "stage", "owner", "amount", "target_amount", "headroom_amount", "target_source"]
ROOM_LABELS = {"name": "Customer", "abc_class": "Class", "owner": "In charge", "amount": "Last 12 months"}
ROOM_LABELS |= {"target_amount": "Could buy", "headroom_amount": "Headroom", "target_source": "On"}
SILENT_COLUMNS = [
    "name",
    "owner",
    "days_since_last_order",
    "return_probability",
    "expected_amount",
    "last_contact_date",
]
SILENT_LABELS = {"name": "Customer", "owner": "In charge", "days_since_last_order": "Silent"}
SILENT_LABELS |= {"return_probability": "Chance to buy", "expected_amount": "Expected in a year"}
SILENT_LABELS |= {"last_contact_date": "Last contact"}
SILENT_UNITS = {"return_probability": "share", "days_since_last_order": "days"}
LIKELY_COLUMNS = ["name", "owner", "abc_class", "amount", "p_a", "headroom_amount"]
LIKELY_LABELS = {"name": "Customer", "owner": "In charge", "abc_class": "Class", "amount": "In the window"}
LIKELY_LABELS |= {"p_a": "Chance of A", "headroom_amount": "Headroom"}
PROSPECT_COLUMNS = ["name", "owner", "age_days", "potential_amount", "lead_source", "last_contact_date"]
PROSPECT_LABELS = {"name": "Prospect", "owner": "In charge", "age_days": "Known for", "potential_amount": "Could buy"}
PROSPECT_LABELS |= {"lead_source": "Source", "last_contact_date": "Last contact"}
AGE_LABELS = {"age_band": "Known for", "n_customers": "Prospects", "n_known": "With potential"}
AGE_LABELS |= {"potential_amount": "Could buy in all", "median_amount": "Middle one"}
CONVERSION_COLUMNS = ["lead_source", "n", "n_won", "share_90", "share_180", "low_180", "high_180", "share_365"]
CONVERSION_LABELS = {"lead_source": "Source", "n": "Leads", "n_won": "Won", "share_90": "In 90 days"}
CONVERSION_LABELS |= {"share_180": "In 180 days", "low_180": "From", "high_180": "To", "share_365": "In a year"}
EFFORT_LABELS = {"lead_source": "Source", "n": "Leads", "n_won": "Won", "contacts_won": "Contacts to first order"}
EFFORT_LABELS |= {"cost_per_won_amount": "Spent per customer won", "low_amount": "From", "high_amount": "To"}
REFERRER_LABELS = {"name": "Customer", "n_brought": "Brought", "n_bought": "Of whom bought"}
REFERRER_LABELS |= {"brought_amount": "Bought by them in all"}
ALL_COLUMNS = ["customer_id", *ROOM_COLUMNS, "alike_on", "n_alike"]
ALL_LABELS = ROOM_LABELS | {"customer_id": "Number", "alike_on": "Like in", "n_alike": "How many like it"}
UNTIL_DAYS, WINDOW_MONTHS = 365, 12


def name_customers(rows: pd.DataFrame, tables: GrowthTables, columns: list[str]) -> pd.DataFrame:
    """Return the rows with what is known of each customer, in the order of ``columns``; unknown columns are empty."""
    wanted = [name for name in columns if name not in rows and name in tables.customers]
    joined = rows.merge(tables.customers[["customer_id", *wanted]], on="customer_id", how="left")
    if "headroom_amount" in columns and "headroom_amount" not in joined:
        joined = joined.merge(tables.headroom[["customer_id", "headroom_amount"]], on="customer_id", how="left")
    return joined.reindex(columns=columns)


def list_room(tables: GrowthTables, *, n: int) -> pd.DataFrame:
    """Return the customers buying now with most headroom. Grain: customer."""
    buying = tables.headroom[tables.headroom["stage"].isin(("active", "pre_inactive"))]
    first = buying[buying["headroom_amount"] > 0].sort_values(
        ["headroom_amount", "customer_id"], ascending=[False, True], ignore_index=True
    )
    return first[ROOM_COLUMNS].head(n)


def rank_silent(tables: GrowthTables, *, family: str) -> tuple[pd.DataFrame, str]:
    """Return the silent customers by what may still come from them, or nobody and the reason why."""
    try:
        return rank_returns(tables.order_days, tables.stages, as_of=tables.as_of, family=family), ""
    except AnalysisError:
        columns = ["customer_id", "stage", "days_since_last_order", "return_probability", "expected_amount"]
        return pd.DataFrame(columns=columns), NOT_RANKED


def try_returns(review: Review, tables: GrowthTables, *, family: str, n_first: int) -> ReturnTrial | None:
    """Return how the ranking of a year ago came out, None where the history is too short for it."""
    day = tables.as_of - pd.Timedelta(days=AHEAD_DAYS)
    if day < tables.history_start + pd.Timedelta(days=AHEAD_DAYS / 2):
        return None
    people = read_table(review, "customers") if review.has("customers") else tables.customers[["customer_id"]]
    known = tables.order_days[tables.order_days["order_date"] <= day]
    stages = build_stages(known, people, as_of=day, policy=review.policy.stages)
    try:
        ranked = rank_returns(known, stages, as_of=day, family=family)
    except AnalysisError:
        return None
    return judge_returns(ranked, tables.order_days, day=day, n_first=n_first)


def list_likely(tables: GrowthTables, likely: LikelyCustomers) -> pd.DataFrame:
    """Return who is likely to become A, with names and headroom, best first."""
    return name_customers(likely.named, tables, LIKELY_COLUMNS)


def compare_winning(tables: GrowthTables, *, n_bootstrap: int, seed: int) -> Finding:
    """Return what winning a customer costs beside keeping one; a finding without a value where costs are not known."""
    if not tables.has_costs:
        return Finding("winning_cost", "times", 2.0, 6.0, lacks="contacts and what they cost")
    rows = build_cost_rows(tables.customers, tables.contacts, tables.order_days, as_of=tables.as_of.date())
    return compare_costs(rows, n_bootstrap=n_bootstrap, seed=seed)


def measure_brought(tables: GrowthTables) -> dict[str, float]:
    """Return the part of referrals among the leads and among those won in the last twelve months."""
    since = tables.as_of - pd.DateOffset(months=WINDOW_MONTHS)
    return measure_referrals(tables.leads, tables.customers.set_index("customer_id")["amount_total"], since=since)


def read_share(brought: dict[str, float]) -> tuple[float | None, tuple[float, float] | None]:
    """Return the share of leads brought by customers with its limits, None where there are no leads."""
    if not brought["n_leads"]:
        return None, None
    return float(brought["lead_share"]), (float(brought["lead_low"]), float(brought["lead_high"]))


def read_finding(finding: Finding) -> tuple[float | None, tuple[float, float] | None]:
    """Return value and limits of a finding, None where it is not known."""
    if finding.lacks or pd.isna(finding.value) or pd.isna(finding.low):
        return None, None
    return float(finding.value), (float(finding.low), float(finding.high))


def sum_room(tables: GrowthTables) -> float | None:
    """Return the headroom of all customers in whole cents, None where nothing says what anybody could buy."""
    is_known = tables.has_whole_year and tables.headroom["target_amount"].notna().any()
    return round(float(tables.headroom["headroom_amount"].sum()), 2) if is_known else None


def sum_or_none(amounts: pd.Series) -> float | None:
    """Return the sum of money in whole cents, None of nothing."""
    return round(float(amounts.sum()), 2) if len(amounts) else None


def show_room(out: Outputs, tables: GrowthTables, by_class: pd.DataFrame, *, n: int) -> None:
    """Show the room by class and stage, the ``n`` customers with most of it, and all in a file.

    Groups for whom nothing can be said are left out.
    """
    ladder = sort_by_ladder(by_class[by_class["headroom_amount"].notna()])
    out.table("room_by_class", ladder, "Room for more by class and stage", labels=labels_for(ladder, GROUP_LABELS))
    first = drop_unknown(list_room(tables, n=n))
    own = labels_for(first, ROOM_LABELS)
    out.table("most_room", first, "Customers buying now with the most room", labels=own)
    room = tables.headroom[ALL_COLUMNS]
    out.table("all_room", room, "The room of every customer", labels=ALL_LABELS, columns=())


def drop_unknown(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without the columns in which nothing is known of anybody."""
    empty = [name for name in rows if rows[name].isna().all() or (rows[name] == NOBODY).all()]
    return rows.drop(columns=empty) if len(rows) else rows


def labels_for(table: pd.DataFrame, labels: dict[str, str]) -> dict[str, str]:
    """Return the labels of the columns that a table has."""
    return {name: label for name, label in labels.items() if name in table}


def show_conversion(out: Outputs, tables: GrowthTables) -> None:
    """Show how many leads of each source become customers and how soon."""
    leads = tables.leads.assign(lead_source=tables.leads["lead_source"].map(say.label_source))
    found = summarise_conversion(leads)
    wording = say.Wording(out.context.locale, out.context.currency)
    text = say.conversion(found, wording=wording)
    curves = build_conversion_curves(leads, until=UNTIL_DAYS)
    if len(curves):
        figure, ax = plt.subplots(figsize=figure_size("wide"))
        plots.plot_conversion(curves, ax=ax, locale=out.context.locale)
        caption = "Share of the leads that have bought by then, with 95% bands; leads still open count as open."
        out.figure("conversion", figure, alt=text, caption=caption)
    out.say(text)
    if len(found):
        units = {name: "share" for name in found if name.split("_")[0] in ("share", "low", "high")}
        labels = labels_for(found, CONVERSION_LABELS)
        out.table("conversion", found, "Leads that bought", labels=labels, units=units, columns=CONVERSION_COLUMNS)


def show_effort(out: Outputs, tables: GrowthTables, *, n_bootstrap: int, seed: int) -> None:
    """Show how many contacts and how much money a first order took, by source."""
    leads = tables.leads.assign(lead_source=tables.leads["lead_source"].map(say.label_source))
    found = summarise_effort(leads, n_bootstrap=n_bootstrap, seed=seed)
    text = say.effort(found, wording=say.Wording(out.context.locale, out.context.currency))
    if found["cost_per_won_amount"].notna().any():
        figure, ax = plt.subplots(figsize=figure_size("low"))
        plots.plot_costs(found, ax=ax, currency=out.context.currency, locale=out.context.locale)
        caption = "Money spent on the leads of each source per customer won, with 95% intervals."
        out.figure("effort", figure, alt=text, caption=caption)
    out.say(text)
    if tables.contacts is None:
        found = found.drop(columns="contacts_won")
    out.table(
        "effort",
        found,
        "What a first order took",
        labels=labels_for(found, EFFORT_LABELS),
        units={"low_amount": "currency"},
    )


def show_referrals(out: Outputs, tables: GrowthTables, *, n: int) -> None:
    """Show what old customers brought: their part, what those brought buy, and who brought most."""
    wording = say.Wording(out.context.locale, out.context.currency)
    out.say(say.referrals(measure_brought(tables), wording=wording))
    years = sum_first_year(tables.order_days, tables.leads, as_of=tables.as_of)
    out.say(say.referred(compare_referred(tables.leads, years), wording=wording))
    amounts = tables.customers.set_index("customer_id")["amount_total"]
    ranked = rank_referrers(tables.customers, amounts, n=n)
    named = name_customers(ranked, tables, ["name", "n_brought", "n_bought", "brought_amount"])
    out.table("referrers", named, "Who brought most", labels=REFERRER_LABELS)
