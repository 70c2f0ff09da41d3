"""Every report of the suite: its title, the question that it answers, what it needs and its own parameters.

A report is one class here and one notebook of the same topic. The command line, the runner, the index and the tests
read this module; none of them names a report.
"""

import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

import portfolio_lab

Text = Annotated[str, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=1)]


class ReportParams(BaseModel):
    """The parameters that every notebook has; a report adds its own below its title and question.

    ``needs`` lists the sets of tables with which the report can be made: any one of them is enough.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: ClassVar[str]
    question: ClassVar[str]
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("orders",),)
    policy_parts: ClassVar[tuple[str, ...]] = ("data",)

    run_file: Text = Field("demo", description="name in params/ or path of a run file")
    as_of: Text = Field("", description="last day whose events are known, as 2026-09-30; empty: the run file's")
    output_dir: Text = Field("", description="folder for tables, figures and facts; empty: only show them")


COMMON_PARAMS = tuple(ReportParams.model_fields)


class Monitor(ReportParams):
    """The first page of each period: money, stages, movements, who slips and why, and what follows."""

    title: ClassVar[str] = "Monitor"
    question: ClassVar[str] = "How was the period, where did the change come from, and who is slipping?"
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc", "stages", "plan", "monitor")


class AbcClasses(ReportParams):
    """Customers ranked by value: who carries the business, how concentrated it is, who moved."""

    title: ClassVar[str] = "ABC classes"
    question: ClassVar[str] = "Which customers carry the business, and how much hangs on the largest?"
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc")

    n_bootstrap: Count = Field(500, description="how often the months are drawn again to see whether a class is stable")
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")
    n_listed: Count = Field(15, description="how many customers are listed by name on the page")


class Value(ReportParams):
    """What each customer is still worth, who holds that value and at what risk."""

    title: ClassVar[str] = "Customer value"
    question: ClassVar[str] = "Who holds the value of our customers, and at what risk?"
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "value")

    n_listed: Count = Field(15, description="how many customers are listed by name on the page")
    new_months: Annotated[int, Field(strict=True, ge=1, le=12)] = Field(
        3, description="customers won in so many calendar months are valued by comparison"
    )
    n_draws: Annotated[int, Field(strict=True, ge=100)] = Field(
        300, description="how often each customer's future is drawn to say how far it may fall from the value"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")


class Growth(ReportParams):
    """Room for more with each customer, who may rise or come back, and what new customers take."""

    title: ClassVar[str] = "Growth"
    question: ClassVar[str] = "Where is room to grow, and what does a new customer cost?"
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc", "stages", "value", "monitor")

    n_listed: Count = Field(15, description="how many customers are listed by name in each table")
    n_bootstrap: Annotated[int, Field(strict=True, ge=2)] = Field(
        500, description="how often customers are drawn again for the intervals"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")


class Service(ReportParams):
    """How long customers wait, why they come, what they think of it, and what they do afterwards."""

    title: ClassVar[str] = "Service"
    question: ClassVar[str] = "Do we serve well, and what does it cost us where we do not?"
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("orders", "service_events"),)
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc", "stages", "plan")

    window_months: Count = Field(12, description="months up to as_of over which waits, causes and scores are counted")
    late_days: Count = Field(
        7, description="an answer after more days than this counts as late where leaving is compared"
    )
    solution_days: Count = Field(15, description="days within which a case should be solved")
    benchmark_indicator: Text = Field(
        "satisfaction_index", description="indicator of the table benchmarks beside which scores are put"
    )
    n_bootstrap: Annotated[int, Field(strict=True, ge=2)] = Field(
        500, description="how often customers are drawn again for the intervals of what followed a case"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")
    n_listed: Count = Field(15, description="how many open cases are listed by name")


class Survival(ReportParams):
    """How long customers stay, who goes quiet next, what may drive it, and whom to call."""

    title: ClassVar[str] = "Survival"
    question: ClassVar[str] = "Who goes quiet, when, and what is it worth?"
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("orders",), ("durations",))
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc", "stages")

    landmark_days: Count = Field(365, description="how long ago groups that change are looked at")
    exposure_days: Count = Field(90, description="for how many days an event may drive a customer away")
    capacity: Count = Field(10, description="how many of the list each salesperson can contact")
    n_bootstrap: Count = Field(200, description="how often customers are drawn again to compare the rankings")
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")
    groups: list[Text] = Field([], description="columns of durations that are compared")
    covariates: list[Text] = Field([], description="columns of durations that may explain the length of a stay")
    duration_unit: Literal["days", "weeks", "months", "years"] = Field("days", description="unit of durations")


class Twr(ReportParams):
    """Return of each salesperson's customers, judged like a fund: nobody is paid for what was handed over."""

    title: ClassVar[str] = "Return of the portfolios"
    question: ClassVar[str] = "Which portfolios are well managed, whoever was handed in or out?"
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("valuations",), ("orders", "assignments"))
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "abc", "stages", "value")

    months: Annotated[int, Field(strict=True, ge=3, le=120)] = Field(24, description="months that are looked back")
    new_months: Annotated[int, Field(strict=True, ge=1, le=12)] = Field(
        3, description="customers won in so many calendar months are held at the end as the value report values them"
    )
    n_bootstrap: Annotated[int, Field(strict=True, ge=100)] = Field(
        400, description="how often customers are drawn again to see what is chance"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")
    day_count: Literal[
        "ACT/365F", "ACT/365.25", "ACT/ACT", "ACT/360", "ACT/364", "NL/365", "NL/360", "30/360", "30U/360", "30E/360"
    ] = Field("ACT/365F", description="how years are counted")
    timing: Literal["at_valuation", "in_start_out_end", "end", "start"] = Field(
        "at_valuation", description="when a day's flow is at work; other than at_valuation: values are day-end values"
    )
    annualise_short: Annotated[bool, Field(strict=True)] = Field(
        False, description="also make yearly rates of less than a year, and mark them"
    )
    allow_negative: Annotated[bool, Field(strict=True)] = Field(
        False, description="let a brought portfolio be worth less than nothing, and mark it"
    )
    sort_rows: Annotated[bool, Field(strict=True)] = Field(
        False, description="sort brought valuations by date instead of refusing them"
    )
    printed: Literal["", "reference"] = Field("", description="compare with a published table, cell by cell")


class Effectiveness(ReportParams):
    """Which plans work, which do not, and what cannot be known yet: adherence, hold-outs, verdicts, next hold-out."""

    title: ClassVar[str] = "Effectiveness of action plans"
    question: ClassVar[str] = "Which of our plans work, which do not, and what can we not know yet?"
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("orders", "plans"), ("experiment",))
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "stages", "abc", "plan")

    control_arm: Text = Field("", description="experiment: the arm that nothing was done to")
    outcomes: dict[Text, Literal["binary", "amount"]] = Field({}, description="experiment: outcome columns, their kind")
    covariates: list[Text | dict[Text, list[Text]]] = Field(
        [], description="experiment: columns that were known before; an outcome's own of earlier quarters, last first"
    )
    cells: list[Text] = Field([], description="experiment: columns by whose values effects are shown")
    design: Literal["randomised", "observational"] = Field("randomised", description="experiment: how arms came about")
    negative_controls: list[Text] = Field([], description="experiment: columns that no arm can move, as a check")
    arm_shares: dict[Text, Annotated[float, Field(gt=0, lt=1)]] = Field(
        {}, description="experiment: share with which each arm was drawn; empty: equal"
    )
    min_effects: dict[Text, Annotated[float, Field(gt=0)]] = Field(
        {}, description="by outcome: smallest effect worth having; empty: from cost and margin"
    )
    margin_amounts: dict[Text, Annotated[float, Field(gt=0)]] = Field(
        {}, description="by outcome: margin of one more success; empty: as among the held-out"
    )
    contact_cost_amount: Annotated[float, Field(ge=0)] = Field(
        0.0, description="cost of treating a customer; 0: the plan's own cost"
    )
    n_looks: Count = Field(1, description="how often a plan is judged in all; each look gets its part of the error")
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")


