"""The adherence part of the effectiveness page: the funnel, the salespeople, and where the time goes."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.adherence.effort import summarise_effort
from portfolio_lab.analysis.adherence.funnel import build_funnel
from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.plots import effectiveness as plots
from portfolio_lab.plots.style import FIGURE_WIDTH, figure_size
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_inputs import GROUPINGS, Company

MIN_TASKS = 20
MAX_PEOPLE = 60
NO_FUNNEL = pd.DataFrame(columns=["grouping", "group", "n_planned", "adherence_rate", "index_rate"])


def build_company_funnel(company: Company | None) -> pd.DataFrame:
    """Return the funnel of what was due in the period, by every grouping; empty where nothing was or nobody knows."""
    if company is None or company.tasks.empty:
        return NO_FUNNEL
    return build_funnel(company.tasks, groupings=GROUPINGS)


def find_adherence(funnel: pd.DataFrame) -> dict[str, float | None]:
    """Return the share of planned contacts made, and fully as planned; None where nothing was due."""
    if funnel.empty:
        return {"adherence_rate": None, "index_rate": None}
    return {name: float(funnel.iloc[0][name]) for name in ("adherence_rate", "index_rate")}


def show_adherence(out: Outputs, funnel: pd.DataFrame, *, wording: Wording, period: str, thumbnail: bool) -> None:
    """Show the funnel of what was planned and the salespeople beside the whole company."""
    if funnel.empty:
        return
    total = funnel.iloc[0]
    labels = say.adherence.FUNNEL
    counts = [int(total[name]) for name in labels]
    steps = pd.DataFrame({"label": list(labels.values()), "n": counts})
    steps["share"] = steps["n"] / steps["n"].iloc[0]
    figure, ax = plt.subplots(figsize=figure_size("low"))
    plots.plot_funnel(steps, ax=ax, locale=wording.locale)
    alt = f"Of {counts[0]} planned contacts {counts[1]} were made and {counts[-1]} fully as planned."
    caption = f"Each step counts only what passed the ones above it. Contacts due in {period}."
    out.figure("funnel", figure, alt=alt, caption=caption, thumbnail=thumbnail)
    people = list_people(funnel)
    if len(people) > 1:
        caption = "One standard for all: share of planned contacts made, 95% intervals."
        if len(people) > MAX_PEOPLE:
            half = MAX_PEOPLE // 2
            caption += f" Of {len(people):,} salespeople the {half} with the smallest and the {half} with the largest."
            people = people.sort_values("adherence_rate", kind="stable").iloc[[*range(half), *range(-half, 0)]]
        figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.2 + 0.24 * len(people)))
        plots.plot_people(people, total=float(total["adherence_rate"]), ax=ax, locale=wording.locale)
        text = say.adherence.salespeople(with_limits(funnel), wording=wording)
        out.figure("people", figure, alt=text, caption=caption)
        out.say(text)


def with_limits(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the funnel with the interval of its share of contacts made as low and high."""
    limits = [compute_share_interval(int(row.n_executed), int(row.n_planned)) for row in funnel.itertuples()]
    return funnel.assign(low=[low for low, _ in limits], high=[high for _, high in limits])


def list_people(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the salespeople with at least 20 planned contacts, with their limits."""
    people = funnel[(funnel["grouping"] == "salesperson") & (funnel["n_planned"] >= MIN_TASKS)]
    return with_limits(people[people["group"] != "unknown"])


def show_funnel_table(out: Outputs, funnel: pd.DataFrame) -> None:
    """Show the funnel step by step, by class, stage, channel, role and salesperson; nothing where nothing was due."""
    if funnel.empty:
        return
    kind, name = funnel["grouping"].map(say.adherence.GROUPS), funnel["group"].map(say.labels.name_group)
    name = name.mask(funnel["grouping"].eq("abc_class") & funnel["group"].eq("unknown"), say.labels.NOT_RANKED)
    is_plain = funnel["grouping"].eq("all") | funnel["grouping"].eq("salesperson") & funnel["group"].ne("unknown")
    shown = funnel.assign(who=name.where(is_plain, kind + ": " + name))
    steps = [step for step in say.adherence.FUNNEL if step != "n_planned"]
    rates = {step.replace("n_", "rate_"): funnel[step] / funnel["n_planned"] for step in steps}
    labels = {"who": "Who", "n_planned": "Planned"}
    labels |= {step.replace("n_", "rate_"): say.adherence.FUNNEL[step] for step in steps}
    title = "What was planned, and the share of it that passed each step and all before"
    out.table("adherence", shown.assign(**rates), title, labels=labels, units=dict.fromkeys(rates, "share"),
              columns=list(labels))  # fmt: skip


def build_effort(review: Review, company: Company) -> pd.DataFrame:
    """Return contacts and minutes of the period per class and stage against the plan and the margin."""
    known = company.customers[company.customers["stage"].notna() & company.customers["abc_class"].notna()]
    rows = company.log.rows
    inside = rows[(rows["contact_date"] >= company.since) & (rows["contact_date"] <= pd.Timestamp(review.as_of))]
    return summarise_effort(known, inside, policy=review.policy.plan)


def show_effort(out: Outputs, effort: pd.DataFrame) -> None:
    """Show where contacts and minutes went, beside the plan and the margin."""
    hours = {"planned_hours": effort["planned_minutes"] / 60, "hours": effort["minutes"] / 60}
    labels = {"abc_class": "Class", "stage": "Stage", "planned_contacts": "Contacts planned", "n_contacts": "made"}
    labels |= {"planned_hours": "Hours planned", "hours": "spent", "minutes_share": "Share of hours"}
    labels |= {"margin_share": "Share of margin"}
    title = "Where the time goes: contacts and hours of the period, margin of the twelve months before it"
    units = {"planned_contacts": "count", "planned_hours": "count", "hours": "count"}
    out.table("effort", effort.assign(**hours), title, labels=labels, units=units, columns=list(labels))
