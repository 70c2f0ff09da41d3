"""What may explain that a regular customer stayed away: each mark is found in one table, for buyers as well."""

import pandas as pd

from portfolio_lab.analysis.periods import Period
from portfolio_lab.errors import AnalysisError


def find_in_default(receivables: pd.DataFrame, *, period: Period, default_days: int) -> pd.Index:
    """Return the customers with an invoice that was ``default_days`` overdue on some day of the period, unpaid still.

    ``receivables``: customer_id, due_date, amount, paid_date (empty: not paid by the end of the period's data).
    """
    reached = receivables["due_date"] + pd.Timedelta(days=default_days)
    paid = receivables["paid_date"]
    in_time = reached < pd.Timestamp(period.end)
    unpaid = paid.isna() | ((paid >= reached) & (paid >= pd.Timestamp(period.start)))
    return _customers(receivables[in_time & unpaid & (receivables["amount"] > 0)])


def find_not_attended(planned: pd.DataFrame, contacts: pd.DataFrame, *, period: Period) -> pd.Index:
    """Return the customers that nobody of ours contacted within the plan's standard, nor in the whole period.

    The standard is the period's days over the contacts that the plan asks for; who had no outgoing contact from so
    many days before the period until its end was not attended. ``planned``: customer_id and contacts_per_period; where
    the plan asks for no contact there is nothing to miss. ``contacts``: customer_id, contact_date, direction (missing:
    all count as outgoing).
    """
    asked = planned[planned["contacts_per_period"] > 0]
    standard = pd.to_timedelta(period.n_days / asked["contacts_per_period"], unit="D").dt.floor("D")
    since = pd.Series((pd.Timestamp(period.start) - standard).to_numpy(), index=asked["customer_id"])
    ours = select_outgoing(contacts)
    from_day = ours["customer_id"].map(since)
    attended = ours[(ours["contact_date"] >= from_day) & (ours["contact_date"] < pd.Timestamp(period.end))]
    return _customers(asked[~asked["customer_id"].isin(attended["customer_id"])])


def find_claims_open(service_events: pd.DataFrame, *, period: Period, open_claim_days: int) -> pd.Index:
    """Return the customers with a claim that was open on at least ``open_claim_days`` days of the period.

    ``service_events``: customer_id, kind, opened_date, closed_date (empty: still open).
    """
    claims = service_events[service_events["kind"] == "claim"]
    start = claims["opened_date"].clip(lower=pd.Timestamp(period.start))
    end = claims["closed_date"].fillna(pd.Timestamp(period.end)).clip(upper=pd.Timestamp(period.end))
    return _customers(claims[(end - start).dt.days >= open_claim_days])


def find_usual_products(customer_products: pd.DataFrame) -> pd.DataFrame:
    """Return the product that each customer bought on most days: one row per customer: customer_id, product_id.

    ``customer_products``: customer_id, product_id, n_purchase_days. Ties go to the first product_id.
    """
    ordered = customer_products.sort_values(
        ["customer_id", "n_purchase_days", "product_id"], ascending=[True, False, True], kind="stable"
    )
    return ordered.drop_duplicates("customer_id")[["customer_id", "product_id"]].reset_index(drop=True)


def find_out_of_stock(usual: pd.DataFrame, stock: pd.DataFrame, *, period: Period, out_of_stock_days: int) -> pd.Index:
    """Return the customers whose usual product was out of stock for at least ``out_of_stock_days`` of the period.

    ``usual``: of ``find_usual_products``. ``stock``: product_id, stock_date, quantity (lots of a day are added); what
    was counted holds until the next count. Raises AnalysisError for a negative number of days.
    """
    if out_of_stock_days < 1:
        raise AnalysisError("a stock-out needs a length", remedy="give at least one day", value=out_of_stock_days)
    counts = stock.groupby(["product_id", "stock_date"], as_index=False)["quantity"].sum()
    counts = counts.sort_values(["product_id", "stock_date"])
    until = counts.groupby("product_id")["stock_date"].shift(-1).fillna(pd.Timestamp(period.end))
    start = counts["stock_date"].clip(lower=pd.Timestamp(period.start))
    days = (until.clip(upper=pd.Timestamp(period.end)) - start).dt.days.clip(lower=0)
    missing = days.where(counts["quantity"] <= 0, 0).groupby(counts["product_id"]).sum()
    return _customers(usual[usual["product_id"].map(missing).fillna(0) >= out_of_stock_days])


def find_lost_quotes(quotes: pd.DataFrame, *, period: Period, lost_quote_days: int) -> pd.Index:
    """Return the customers that we lost a quote to at most ``lost_quote_days`` from the first day of the period.

    ``quotes``: customer_id, outcome, outcome_date.
    """
    away = (quotes["outcome_date"] - pd.Timestamp(period.start)).dt.days.abs()
    inside = quotes["outcome_date"] < pd.Timestamp(period.end)
    return _customers(quotes[(quotes["outcome"] == "lost") & (away <= lost_quote_days) & inside])


def select_outgoing(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts that we made; where the direction is not recorded all count as ours."""
    return contacts[contacts["direction"] != "in"] if "direction" in contacts else contacts


def _customers(rows: pd.DataFrame) -> pd.Index:
    return pd.Index(rows["customer_id"].unique(), name="customer_id").sort_values()