class StageTuning(ReportParams):
    """Where the lines between active, pre-inactive and inactive belong, judged on what customers did next."""

    title: ClassVar[str] = "Stage tuning"
    question: ClassVar[str] = (
        "From when on should a silent customer count as pre-inactive, and from when on as inactive?"
    )
    policy_parts: ClassVar[tuple[str, ...]] = ("data", "stages")

    horizon_days: Annotated[int, Field(strict=True, ge=7)] = Field(
        90, description="a lapse is no purchase in so many days"
    )
    n_origins: Annotated[int, Field(strict=True, ge=2, le=200)] = Field(
        24, description="month ends to judge at, the latest"
    )
    lost_share: Annotated[float, Field(gt=0, lt=1)] = Field(0.2, description="chance to return that counts as lost")
    contact_cost_amount: Annotated[float, Field(ge=0)] = Field(
        0.0, description="cost of a contact; 0: decide without money"
    )
    incentive_amount: Annotated[float, Field(ge=0)] = Field(0.0, description="what is given away with a contact")
    save_rate: Annotated[float, Field(ge=0, le=1)] = Field(0.1, description="share of lapses that a contact prevents")
    n_segments: Annotated[int, Field(strict=True, ge=0)] = Field(
        6, description="how many segments, the largest, may earn a line of their own; 0: none"
    )
    n_bootstrap: Annotated[int, Field(strict=True, ge=2)] = Field(
        1000, description="how often customers are drawn again"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] = Field(1, description="start of the random numbers")


