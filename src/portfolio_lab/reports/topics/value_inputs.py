"""What the reports on value and return read from a review: days with a margin, who closed, names, the basis."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from portfolio_lab.analysis.abc_classes import derive_owner
from portfolio_lab.analysis.purchase_models.fitting import fit_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends, fit_gamma_gamma
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.value.book import add_ranges, build_value_book, put_newcomers, value_newcomers
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import ValuePolicy
from portfolio_lab.reports.review import Review

AMOUNT = "value_source_amount"
ALIKE_ON = "segment"


@dataclass(frozen=True)
class ValueInputs:
    """The order days with the money that counts (column ``AMOUNT``), what it is called, and who the customers are.

    ``measure``: "margin", or "sales" where the company gives no margin. ``closed``: customer_id, closed_date.
    """

    days: pd.DataFrame
    measure: str
    people: pd.DataFrame
    closed: pd.DataFrame
    alike_on: tuple[str, ...]


def read_value_inputs(review: Review) -> ValueInputs:
    """Return what a value is made of: margins where every line has one or policy.value.margin_rate, else sales."""
    days, measure = derive_money(review.order_days(), margin_rate=review.policy.value.margin_rate)
    salespeople = review.table("salespeople") if review.has("salespeople") else None
    people = derive_owner(review.snapshots(), salespeople)
    closed = people.loc[people["closed_date"].notna(), ["customer_id", "closed_date"]]
    alike_on = (ALIKE_ON,) if people[ALIKE_ON].notna().any() else ()
    return ValueInputs(days, measure, people, closed, alike_on)


def derive_money(order_days: pd.DataFrame, *, margin_rate: float | None) -> tuple[pd.DataFrame, str]:
    """Return the order days with the column ``AMOUNT``, and what it is: "margin" if known throughout, else "sales"."""
    margin = order_days["margin_amount"]
    if margin_rate is not None:
        return order_days.assign(**{AMOUNT: margin.fillna(margin_rate * order_days["amount"])}), "margin"
    if margin.notna().all():
        return order_days.assign(**{AMOUNT: margin}), "margin"
    return order_days.assign(**{AMOUNT: order_days["amount"]}), "sales"


def fit_basis(days: pd.DataFrame, policy: ValuePolicy, *, as_of: date) -> ValueBasis:
    """Return the basis of the policy fitted to what was known at as_of.

    Raises AnalysisError when the purchases or the money per purchase cannot be modelled.
    """
    return ValueBasis(
        model=fit_purchase_model(build_histories(days, as_of=as_of), family=policy.model),
        spend=fit_gamma_gamma(build_spends(days, amount=AMOUNT, as_of=as_of)),
        discount_rate=policy.discount_rate,
        horizon_months=policy.horizon_months,
        timing_case=policy.timing_case,
    )


def find_basis(days: pd.DataFrame, policy: ValuePolicy, *, as_of: date) -> ValueBasis | str:
    """Return the basis of ``fit_basis``, or why these purchases cannot be valued."""
    try:
        return fit_basis(days, policy, as_of=as_of)
    except AnalysisError as error:
        return error.problem


@dataclass(frozen=True)
class ValueBook:
    """The value of every customer today, and how new ones were valued (``newcomers`` is empty where ``problem`` says
    why they keep the value that the model gives them)."""

    customers: pd.DataFrame
    newcomers: pd.DataFrame
    problem: str = ""


def open_book(inputs: ValueInputs, basis: ValueBasis, *, as_of: date, new_months: int, n_draws: int, seed: int
              ) -> ValueBook:  # fmt: skip
    """Return the value book of a day, new customers valued by analogy where enough older ones are known."""
    book = build_value_book(inputs.days, inputs.closed, as_of=as_of, basis=basis, amount=AMOUNT)
    book = add_ranges(book, basis=basis, n_draws=n_draws, seed=seed)
    book = book.merge(inputs.people[["customer_id", "name", "owner", "region", "segment"]], on="customer_id")
    new, problem = find_newcomers(book, inputs, basis, as_of=as_of, new_months=new_months)
    if problem:
        return ValueBook(book.assign(n_alike=float("nan")), new, problem)
    return ValueBook(put_newcomers(book, new), new)


def find_newcomers(
    book: pd.DataFrame, inputs: ValueInputs, basis: ValueBasis, *, as_of: date, new_months: int
) -> tuple[pd.DataFrame, str]:
    """Return the new customers of a value book with their value by analogy (value_newcomers), and no problem.

    Where too few older customers are known: nobody, and why.
    """
    asked = {"as_of": as_of, "amount": AMOUNT, "basis": basis}
    try:
        new = value_newcomers(
            book, inputs.days, inputs.people, **asked, new_months=new_months, alike_on=inputs.alike_on
        )
    except AnalysisError as error:
        none = pd.DataFrame(columns=["customer_id", "value_amount", "low", "high", "n_alike", "alike_on"])
        return none, error.problem
    return new, ""
