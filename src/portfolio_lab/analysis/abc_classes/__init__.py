"""Customers ranked by value: classes, concentration, movement between dates, stability, fairness and contingency."""

from portfolio_lab.analysis.abc_classes.concentration import (
    build_whale_curve,
    compute_concentration,
    compute_gini,
    count_customers_for,
    find_whale_peak,
)
from portfolio_lab.analysis.abc_classes.contingency import build_largest, summarise_losses
from portfolio_lab.analysis.abc_classes.customers import build_customers, derive_owner, list_closest
from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.abc_classes.demand import build_demand, select_whole_months, summarise_demand
from portfolio_lab.analysis.abc_classes.facts import compute_facts, name_gini_method
from portfolio_lab.analysis.abc_classes.fairness import (
    assert_commercial,
    derive_tenure_band,
    list_comparable,
    summarise_class_shares,
)
from portfolio_lab.analysis.abc_classes.migration import (
    build_migration,
    classify_earlier,
    compute_kappa,
    compute_transition_shares,
    list_movers,
    summarise_migration,
    summarise_stays,
    summarise_transitions,
)
from portfolio_lab.analysis.abc_classes.phases import (
    CRITERION_COLUMNS,
    build_curve,
    build_values,
    classify_customers,
    derive_classes,
    derive_ranking,
    find_notices,
    summarise_classes,
)
from portfolio_lab.analysis.abc_classes.population import (
    build_month_blocks,
    compute_window,
    count_purchase_days,
    select_population,
)
from portfolio_lab.analysis.abc_classes.rfm import derive_rfm, summarise_rfm
from portfolio_lab.analysis.abc_classes.stability import compute_stability, summarise_stability
from portfolio_lab.analysis.abc_classes.stage_mix import cross_stages, list_known_columns, summarise_stage_mix

__all__ = [
    "CLASSES",
    "CRITERION_COLUMNS",
    "assert_commercial",
    "build_curve",
    "build_customers",
    "build_demand",
    "build_largest",
    "build_migration",
    "build_month_blocks",
    "build_values",
    "build_whale_curve",
    "classify_customers",
    "classify_earlier",
    "compute_concentration",
    "compute_facts",
    "compute_gini",
    "compute_kappa",
    "compute_stability",
    "compute_transition_shares",
    "compute_window",
    "count_customers_for",
    "count_purchase_days",
    "cross_stages",
    "derive_classes",
    "derive_owner",
    "derive_ranking",
    "derive_rfm",
    "derive_tenure_band",
    "find_notices",
    "find_whale_peak",
    "list_closest",
    "list_comparable",
    "list_known_columns",
    "list_movers",
    "name_gini_method",
    "select_population",
    "select_whole_months",
    "summarise_class_shares",
    "summarise_classes",
    "summarise_demand",
    "summarise_losses",
    "summarise_migration",
    "summarise_rfm",
    "summarise_stability",
    "summarise_stage_mix",
    "summarise_stays",
    "summarise_transitions",
]
