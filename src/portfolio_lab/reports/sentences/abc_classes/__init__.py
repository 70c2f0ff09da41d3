"""Sentences of the ABC report."""

from portfolio_lab.reports.sentences.abc_classes.concentration import concentrated, regularity, rfm, whale
from portfolio_lab.reports.sentences.abc_classes.movement import (
    migration,
    new_and_lost,
    recomputed,
    stability,
    unstable_small,
)
from portfolio_lab.reports.sentences.abc_classes.people import (
    class_shares,
    commercial,
    distances,
    last_contacts,
    losses,
    owners,
    stage_mix,
    today_only,
)
from portfolio_lab.reports.sentences.abc_classes.phases import (
    MEASURES,
    criterion,
    cumulative,
    decision,
    headline,
    notices,
    outside,
    rule,
    sorted_values,
    zones,
)
from portfolio_lab.reports.sentences.wording import Wording

__all__ = [
    "MEASURES",
    "Wording",
    "class_shares",
    "commercial",
    "concentrated",
    "criterion",
    "cumulative",
    "decision",
    "distances",
    "headline",
    "last_contacts",
    "losses",
    "migration",
    "new_and_lost",
    "notices",
    "outside",
    "owners",
    "recomputed",
    "regularity",
    "rfm",
    "rule",
    "sorted_values",
    "stability",
    "stage_mix",
    "today_only",
    "unstable_small",
    "whale",
    "zones",
]
