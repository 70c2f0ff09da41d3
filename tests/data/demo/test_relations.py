from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.relations import (
    arms_table,
    assignments_table,
    closed_reasons,
    company_names,
    contacts_table,
    referrers,
    tasks_table,
)  # fmt: skip


def test_names_show_the_trade_of_the_segment(past):
    names = company_names(past)
    for name, segment in zip(names, past.customers["segment"], strict=True):
        assert any(name.startswith(trade) for trade in words.TRADES[words.SEGMENTS[segment]])
        assert name.endswith(words.LEGAL_FORMS)


def test_only_customers_who_were_referred_have_a_referrer(past):
    found = referrers(past)
    named = [row for row, value in enumerate(found) if value is not None]
    assert named
    sources = list(past.world.parameters.lead_sources)
    assert {sources[past.of("lead_source", row)] for row in named} == {"referral"}
    assert not past.of("is_old", named).any()


def test_a_default_is_closed_as_blocked(past):
    from portfolio_lab.data.demo.parameters import GONE_CAUSES

    reasons = closed_reasons(past)
    defaulted = past.state.gone_cause == GONE_CAUSES.index("default")
    assert defaulted.any()
    assert set(reasons[defaulted]) == {"blocked"}
    assert set(reasons) <= set(words.CLOSED_REASONS)


def test_tables_have_a_row_for_each_thing_that_is_known(past):
    assert len(contacts_table(past)) == len(past.known["contacts"])
    assert len(tasks_table(past)) == len(past.known["tasks"])
    assert len(arms_table(past)) == len(past.known["arms"])
    assert len(assignments_table(past)) == len(past.customers) + len(past.log.frame("handovers"))


def test_contacts_that_were_planned_are_for_what_the_plan_wanted(past):
    contacts = contacts_table(past)
    planned = contacts[contacts["plan_id"].fillna("").str.startswith("CP-")]
    wanted = tasks_table(past)[["customer_id", "due_date", "objective"]]
    same_day = planned.merge(wanted, left_on=["customer_id", "contact_date"], right_on=["customer_id", "due_date"])
    assert len(same_day) > 500
    assert (same_day["objective_x"] == same_day["objective_y"]).mean() > 0.95
    assert set(contacts["objective"]) == {"first_order", "keep", "grow", "recover", "service"}
