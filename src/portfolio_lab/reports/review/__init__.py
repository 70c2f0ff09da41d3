"""The review as a notebook sees it: parameters, policy, measures and outputs, opened in one line."""

from portfolio_lab.reports.review.opened import Previous, Review, open_review
from portfolio_lab.reports.review.prepare import STAGED_VARIABLE, Prepared, prepare_review, shared_measures

__all__ = ["STAGED_VARIABLE", "Prepared", "Previous", "Review", "open_review", "prepare_review", "shared_measures"]
