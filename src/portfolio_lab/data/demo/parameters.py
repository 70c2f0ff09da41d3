"""Every number that is planted in the demo company, in one record: the truth that its tables are drawn from."""

from dataclasses import asdict, dataclass, field

CLASSES = ("A", "B", "C")
STAGES = ("prospect", "active", "pre_inactive", "inactivated", "inactive")
CAUSES = ("default", "not_attended", "claim_open", "out_of_stock", "price", "unknown")
GONE_CAUSES = (*CAUSES, "late_response", "handover", "neglect")


def _contact_effects() -> dict[str, dict[str, float]]:
    return {
        "A": {"visit": 1.60, "call": 1.30, "email": 1.10, "message": 1.00, "video": 1.40},
        "B": {"visit": 1.40, "call": 1.45, "email": 1.15, "message": 1.00, "video": 1.25},
        "C": {"visit": 1.20, "call": 1.25, "email": 1.20, "message": 1.00, "video": 1.10},
    }


def _contact_plan() -> dict[str, dict[str, tuple[str, int, str]]]:
    """Contacts per quarter by class and stage: channel, number, role."""
    quiet = ("email", 1, "salesperson")
    first = ("call", 1, "salesperson")
    return {
        "A": {
            "prospect": first,
            "active": ("visit", 3, "salesperson"),
            "pre_inactive": ("visit", 4, "manager"),
            "inactivated": ("visit", 3, "director"),
            "inactive": quiet,
        },
        "B": {
            "prospect": first,
            "active": ("call", 2, "salesperson"),
            "pre_inactive": ("call", 3, "salesperson"),
            "inactivated": ("call", 2, "salesperson"),
            "inactive": quiet,
        },
        "C": {"prospect": first, "active": quiet, "pre_inactive": quiet, "inactivated": quiet, "inactive": quiet},
    }


def _lead_sources() -> dict[str, dict[str, float]]:
    """Per source: share of the new leads, share that can be won, chance of a first order a day, mean cost."""
    return {
        "referral": {"share": 0.25, "winnable": 0.80, "conversion_per_day": 0.020, "cost": 120.0},
        "trade_fair": {"share": 0.20, "winnable": 0.65, "conversion_per_day": 0.012, "cost": 950.0},
        "web": {"share": 0.25, "winnable": 0.60, "conversion_per_day": 0.015, "cost": 310.0},
        "cold_call": {"share": 0.15, "winnable": 0.50, "conversion_per_day": 0.008, "cost": 540.0},
        "advertising": {"share": 0.15, "winnable": 0.55, "conversion_per_day": 0.010, "cost": 720.0},
    }


@dataclass(frozen=True)
class Parameters:
    """The planted numbers; all durations and rates are in working days unless the name says otherwise."""

    # purchases: orders a working day are lognormal, order amounts too, and the two go together
    rate_median: float = 0.036
    rate_log_sd: float = 0.70
    order_amount_median: float = 1000.0
    order_amount_log_sd: float = 1.08
    rate_amount_correlation: float = 0.35
    regularities: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    regularity_shares: tuple[float, ...] = (0.25, 0.35, 0.28, 0.12)
    lines_per_order_mean: float = 2.6
    price_growth_a_year: float = 0.03
    # leaving
    hazard_a_year: float = 0.12
    hazard_shape: float = 2.0
    closure_share: float = 0.30
    # ups and downs that nobody planned
    dip_start_per_day: float = 0.0024
    dip_mean_days: float = 45.0
    dip_rate_multiplier: float = 0.45
    dip_hazard_multiplier: float = 1.5
    # salespeople
    skill_sd: float = 0.45
    skill_on_hazard: float = 1.0
    skill_on_rate: float = 0.25
    skill_noise_sd: float = 0.10
    overloaded_weight: float = 4.5
    adherence_low: float = 0.74
    adherence_high: float = 0.96
    overloaded_adherence: float = 0.40
    # handovers
    handover_days: int = 63
    handover_rate_multiplier: float = 0.80
    handover_hazard_multiplier: float = 1.8
    bad_handover_hazard_multiplier: float = 3.0
    rotation_share: float = 0.35
    hire_share: float = 0.25
    random_handover_share: float = 0.10
    # contacts
    contact_effect_days: int = 21
    contact_effects: dict[str, dict[str, float]] = field(default_factory=_contact_effects)
    contact_plan: dict[str, dict[str, tuple[str, int, str]]] = field(default_factory=_contact_plan)
    neglect_days: int = 63
    neglect_hazard_multiplier: float = 1.5
    reactive_per_day: dict[str, float] = field(default_factory=lambda: {"A": 0.050, "B": 0.035, "C": 0.020})
    baseline_per_day: dict[str, float] = field(default_factory=lambda: {"A": 0.010, "B": 0.008, "C": 0.005})
    promise_share: float = 0.15
    promise_kept: float = 0.85
    overloaded_promise_kept: float = 0.45
    # service
    claim_after_late_delivery: float = 0.14
    claim_per_order: float = 0.008
    information_request_per_day: float = 0.0020
    after_sales_per_day: float = 0.0012
    late_response_after_days: int = 5
    late_response_days: int = 126
    late_response_hazard_multiplier: dict[str, float] = field(
        default_factory=lambda: {"claim": 2.5, "information_request": 1.4, "after_sales": 1.8}
    )
    claim_rate_multiplier: float = 0.70
    claim_rate_days: int = 63
    response_median_days: float = 1.3
    overloaded_response_median_days: float = 4.5
    response_log_sd: float = 0.8
    late_delivery_share: float = 0.12
    # ruptures: chance a quarter that a regular customer stops, by cause
    rupture_per_quarter: dict[str, float] = field(
        default_factory=lambda: {
            "default": 0.070,
            "not_attended": 0.052,
            "claim_open": 0.016,
            "out_of_stock": 0.40,  # of those whose usual product is out of stock
            "price": 0.012,
            "unknown": 0.012,
        }
    )
    rupture_final_share: float = 0.12
    overloaded_not_attended_multiplier: float = 2.5
    regular_gap_days: float = 26.0
    # money
    margin_noise: float = 0.03
    discount_base: float = 0.02
    discount_per_year_of_tenure: float = 0.012
    discount_class_a: float = 0.03
    returned_line_share: float = 0.012
    credit_share: float = 0.004
    late_payer_share: float = 0.12
    # plans
    trial_multiplier: float = 1.8
    trial_days: int = 63
    trial_probability: float = 0.7
    null_trial_multiplier: float = 1.0
    campaign_multiplier: float = 1.25
    campaign_days: int = 30
    campaign_share_of_quiet: float = 0.60
    campaign_share_of_active: float = 0.10
    loyalty_hazard_multiplier: float = 0.70
    # acquisition
    old_customer_share: float = 0.58
    lead_sources: dict[str, dict[str, float]] = field(default_factory=_lead_sources)
    # what the old system lost
    legacy_share: float = 0.25
    cut_over_month: int = 9

    def as_dict(self) -> dict:
        """The numbers as plain lists and dictionaries, for truth.json."""
        return asdict(self)


PARAMETERS = Parameters()
