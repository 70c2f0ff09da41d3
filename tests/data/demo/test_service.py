from portfolio_lab.data.demo.service import CAUSES_BY_KIND, events_table, satisfaction_table
from portfolio_lab.data.schema import EVENT_KINDS


def test_each_kind_has_its_own_causes(past):
    events = events_table(past)
    for kind, causes in zip(EVENT_KINDS, CAUSES_BY_KIND, strict=True):
        assert set(events.loc[events["kind"] == kind, "cause"]) == set(causes)


def test_scores_are_whole_numbers_from_0_to_10_and_low_ones_have_a_reason(past):
    answers = satisfaction_table(past)
    assert answers["score"].between(0, 10).all()
    assert (answers["score"] % 1 == 0).all()
    assert (answers["reason"].notna() == (answers["score"] <= 5)).all()


def test_skill_shows_in_the_score_of_the_salesperson(company):
    truth = company.truth("salespeople").set_index("salesperson_id")["skill"]
    stays = company.table("assignments").query("end_date.isna()").set_index("customer_id")["salesperson_id"]
    scores = company.table("satisfaction").query("aspect == 'salesperson'")
    skill = scores["customer_id"].map(stays).map(truth)
    mean = scores["score"].groupby(skill).mean()
    assert mean.index.to_series().corr(mean, method="spearman") > 0.7
