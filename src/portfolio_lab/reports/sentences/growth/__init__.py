"""Sentences of the growth report."""

from portfolio_lab.reports.sentences.growth.acquiring import (
    conversion,
    costs,
    effort,
    label_source,
    prospects,
    referrals,
    referred,
)
from portfolio_lab.reports.sentences.growth.rising import ages, likely, likely_trial
from portfolio_lab.reports.sentences.growth.room import (
    decision,
    headline,
    headroom,
    look_alikes,
    owners,
    return_trial,
    returning,
    sources,
)
from portfolio_lab.reports.sentences.wording import Wording

__all__ = [
    "Wording",
    "ages",
    "conversion",
    "costs",
    "decision",
    "effort",
    "headline",
    "headroom",
    "label_source",
    "likely",
    "likely_trial",
    "look_alikes",
    "owners",
    "prospects",
    "referrals",
    "referred",
    "return_trial",
    "returning",
    "sources",
]
