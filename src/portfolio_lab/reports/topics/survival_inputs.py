"""What the survival report reads from a review, in the words of its analysis; what is not there is left out."""

from dataclasses import dataclass, field

import pandas as pd

from portfolio_lab.analysis.abc_classes import build_values, derive_classes, derive_ranking, select_population
from portfolio_lab.analysis.drivers import (
    build_driver_rows,
    build_flag_changes,
    find_contacts,
    find_handovers,
    find_late_responses,
)
from portfolio_lab.analysis.spells import as_lifetimes, compute_inactive_days
from portfolio_lab.analysis.stages.ladder import build_stages, typical_rule_days
from portfolio_lab.analysis.survival.company import (
    Company,
    build_company,
    build_landmark_groups,
    derive_satisfaction_band,
    derive_start_groups,
)
from portfolio_lab.analysis.survival.guards import Finding, find_gone_stale
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review

LATE_RESPONSE_DAYS = 7
START_GROUPS = ("segment", "cohort")
LANDMARK_GROUPS = ("abc_class", "team", "salesperson", "satisfaction")
MAX_LEVELS, TOTAL_CORRELATION = 10, 0.6
EVENT_TABLES = ("assignments", "service_events", "contacts")
NO_ROWS = pd.DataFrame({"duration": [], "event_observed": [], "entry": []})


@dataclass(frozen=True)
class Stays:
    """What the report follows: lifetimes on one clock, groups at the start and at a landmark, rows for the drivers.

    ``company``, ``stages`` and ``inactive_days`` are there only where the run brings orders (``is_dated``).
    ``measure``: the word for what is at stake, "margin", or "sales" where no customer's margin is known.
    """

    unit: str
    lifetimes: pd.DataFrame
    groupings: tuple[str, ...]
    driver_rows: pd.DataFrame
    covariates: tuple[str, ...]
    findings: tuple[Finding, ...]
    cluster: str | None = None
    theta_days: int | None = None
    landmark: pd.Timestamp | None = None
    landmark_rows: pd.DataFrame = field(default_factory=lambda: NO_ROWS)
    landmark_groupings: tuple[str, ...] = ()
    events: dict[str, pd.DataFrame] = field(default_factory=dict)
    company: Company | None = None
    stages: pd.DataFrame | None = None
    inactive_days: pd.Series | None = None
    measure: str = "sales"

    @property
    def n_salespeople(self) -> int:
        """How many people look after the customers who were active on the landmark; 1 where nobody knows."""
        if "salesperson" not in self.landmark_rows:
            return 1
        return int(self.landmark_rows["salesperson"].nunique())

    @property
    def is_dated(self) -> bool:
        """Whether the stays come from dated orders."""
        return self.company is not None


def read_stays(review: Review) -> Stays:
    """Return what the report follows: from the orders where there are some, else from the table ``durations``."""
    return read_dated(review) if review.has("orders") else read_durations(review)


def read_durations(review: Review) -> Stays:
    """Return finished lifetimes as they were brought; groups and covariates are those of the run file.

    Raises AnalysisError for a group or covariate that is no column of the table.
    """
    review_table = review.table("durations").reset_index(drop=True)
    rows = build_lifetimes(review_table)
    groups, covariates = tuple(review.params.groups), tuple(review.params.covariates)
    if unknown := [name for name in (*groups, *covariates) if name not in rows]:
        remedy = f"name one of {', '.join(map(str, rows.columns))}"
        raise AnalysisError(
            "reports.survival names a column that durations does not have", remedy=remedy, value=unknown
        )
    rows[list(groups)] = rows[list(groups)].astype(object).where(rows[list(groups)].notna(), "unknown").astype(str)
    numbers = {name: as_number(review_table[name]) for name in covariates}
    drivers = rows.assign(**{name: fill_gaps(values) for name, values in numbers.items()})
    totals = measure_totals(numbers, rows["duration"])
    kept = {name: values for name, values in numbers.items() if name not in totals}
    findings = (*find_gone_stale(rows), *find_gaps(kept), *find_totals(totals))
    return Stays(review.params.duration_unit, rows, groups, drivers, tuple(kept), findings)


