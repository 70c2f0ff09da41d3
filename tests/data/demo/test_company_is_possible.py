"""An independent look at the files: no row that could not have happened."""

import numpy as np
import pandas as pd
import pytest

END = pd.Timestamp("2026-09-30")
HOLIDAYS = ["01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25"]
GOOD_FRIDAYS = ["2023-04-07", "2024-03-29", "2025-04-18", "2026-04-03"]

WORKING_DAYS = [
    ("orders", "order_date"), ("orders", "promised_date"), ("orders", "delivered_date"), ("contacts", "contact_date"),
    ("contacts", "next_step_date"), ("customers", "created_date"), ("customers", "closed_date"),
    ("plan_tasks", "due_date"), ("service_events", "opened_date"), ("service_events", "first_response_date"),
    ("service_events", "closed_date"), ("satisfaction", "survey_date"), ("receivables", "paid_date"),
    ("quotes", "quote_date"), ("quotes", "outcome_date"), ("stock", "stock_date"), ("assignments", "start_date"),
]  # fmt: skip
NOT_AFTER_THE_END = [
    ("orders", "order_date"), ("orders", "delivered_date"), ("contacts", "contact_date"), ("customers", "created_date"),
    ("customers", "closed_date"), ("service_events", "opened_date"), ("service_events", "first_response_date"),
    ("service_events", "closed_date"), ("satisfaction", "survey_date"), ("receivables", "paid_date"),
    ("quotes", "quote_date"), ("quotes", "outcome_date"), ("attributes", "valid_from"), ("assignments", "start_date"),
    ("assignments", "end_date"), ("stock", "stock_date"), ("benchmarks", "benchmark_date"), ("plan_arms", "start_date"),
]  # fmt: skip


@pytest.fixture(scope="module")
def customers(company):
    return company.table("customers").set_index("customer_id")


def with_customer(company, table, customers):
    return company.table(table).join(customers[["created_date", "closed_date"]], on="customer_id", rsuffix="_customer")


@pytest.mark.parametrize(("table", "column"), WORKING_DAYS)
def test_everything_happens_on_working_days(company, table, column):
    days = company.table(table)[column].dropna()
    assert len(days)
    assert not (days.dt.dayofweek >= 5).any()
    assert not days.dt.strftime("%m-%d").isin(HOLIDAYS).any()
    assert not days.isin(pd.to_datetime(GOOD_FRIDAYS)).any()


@pytest.mark.parametrize(("table", "column"), NOT_AFTER_THE_END)
def test_nothing_has_happened_after_the_last_day(company, table, column):
    assert company.table(table)[column].max() <= END


@pytest.mark.parametrize(
    "table", ["orders", "contacts", "assignments", "plan_tasks", "plan_arms", "service_events",
                          "satisfaction", "receivables", "quotes", "attributes"]
)  # fmt: skip
def test_every_customer_of_a_table_is_known(company, customers, table):
    assert set(company.table(table)["customer_id"]) <= set(customers.index)


@pytest.mark.parametrize("table", ["orders", "service_events", "stock"])
def test_every_product_is_known(company, table):
    assert set(company.table(table)["product_id"].dropna()) <= set(company.table("products")["product_id"])


@pytest.mark.parametrize(
    ("table", "column"),
    [("orders", "salesperson_id"), ("contacts", "salesperson_id"), ("assignments", "salesperson_id"),
     ("absences", "salesperson_id"), ("salespeople", "manager_id"), ("salespeople", "director_id")],
)  # fmt: skip
def test_every_person_is_known(company, table, column):
    assert set(company.table(table)[column].dropna()) <= set(company.table("salespeople")["salesperson_id"])


@pytest.mark.parametrize(
    ("table", "column"),
    [("orders", "order_date"), ("contacts", "contact_date"), ("service_events", "opened_date"),
     ("satisfaction", "survey_date"), ("quotes", "quote_date"), ("assignments", "start_date"),
     ("attributes", "valid_from"), ("plan_arms", "start_date")],
)  # fmt: skip
def test_nothing_happens_before_the_customer_existed_or_after_it_was_closed(company, customers, table, column):
    rows = with_customer(company, table, customers)
    created = "created_date"
    closed = "closed_date_customer" if "closed_date_customer" in rows else "closed_date"
    assert not (rows[column] < rows[created]).any()
    assert not (rows[column] >= rows[closed]).any()


