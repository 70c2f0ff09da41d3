"""The review as a notebook sees it: parameters, policy, measures and outputs, opened in one line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portfolio_lab.reports.review.opened import Previous, Review, open_review
    from portfolio_lab.reports.review.prepare import (
        STAGED_VARIABLE,
        Prepared,
        check_review,
        prepare_review,
        shared_measures,
    )

__all__ = [
    "STAGED_VARIABLE",
    "Prepared",
    "Previous",
    "Review",
    "check_review",
    "open_review",
    "prepare_review",
    "shared_measures",
]

_OPENED = ("Previous", "Review", "open_review")


def __getattr__(name: str) -> Any:
    """Return a name of this package; a run prepares its data without loading what only notebooks draw with."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{'opened' if name in _OPENED else 'prepare'}"), name)