def as_number(values: pd.Series) -> pd.Series:
    """Return a column of text as numbers where each is one (or blank) and more than ten differ; else as it is."""
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    known = values.dropna().astype(str).str.strip()
    numbers = pd.to_numeric(known[known != ""], errors="coerce")
    if numbers.isna().any() or numbers.nunique() <= MAX_LEVELS:
        return values
    return numbers.astype(float).reindex(values.index)


def fill_gaps(values: pd.Series) -> pd.Series:
    """Return numbers with the median in place of what is missing; groups as they are (missing is one of them)."""
    return values.fillna(values.median()) if pd.api.types.is_float_dtype(values) else values


def find_gaps(numbers: dict[str, pd.Series]) -> list[Finding]:
    """Return what to say of numbers that are missing and were filled in."""
    gaps = {name: int(values.isna().sum()) for name, values in numbers.items() if pd.api.types.is_float_dtype(values)}
    return [
        Finding("gaps", f"{name} is missing for {n:,} of {len(numbers[name]):,} stays; the median stands in.", n)
        for name, n in gaps.items()
        if n
    ]


def measure_totals(numbers: dict[str, pd.Series], duration: pd.Series) -> dict[str, float]:
    """Return the numbers that add up over a stay, each with its rank correlation with the length of the stay.

    Who stays long has more of them, not the other way round: as a covariate such a number knows the outcome.
    """
    rank = {name: values.corr(duration, method="spearman") for name, values in numbers.items() if _is_float(values)}
    return {name: float(value) for name, value in rank.items() if abs(value) > TOTAL_CORRELATION}


def find_totals(totals: dict[str, float]) -> list[Finding]:
    """Return what to say of numbers that add up over a stay (of ``measure_totals``) and were left out for it."""
    return [
        Finding(
            "lifetime_total",
            f"{name} {'grows' if value > 0 else 'falls'} with the length of a stay, as a sum does: it is known only "
            "afterwards, explains nothing and distorts the other effects. It is left out of the effects, of their "
            "check and of the list.",
            value,
        )
        for name, value in totals.items()
    ]


def _is_float(values: pd.Series) -> bool:
    return bool(pd.api.types.is_float_dtype(values)) and values.nunique() > MAX_LEVELS


def read_dated(review: Review) -> Stays:
    """Return the spells of the company with their groups, and the rows on which drivers may change."""
    as_of, (order_days, customers) = pd.Timestamp(review.as_of), read_company_tables(review)
    inactive_days = compute_inactive_days(order_days, customers, as_of=as_of, policy=review.policy.stages)
    stages = build_stages(order_days, customers, as_of=as_of, policy=review.policy.stages)
    company = build_company(order_days, customers, as_of=as_of, inactive_days=inactive_days)
    lifetimes = derive_start_groups(as_lifetimes(company.spells), review.snapshots())
    landmark = as_of - pd.Timedelta(days=review.params.landmark_days)
    events, theta = read_events(review), typical_rule_days(stages)[1]
    at_landmark = NO_ROWS
    # before that day nobody could have been seen to leave, and some measures of the day would be empty
    if landmark > company.window_start + pd.Timedelta(days=float(theta)):
        known = read_landmark_values(review, landmark)
        at_landmark = build_landmark_groups(company.spells, known, landmark=landmark, columns=LANDMARK_GROUPS)
    rows, covariates = build_drivers(
        company, events, review.snapshots(), theta_days=theta, width=review.params.exposure_days
    )
    return Stays(
        unit="days",
        lifetimes=lifetimes,
        groupings=tuple(name for name in START_GROUPS if name in lifetimes),
        driver_rows=rows,
        covariates=covariates,
        findings=(*company.findings, *find_gone_stale(lifetimes)),
        cluster="customer_id",
        theta_days=theta,
        landmark=landmark,
        landmark_rows=at_landmark,
        landmark_groupings=tuple(name for name in LANDMARK_GROUPS if name in at_landmark),
        events=events,
        company=company,
        stages=stages,
        inactive_days=inactive_days,
        measure=name_measure(review.snapshots()),
    )


def name_measure(snapshots: pd.DataFrame) -> str:
    """Return what a list by money at stake is ranked by: "margin", or "sales" where no customer's margin is known."""
    return "margin" if snapshots["margin_amount"].notna().any() else "sales"