def test_prospects_are_contacted_but_have_no_orders(company):
    truth = company.truth("customers")
    never = truth.loc[truth["first_order_date"].isna() & ~truth["is_from_before"], "customer_id"]
    assert len(never) > 100
    assert not company.table("orders")["customer_id"].isin(never).any()
    assert company.table("contacts")["customer_id"].isin(never).any()


def test_the_first_order_is_on_the_day_that_the_truth_says(company):
    truth = company.truth("customers").set_index("customer_id")["first_order_date"].dropna()
    first = company.table("orders").groupby("customer_id")["order_date"].min()
    pd.testing.assert_series_equal(first[truth.index], truth, check_names=False, check_dtype=False)


def test_no_order_line_not_even_a_return_is_dated_on_or_after_the_dropout(company):
    gone = company.truth("customers").set_index("customer_id")["dropout_date"]
    orders = company.table("orders").join(gone, on="customer_id")
    assert orders["dropout_date"].notna().any()
    assert not (orders["order_date"] >= orders["dropout_date"]).any()


def test_a_shipment_comes_after_its_order_and_a_return_after_the_delivery(company):
    orders = company.table("orders")
    sales = orders[orders["order_id"].str.startswith("O")]
    assert (sales["promised_date"] > sales["order_date"]).all()
    assert (sales["delivered_date"].dropna() > sales["order_date"][sales["delivered_date"].notna()]).all()
    delivered = sales.assign(order=sales["order_id"].str[1:]).groupby("order")["delivered_date"].min()
    returns = orders[~orders["order_id"].str.startswith("O")]
    assert (returns["amount"] < 0).all()
    assert (returns["order_date"].to_numpy() > delivered[returns["order_id"].str[1:]].to_numpy()).all()


def test_no_more_is_returned_than_was_bought(company):
    orders = company.table("orders").dropna(subset=["product_id"])
    order = orders["order_id"].str[1:]
    assert orders.groupby([order, "product_id"])["quantity"].sum().min() >= 0


def test_amounts_and_margins_add_up(company):
    orders = company.table("orders")
    sales = orders[orders["order_id"].str.startswith("O")]
    assert (sales["amount"] >= 0).all()
    assert (sales["quantity"] >= 1).all()
    assert (sales["discount_amount"] >= 0).all()
    assert (sales["margin_amount"] <= sales["amount"] + 1e-9).all()


def test_nothing_is_sold_that_is_out_of_stock_or_discontinued(company):
    sales = company.table("orders").query("quantity > 0")
    for gone in company.truth("stock_outs").itertuples():
        end = END + pd.Timedelta(days=1) if pd.isna(gone.end_date) else gone.end_date
        rows = sales[sales["product_id"] == gone.product_id]
        assert not ((rows["order_date"] >= gone.start_date) & (rows["order_date"] < end)).any()
    for ended in company.truth("discontinued").itertuples():
        assert not ((sales["product_id"] == ended.product_id) & (sales["order_date"] >= ended.from_date)).any()


def test_the_stock_is_empty_while_a_product_is_out_of_stock(company):
    stock = company.table("stock")
    for gone in company.truth("stock_outs").itertuples():
        end = END + pd.Timedelta(days=1) if pd.isna(gone.end_date) else gone.end_date
        rows = stock[
            (stock["product_id"] == gone.product_id) & stock["stock_date"].between(gone.start_date, end, "left")
        ]
        assert len(rows)
        assert (rows["quantity"] == 0).all()


def test_every_order_belongs_to_the_owner_of_its_day(company):
    orders = (
        company.table("orders").query("quantity > 0")[["customer_id", "order_date", "salesperson_id"]].drop_duplicates()
    )
    stays = company.table("assignments")
    both = orders.merge(stays, on="customer_id", suffixes=("", "_owner"))
    open_end = both["end_date"].fillna(END + pd.Timedelta(days=1))
    on_duty = both[(both["start_date"] <= both["order_date"]) & (both["order_date"] < open_end)]
    assert len(on_duty) == len(orders)
    assert (on_duty["salesperson_id"] == on_duty["salesperson_id_owner"]).all()


def test_stays_do_not_overlap_and_leave_no_gap(company):
    stays = company.table("assignments").sort_values(["customer_id", "start_date"])
    following = stays.groupby("customer_id")["start_date"].shift(-1)
    assert (stays["end_date"][following.notna()] == following.dropna()).all()
    assert (stays["start_date"] < stays["end_date"].fillna(END + pd.Timedelta(days=1))).all()
    assert stays["customer_id"].nunique() == company.rows["customers"]