class DataQuality(ReportParams):
    """What was read, what was left out and why, and what further tables would make possible."""

    title: ClassVar[str] = "Data quality"
    question: ClassVar[str] = "Can these figures be trusted, and what is missing?"

    n_examples: Count = Field(10, description="how many examples of each finding are shown")
    ask_from_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.01, description="share of a table's rows left out from which a correction is asked for"
    )
    ask_from_gap_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.001, description="share of a month's ledger from which a difference has to be explained"
    )


def topic_of(report: type[ReportParams]) -> str:
    """Return the topic of a report class: the word that names its notebook, folder and analysis."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", report.__name__).lower()


CATALOG: dict[str, type[ReportParams]] = {topic_of(report): report for report in ReportParams.__subclasses__()}


def own_params(topic: str) -> tuple[str, ...]:
    """Return the names of the parameters that only this report has."""
    return tuple(name for name in CATALOG[topic].model_fields if name not in COMMON_PARAMS)


def runnable_topics(tables: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Return the topics that can be made of ``tables``, in the order of the catalog."""
    return tuple(topic for topic in CATALOG if not missing_tables(topic, tables))


def missing_tables(topic: str, tables: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Return what the report lacks, by the shortest way to have it; empty when it can be made of ``tables``.

    Of two ways as short as each other, the one of which most is there already.
    """
    ways = [(tuple(name for name in way if name not in tables), len(way)) for way in CATALOG[topic].needs]
    return min(ways, key=lambda way: (len(way[0]), -way[1]))[0]


def needs_in_words(topic: str) -> str:
    """Return which tables a report is made of, as ``orders and assignments, or valuations``."""
    return ", or ".join(" and ".join(way) for way in CATALOG[topic].needs)


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: beside the source in a checkout, inside the package once installed."""
    package = Path(portfolio_lab.__file__).parent
    checkout = package.parents[1] / "notebooks"
    return checkout if checkout.is_dir() else package / "notebooks"


def notebook_path(topic: str) -> Path:
    """Return the path of a topic's notebook; KeyError for a topic that is not in the catalog."""
    topic_of(CATALOG[topic])
    return notebooks_folder() / f"{topic}.ipynb"
