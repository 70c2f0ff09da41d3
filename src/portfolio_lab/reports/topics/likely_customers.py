"""Customers that will probably be in class A a year on: the forecast of a review, and how a year-old one came out."""

from dataclasses import dataclass, field

import pandas as pd

from portfolio_lab.analysis.likely_a import (
    AHEAD_MONTHS,
    LikelyTrial,
    Ranking,
    build_likely_rows,
    choose_likely_landmarks,
    fit_likely_a,
    judge_likely_a,
    score_likely_a,
)
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review

COLUMNS = ["customer_id", "abc_class", "amount", "p_a"]


@dataclass(frozen=True)
class LikelyCustomers:
    """Who is likely to be in A (customer_id, abc_class, amount, p_a; best first), or why nobody can say."""

    named: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    n_scored: int = 0
    trial: LikelyTrial | None = None
    problem: str = ""


def read_likely_customers(review: Review) -> LikelyCustomers:
    """Return who is likely to be in A twelve months on, from ``policy.monitor.likely_share`` on.

    The model of the names has learned everything that is over by as_of; that of the trial only what was over a year
    ago. Where the history is too short the reason stands in ``problem`` and nobody is named.
    """
    days, policy, as_of = review.order_days(), review.policy, review.as_of
    closed = review.snapshots().set_index("customer_id")["closed_date"]
    ranking = Ranking(policy.abc.criterion, policy.abc.window_months, policy.abc.cuts)
    past = shift_months(as_of, -AHEAD_MONTHS)
    try:
        then = _score(days, closed, landmark=past, as_of=past, ranking=ranking)
        now = _score(days, closed, landmark=as_of, as_of=as_of, ranking=ranking)
    except AnalysisError as error:
        return LikelyCustomers(
            problem=_word(error, n_months=(ranking.window_months or AHEAD_MONTHS) + 2 * AHEAD_MONTHS)
        )
    known = build_likely_rows(days, closed, landmark=past, as_of=as_of, ranking=ranking)
    trial = judge_likely_a(known.assign(p_a=then["p_a"]), likely_share=policy.monitor.likely_share)
    named = now[now["p_a"] >= policy.monitor.likely_share]
    named = named.sort_values(["p_a", "customer_id"], ascending=[False, True], ignore_index=True)
    return LikelyCustomers(named[COLUMNS], len(now), trial)


def _word(error: AnalysisError, *, n_months: int) -> str:
    """The reason as a part of a sentence; the months that it takes are those of both forecasts together."""
    is_short = "too short" in error.problem
    trial = f" and to try it on the last twelve months (it takes {n_months} months of orders)" if is_short else ""
    return f"{error.problem}{trial}"


def _score(days: pd.DataFrame, closed: pd.Series, *, landmark: object, as_of: object, ranking: Ranking) -> pd.DataFrame:
    """The customers in B and C on a landmark with a chance learned on what was over by then."""
    first = days["order_date"].min().date()
    earlier = choose_likely_landmarks(first, until=landmark, window_months=ranking.window_months)
    rows = [build_likely_rows(days, closed, landmark=day, as_of=as_of, ranking=ranking) for day in earlier]
    model = fit_likely_a(pd.concat(rows, ignore_index=True))
    now = build_likely_rows(days, closed, landmark=landmark, as_of=as_of, ranking=ranking)
    return now.assign(p_a=score_likely_a(model, now))