def test_the_last_owner_still_works_there(company):
    stays = company.table("assignments")
    left = company.table("absences").query("kind == 'leaver'").set_index("salesperson_id")["start_date"]
    until = stays["end_date"].fillna(END)
    leavers = stays["salesperson_id"].map(left)
    assert leavers.notna().any()
    assert not (until[leavers.notna()] > leavers.dropna()).any()


def test_nobody_makes_a_contact_while_away(company):
    contacts = company.table("contacts")
    both = contacts.merge(company.table("absences"), on="salesperson_id", suffixes=("", "_absence"))
    assert len(both) > len(contacts) / 2
    assert not ((both["contact_date"] >= both["start_date"]) & (both["contact_date"] <= both["end_date"])).any()


def test_nobody_makes_a_contact_or_owns_a_customer_outside_employment(company):
    people = company.truth("salespeople").set_index("salesperson_id")
    for table, start in (("contacts", "contact_date"), ("assignments", "start_date")):
        rows = company.table(table).join(people[["employed_from", "employed_to"]], on="salesperson_id")
        assert not (rows[start] < rows["employed_from"]).any()
        assert not (rows[start] >= rows["employed_to"]).any()
    assert people["employed_from"].notna().sum() == 1
    assert people["employed_to"].notna().sum() == 1


def test_roles_are_held_by_people_of_that_role(company):
    letters = {"salesperson": "S", "manager": "M", "director": "D", "inside_sales": "I"}
    contacts = company.table("contacts")
    assert (contacts["salesperson_id"].str[0] == contacts["role"].map(letters)).all()


def test_own_contacts_are_made_by_the_owner_of_the_day(company):
    contacts = company.table("contacts").query("role == 'salesperson'")
    both = contacts.merge(company.table("assignments"), on="customer_id", suffixes=("", "_owner"))
    open_end = both["end_date"].fillna(END + pd.Timedelta(days=1))
    on_duty = both[(both["start_date"] <= both["contact_date"]) & (both["contact_date"] < open_end)]
    assert len(on_duty) == len(contacts)
    assert (on_duty["salesperson_id"] == on_duty["salesperson_id_owner"]).all()


def test_absences_of_a_person_do_not_overlap(company):
    absences = company.table("absences").sort_values(["salesperson_id", "start_date"])
    before = absences.groupby("salesperson_id")["end_date"].shift()
    assert not (absences["start_date"] <= before).any()
    assert (absences["end_date"] >= absences["start_date"]).all()


def test_a_response_comes_after_the_opening_and_before_the_closing(company):
    events = company.table("service_events")
    assert not (events["first_response_date"] < events["opened_date"]).any()
    assert not (events["closed_date"] < events["first_response_date"]).any()
    assert not (events["closed_date"].notna() & events["first_response_date"].isna()).any()
    assert events["first_response_date"].isna().any()
    assert events["closed_date"].isna().any()


def test_events_and_surveys_are_of_customers_who_have_ordered(company):
    first = company.truth("customers").set_index("customer_id")["first_order_date"]
    for table, column in (("service_events", "opened_date"), ("satisfaction", "survey_date")):
        rows = company.table(table).join(first, on="customer_id")
        assert not (rows[column] < rows["first_order_date"]).any()


def test_every_quote_that_was_won_led_to_an_order_on_that_day(company):
    quotes = company.table("quotes")
    won = quotes[quotes["outcome"] == "won"]
    ordered = set(zip(*(company.table("orders")[c] for c in ("customer_id", "order_date")), strict=True))
    assert len(won) > 1000
    assert all(pair in ordered for pair in zip(won["customer_id"], won["outcome_date"], strict=True))
    assert (won["outcome_date"] > won["quote_date"]).all()


def test_quotes_are_open_until_they_are_decided(company):
    quotes = company.table("quotes")
    assert (quotes["outcome_date"].isna() == (quotes["outcome"] == "open")).all()
    assert not (quotes["outcome_date"] < quotes["quote_date"]).any()
    deals = set(quotes.loc[quotes["outcome"] == "open", "customer_id"])
    customers = company.table("customers")
    assert deals == set(customers.loc[customers["has_open_deal"], "customer_id"])


