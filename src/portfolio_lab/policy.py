"""What our words mean: the numbers of the business that every report of a run shares."""

import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1)]


class PolicyPart(BaseModel):
    """A part of the policy: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataPolicy(PolicyPart):
    """How much unusable data a run may leave out before it is refused."""

    max_drop_share: Share = Field(0.05, description="largest share of a table's rows that may be left out")


StageFamily = Literal[
    "fixed_days",
    "own_cycle",
    "gap_tail",
    "purchases_in_months",
    "falling_frequency",
    "hazard",
    "return_probability",
]
Level = Annotated[float, Field(gt=0)]

# What each family reads besides the days; a key of another family is refused, because it would have no effect.
STAGE_FAMILY_KEYS: dict[str, tuple[str, ...]] = {
    "fixed_days": (),
    "own_cycle": ("pre_inactive_at", "inactive_at", "typical_gap_days"),
    "gap_tail": ("pre_inactive_at", "inactive_at", "typical_gap_days", "regularity"),
    "purchases_in_months": ("min_purchase_days", "window_months"),
    "falling_frequency": ("pre_inactive_at", "window_months", "typical_gap_variation"),
    "hazard": ("pre_inactive_at", "inactive_at", "horizon_days", "typical_gap_days", "fitted"),
    "return_probability": ("pre_inactive_at", "inactive_at", "horizon_days", "model", "fitted"),
}
FALLING_FAMILIES = ("gap_tail", "hazard", "return_probability")


class StageRule(PolicyPart):
    """The stage ladder of one segment (`*` = every other segment): a rule family and its parameters.

    A family that does not count in days still carries ``pre_inactive_days`` and ``inactive_days``: the typical number
    of days, for pages; `purchases_in_months` and `falling_frequency` also take their line of inactivity from there.
    """

    segment: str = "*"
    family: StageFamily = "fixed_days"
    pre_inactive_days: Days = 60
    inactive_days: Days = 120
    pre_inactive_at: Level | None = Field(
        None, description="own_cycle: cycles of silence; gap_tail: share of own gaps that are longer; falling_frequency"
        ": share of the own frequency; hazard, return_probability: chance of a purchase within horizon_days",
    )  # fmt: skip
    inactive_at: Level | None = Field(None, description="the same, for the line of inactivity")
    typical_gap_days: Level | None = Field(None, description="towards which a customer's own mean gap is shrunk")
    shrink_gaps: Annotated[float, Field(ge=0)] = Field(2.0, description="as how many own gaps the typical gap counts")
    regularity: Level | None = Field(None, description="shape of the gaps: 1 = random, 4 and more = clockwork")
    min_purchase_days: Days | None = Field(None, description="purchase days wanted within window_months")
    window_months: Days | None = None
    typical_gap_variation: Annotated[float, Field(ge=0)] | None = Field(
        None, description="gap variation (standard deviation / mean) from which a customer counts as irregular"
    )
    horizon_days: Days | None = None
    model: Literal["mbg_nbd", "pareto_nbd"] | None = None
    fitted: dict[str, float] | None = Field(None, description="frozen parameters of the model, time in days")

    @model_validator(mode="after")
    def _keys_belong_to_the_family(self) -> "StageRule":
        wanted = STAGE_FAMILY_KEYS[self.family]
        all_keys = {key for keys in STAGE_FAMILY_KEYS.values() for key in keys}
        if missing := [key for key in wanted if getattr(self, key) is None]:
            raise ValueError(f"family {self.family} also needs {', '.join(missing)}")
        if extra := sorted(key for key in all_keys - set(wanted) if getattr(self, key) is not None):
            raise ValueError(f"family {self.family} does not read {', '.join(extra)}")
        return self

    @model_validator(mode="after")
    def _ladder_climbs(self) -> "StageRule":
        if self.pre_inactive_days >= self.inactive_days:
            raise ValueError("pre_inactive_days must be smaller than inactive_days")
        if self.pre_inactive_at is not None and self.family in (*FALLING_FAMILIES, "falling_frequency"):
            if max(self.pre_inactive_at, self.inactive_at or 0) >= 1:
                raise ValueError(f"family {self.family} counts in shares: levels lie between 0 and 1")
            if self.inactive_at is not None and self.inactive_at >= self.pre_inactive_at:
                raise ValueError("inactive_at must be smaller than pre_inactive_at: the share falls in silence")
        elif self.inactive_at is not None and self.pre_inactive_at >= self.inactive_at:
            raise ValueError("pre_inactive_at must be smaller than inactive_at")
        return self


class StagePolicy(PolicyPart):
    """The stage definition in force; rules are rows, the first whose segment matches wins."""

    version: str = "1"
    rules: tuple[StageRule, ...] = (StageRule(),)
    inactivated_days: Days = Field(30, description="how long a customer counts as just inactivated")
    ex_customer_days: Days | None = Field(None, description="days without a purchase; null = formal closure only")

    @model_validator(mode="after")
    def _some_rule_matches(self) -> "StagePolicy":
        if not self.rules or self.rules[-1].segment != "*":
            raise ValueError("the last stage rule must be for segment '*', so that every customer matches one")
        segments = [rule.segment for rule in self.rules]
        if twice := sorted({segment for segment in segments if segments.count(segment) > 1}):
            raise ValueError(f"segment {twice[0]!r} has two stage rules: the second would never be read")
        return self

    @model_validator(mode="after")
    def _ex_customers_come_last(self) -> "StagePolicy":
        last = max(rule.inactive_days for rule in self.rules) + self.inactivated_days
        if self.ex_customer_days is not None and self.ex_customer_days <= last:
            raise ValueError(f"ex_customer_days must be greater than inactive_days + inactivated_days ({last})")
        return self


class AbcPolicy(PolicyPart):
    """How customers are ranked by value (Pareto classes)."""

    criterion: Literal["amount", "margin"] = Field("amount", description="what is summed per customer")
    window_months: Annotated[int, Field(ge=1)] | None = Field(12, description="months up to as_of; null = all history")
    cuts: tuple[float, float] | Literal["computed"] = Field(
        (80, 95), description="cumulative shares in percent that close A and B, or 'computed'"
    )
    stable_share: Share = Field(0.8, description="below this probability a class counts as unstable")
    forbidden_columns: tuple[str, ...] = Field(
        ("gender", "age", "birth_date", "nationality", "ethnicity", "religion", "marital_status"),
        description="columns that may not enter the criterion",
    )

    @model_validator(mode="after")
    def _cuts_climb(self) -> "AbcPolicy":
        if self.cuts != "computed" and not 0 < self.cuts[0] < self.cuts[1] < 100:
            raise ValueError("cuts must be two rising percentages between 0 and 100, such as [80, 95]")
        return self


class PlanRule(PolicyPart):
    """What the plan asks for one class and stage (`*` = any)."""

    abc_class: str = "*"
    stage: str = "*"
    channel: str = "call"
    contacts_per_period: Annotated[float, Field(ge=0)] = 1
    role: str = "salesperson"
    objective: str = "keep"
    minutes: Annotated[float, Field(ge=0)] = 15
    response_days: Annotated[int, Field(ge=0)] = 2


DEFAULT_PLAN = (
    PlanRule(abc_class="A", stage="active", channel="visit", contacts_per_period=3, minutes=60, objective="grow"),
    PlanRule(abc_class="A", stage="pre_inactive", channel="visit", contacts_per_period=4, minutes=60, role="manager"),
    PlanRule(abc_class="A", stage="inactivated", channel="visit", contacts_per_period=3, minutes=60, role="director",
             objective="recover"),
    PlanRule(abc_class="B", stage="active", channel="call", contacts_per_period=2, minutes=20),
    PlanRule(abc_class="B", stage="pre_inactive", channel="call", contacts_per_period=3, minutes=20),
    PlanRule(abc_class="B", stage="inactivated", channel="call", contacts_per_period=2, minutes=20,
             objective="recover"),
    PlanRule(stage="prospect", channel="call", contacts_per_period=1, minutes=20, objective="first_order"),
    PlanRule(stage="ex_customer", channel="email", contacts_per_period=0, minutes=0, objective="none"),
    PlanRule(channel="email", contacts_per_period=1, minutes=5),
)  # fmt: skip


class PlanPolicy(PolicyPart):
    """The contact plan as a matrix class x stage; rules are rows, the first match wins."""

    rules: tuple[PlanRule, ...] = DEFAULT_PLAN


class ValuePolicy(PolicyPart):
    """The basis on which a customer is valued."""

    model: Literal["mbg_nbd", "pareto_nbd", "bg_nbd"] = "mbg_nbd"
    discount_rate: Annotated[float, Field(gt=-1)] = Field(0.10, description="a year, effective")
    horizon_months: Annotated[int, Field(ge=1)] | None = Field(60, description="null = no end")
    timing_case: Literal[1, 2, 3] = Field(2, description="1 paid at start and counted, 2 between payments, 3 at end")
    margin_rate: Share | None = Field(None, description="margin per amount where no margin column exists")


class RelationshipRule(PolicyPart):
    """What a relationship is called; an empty condition does not matter, one on what is not known is not met.

    Tenure runs from the first purchase; satisfaction is the mean score of the last survey; kept is the share of the
    planned contacts that took place.
    """

    name: str
    min_tenure_days: Days | None = None
    max_tenure_days: Days | None = None
    min_satisfaction: float | None = None
    max_satisfaction: float | None = None
    min_kept_share: Share | None = None
    max_kept_share: Share | None = None

    @property
    def has_conditions(self) -> bool:
        """Whether anything but the name is given."""
        return any(value is not None for name, value in self if name != "name")


DEFAULT_RELATIONSHIPS = (
    RelationshipRule(name="dissatisfied", max_satisfaction=5),
    RelationshipRule(name="new", max_tenure_days=365),
    RelationshipRule(name="neglected", max_kept_share=0.5),
    RelationshipRule(name="close", min_tenure_days=730, min_satisfaction=8, min_kept_share=0.8),
    RelationshipRule(name="settled"),
)


class MonitorPolicy(PolicyPart):
    """Goals and limits of the monitor."""

    positivation_goal: Share = 0.6
    small_order_amount: Annotated[float, Field(ge=0)] = 50.0
    rupture_periods: Days = Field(3, description="who bought in each of so many periods before counts as regular")
    default_days: Days = Field(60, description="an invoice so many days overdue counts as default")
    open_claim_days: Days = Field(30, description="a claim open for so many days of the period explains a rupture")
    out_of_stock_days: Days = Field(14, description="so do so many days without the product that it usually buys")
    lost_quote_days: Days = Field(14, description="and a quote lost at most so many days from the period's start")
    likely_share: Share = Field(0.5, description="from this chance on a customer counts as likely to become A")
    relationships: tuple[RelationshipRule, ...] = Field(
        DEFAULT_RELATIONSHIPS, description="what a relationship is called; the first rule that matches wins"
    )
    contact_kept_days: Days = Field(14, description="a contact so many days from its due date keeps the plan")

    @model_validator(mode="after")
    def _some_relationship_matches(self) -> "MonitorPolicy":
        if not self.relationships or self.relationships[-1].has_conditions:
            raise ValueError("the last relationship rule must have no condition, so that every customer matches one")
        return self


class Policy(PolicyPart):
    """What our words mean in one run; every report reads the same."""

    data: DataPolicy = DataPolicy()
    stages: StagePolicy = StagePolicy()
    abc: AbcPolicy = AbcPolicy()
    plan: PlanPolicy = PlanPolicy()
    value: ValuePolicy = ValuePolicy()
    monitor: MonitorPolicy = MonitorPolicy()

    def definition(self, parts: Iterable[str]) -> str:
        """Return a 12-digit hash of the named parts: equal hashes mean that the words meant the same."""
        chosen = {part: getattr(self, part).model_dump(mode="json") for part in sorted(parts)}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:12]