def build_drivers(
    company: Company, events: dict[str, pd.DataFrame], snapshots: pd.DataFrame, *, theta_days: float, width: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the spells cut where a flag of ``events`` changes, with the covariates of the drivers and their names."""
    changes = None
    if events:
        width = min(width, 2 * theta_days)
        changes = build_flag_changes(events, lag_days=theta_days, width_days=width, as_of=company.as_of)
    rows = build_driver_rows(company.spells, changes)
    rows["is_returned"] = (rows["spell_number"] > 1).astype(float)
    if "contacted" in rows:
        rows["not_contacted"] = 1.0 - rows.pop("contacted")
    flags = [name for name in ("salesperson_changed", "answered_late", "not_contacted") if name in rows]
    if snapshots["segment"].notna().any():
        rows["segment"] = rows["customer_id"].map(snapshots.set_index("customer_id")["segment"]).fillna("unknown")
        return rows, (*flags, "is_returned", "segment")
    return rows, (*flags, "is_returned")


def read_events(review: Review) -> dict[str, pd.DataFrame]:
    """Return the dated events that may have driven customers away or held them: handovers, late answers, contacts."""
    return find_events(read_event_tables(review), as_of=pd.Timestamp(review.as_of))


def read_event_tables(review: Review) -> dict[str, pd.DataFrame]:
    """Return the tables of the company that hold dated events, by name."""
    return {name: review.table(name) for name in EVENT_TABLES if review.has(name)}


def find_events(tables: dict[str, pd.DataFrame], *, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the events in ``tables`` (of ``read_event_tables``) by kind: customer_id, event_date; empty ones out."""
    events = {}
    if "assignments" in tables:
        events["salesperson_changed"] = find_handovers(tables["assignments"])
    if "service_events" in tables:
        events["answered_late"] = find_late_responses(
            tables["service_events"], as_of=as_of, late_days=LATE_RESPONSE_DAYS
        )
    if "contacts" in tables:
        events["contacted"] = find_contacts(tables["contacts"])
    return {name: rows for name, rows in events.items() if len(rows)}


def read_landmark_values(review: Review, landmark: pd.Timestamp) -> pd.DataFrame:
    """Return what was known of each customer on the landmark: abc_class, team, salesperson, satisfaction."""
    day = landmark.date()
    snapshots = review.snapshots(day)
    criterion, cuts = review.policy.abc.criterion, review.policy.abc.cuts
    ranking = derive_ranking(build_values(select_population(snapshots), criterion=criterion))
    classes = derive_classes(ranking, cuts=cuts).set_index("customer_id")["abc_class"]
    known = snapshots[["customer_id", "salesperson_id"]].assign(abc_class=snapshots["customer_id"].map(classes))
    known["salesperson"] = name_salespeople(review, known["salesperson_id"])
    if review.has("salespeople"):
        people = review.table("salespeople", day).drop_duplicates("salesperson_id").set_index("salesperson_id")
        if "team" in people:
            known["team"] = known["salesperson_id"].map(people["team"])
    if review.has("satisfaction"):
        bands = derive_satisfaction_band(review.table("satisfaction", day), landmark=landmark)
        known["satisfaction"] = known["customer_id"].map(bands)
    return known


def name_salespeople(review: Review, salesperson_ids: pd.Series) -> pd.Series:
    """Return the names of salespeople, their ids where no name is known; two of the same name keep their ids behind it.

    Same index as ``salesperson_ids``.
    """
    if not review.has("salespeople"):
        return salesperson_ids
    people = review.table("salespeople").drop_duplicates("salesperson_id").set_index("salesperson_id")
    if "name" not in people:
        return salesperson_ids
    names = people["name"].fillna(pd.Series(people.index, index=people.index))
    is_twin = names.duplicated(keep=False)
    names = names.where(~is_twin, names + " (" + people.index.astype(str) + ")")
    return salesperson_ids.map(names).fillna(salesperson_ids)


def add_salespeople(review: Review, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return the snapshots with the name of each customer's ``salesperson``."""
    return snapshots.assign(salesperson=name_salespeople(review, snapshots["salesperson_id"]))


def read_company_tables(review: Review) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the order days and the customers: the company's own table, or just everybody who ordered."""
    if review.has("customers"):
        return review.order_days(), review.table("customers")
    return review.order_days(), review.snapshots()[["customer_id"]]