def test_every_invoice_is_of_an_order_and_paid_after_it(company):
    terms = company.table("customers").set_index("customer_id")["payment_terms_days"].astype(int)
    bills = company.table("receivables").join(terms, on="customer_id")
    bills["order_date"] = bills["due_date"] - pd.to_timedelta(bills["payment_terms_days"], unit="D")
    sales = company.table("orders").query("quantity > 0")
    per_day = sales.groupby(["customer_id", "order_date"])["amount"].sum().round(2)
    found = bills.set_index(["customer_id", "order_date"])["amount"]
    pd.testing.assert_series_equal(found.sort_index(), per_day[per_day > 0].sort_index(), check_names=False)
    assert not (bills["paid_date"] <= bills["order_date"]).any()


def test_a_referral_was_made_by_an_older_customer_who_was_buying(company):
    customers = company.table("customers").set_index("customer_id")
    referred = customers[customers["referred_by"].notna()]
    gone = company.truth("customers").set_index("customer_id")["dropout_date"]
    assert (referred["lead_source"] == "referral").all()
    assert (
        customers.loc[referred["referred_by"], "created_date"].to_numpy() < referred["created_date"].to_numpy()
    ).all()
    assert not (gone[referred["referred_by"]].to_numpy() <= referred["created_date"].to_numpy()).any()


def test_closed_customers_say_why_and_locked_ones_are_locked_by_a_dated_change(company):
    customers = company.table("customers")
    assert (customers["closed_date"].notna() == customers["closed_reason"].notna()).all()
    changes = company.table("attributes").query("attribute == 'is_locked'").sort_values("valid_from")
    last = changes.groupby("customer_id")["value"].last()
    assert set(last.index[last == "true"]) == set(customers.loc[customers["is_locked"], "customer_id"])


def test_the_last_dated_segment_is_todays(company):
    changes = company.table("attributes").query("attribute == 'segment'").sort_values("valid_from")
    last = changes.groupby("customer_id")["value"].last()
    today = company.table("customers").set_index("customer_id")["segment"]
    assert len(last) > 20
    assert (last == today[last.index]).all()


def test_old_customers_of_the_old_system_have_no_history_before_the_cut_over(company):
    since = company.truth("customers").set_index("customer_id")["history_from"]
    lost = since[since > since.min()]
    assert len(lost) > 200
    for table, column in (("orders", "order_date"), ("contacts", "contact_date"), ("service_events", "opened_date")):
        rows = company.table(table).join(since, on="customer_id")
        assert not (rows[column] < rows["history_from"]).any()


def test_plan_contacts_fall_into_the_time_of_their_plan(company):
    plans = company.table("plans").set_index("plan_id")
    contacts = company.table("contacts").dropna(subset=["plan_id"]).join(plans, on="plan_id", rsuffix="_plan")
    assert contacts["start_date"].notna().all()
    assert not (contacts["contact_date"] < contacts["start_date"]).any()
    assert not (contacts["contact_date"] > contacts["end_date"]).any()


def test_every_promise_lies_after_its_contact(company):
    contacts = company.table("contacts")
    assert (contacts["next_step"].notna() == contacts["next_step_date"].notna()).all()
    assert not (contacts["next_step_date"] <= contacts["contact_date"]).any()
    assert (contacts["next_step_date"] > END).any()


def test_identifiers_are_unique_and_no_contact_is_logged_twice(company):
    contacts = company.table("contacts")
    assert contacts["contact_id"].is_unique
    out = contacts[contacts["direction"] == "out"]
    assert not out.duplicated(["customer_id", "contact_date"]).any()
    orders = company.table("orders")
    assert not orders.dropna(subset=["product_id"]).duplicated(["order_id", "product_id"]).any()
    assert (orders.groupby("order_id")["customer_id"].nunique() == 1).all()
    assert (orders.groupby("order_id")["order_date"].nunique() == 1).all()


def test_lots_expire_only_where_the_family_does_and_some_are_about_to(company):
    stock = company.table("stock").merge(company.table("products"), on="product_id")
    expires = stock.groupby("family")["expiry_date"].apply(lambda dates: dates.notna().mean())
    assert set(expires) == {0.0, 1.0}
    today = stock[stock["stock_date"] == stock["stock_date"].max()]
    assert (today["expiry_date"] <= END + pd.Timedelta(days=60)).sum() >= 5
    idle = today[today["is_discontinued"] & (today["quantity"] > 0)]
    assert len(idle) >= 5
    assert not np.isnan(stock["quantity"]).any()
