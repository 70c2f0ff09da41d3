"""What the tables show agrees with what the truth says was planted, within its sampling error."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

END = pd.Timestamp("2026-09-30")


def assert_poisson(observed, expected, *, widths=3.5):
    assert np.all(np.abs(observed - expected) <= widths * np.sqrt(expected) + 1), (observed, expected)


def assert_share(successes, n, share, *, widths=3.5):
    assert abs(successes / n - share) <= widths * np.sqrt(share * (1 - share) / n), (successes, n, share)


def sales(company):
    return company.table("orders").query("quantity > 0")


def test_contacts_raise_the_rate_as_planted_and_one_channel_does_not(company):
    found = company.truth("realised_contacts")
    assert (found.loc[found["channel"] == "message", "planted"] == 1.0).all()
    assert_poisson(found["n_observed"], found["planted"] * found["expected_without"])
    visits = found[(found["channel"] == "visit") & (found["abc_class"] == "A")].iloc[0]
    assert visits["n_observed"] > visits["expected_without"] + 5 * np.sqrt(visits["expected_without"])


def test_leaving_follows_its_factors_as_planted(company):
    found = company.truth("realised_leaving").set_index("factor")
    known = found.dropna(subset=["planted"])
    assert set(known.index) == {"dip", "neglect", "loyalty"}
    assert_poisson(known["n_observed"], known["planted"] * known["expected_without"])


@pytest.mark.parametrize(
    ("factor", "low", "high"),
    [("late_response", "late_response_hazard_multiplier", None),
     ("handover", "handover_hazard_multiplier", "bad_handover_hazard_multiplier")],
)  # fmt: skip
def test_late_answers_and_handovers_raise_the_hazard_within_their_planted_range(company, factor, low, high):
    row = company.truth("realised_leaving").set_index("factor").loc[factor]
    p = company.parameters
    bounds = sorted(p[low].values())[:: len(p[low]) - 1] if high is None else [p[low], p[high]]
    spread = 3 * np.sqrt(row["n_observed"])
    least, most = (row["expected_without"] * bound for bound in bounds)
    assert least - spread <= row["n_observed"] <= most + spread
    assert row["n_observed"] > row["expected_without"]


def test_retention_by_salesperson_follows_skill(company):
    found = company.truth("realised_retention")
    assert found["n_observed"].sum() == pytest.approx((found["planted"] * found["expected_without"]).sum(), rel=0.12)
    people = company.truth("salespeople")
    ratio = found["n_observed"] / found["expected_without"]
    assert stats.spearmanr(ratio, people["skill"]).statistic < -0.85


def test_the_plain_ranking_by_customers_kept_follows_skill_too(company):
    stays = company.table("assignments").sort_values("start_date").drop_duplicates("customer_id", keep="last")
    truth = company.truth("customers").merge(stays, on="customer_id")
    bought = truth[truth["first_order_date"].notna() | truth["is_from_before"]]
    kept = bought.groupby("salesperson_id")["dropout_date"].apply(lambda dates: dates.isna().mean())
    people = company.truth("salespeople").set_index("salesperson_id")
    steady = people.index[people["employed_from"].isna() & people["employed_to"].isna()]
    assert stats.spearmanr(kept[steady], people.loc[steady, "skill"]).statistic >= 0.6


def test_skill_has_the_planted_spread(company):
    people = company.truth("salespeople")
    others = people.loc[~people["is_overloaded"], "skill"]
    assert others.std(ddof=0) == pytest.approx(company.parameters["skill_sd"], abs=1e-3)


def test_the_trial_works_and_the_null_trial_does_not(company):
    trials = company.truth("trials")
    effect = trials.assign(
        effect=(trials["n_orders_if_treated"] > 0).astype(float) - (trials["n_orders_if_held_out"] > 0)
    ).groupby("plan_id")["effect"]
    assert effect.mean()["RT-1"] > 0.05
    assert abs(effect.mean()["RT-2"]) < 0.01


@pytest.mark.parametrize("plan_id", ["RT-1", "RT-2"])
def test_the_arms_differ_in_the_orders_as_the_potential_outcomes_say(company, plan_id):
    arms = company.table("plan_arms").query("plan_id == @plan_id")
    assert_share((arms["arm"] == "treated").sum(), len(arms), company.parameters["trial_probability"])
    start = arms["start_date"].iloc[0]
    days = sales(company)[["customer_id", "order_date"]].drop_duplicates()
    all_days = np.sort(days["order_date"].unique())
    until = all_days[np.searchsorted(all_days, start.to_datetime64()) + company.parameters["trial_days"] - 1]
    window = days[days["order_date"].between(start, until)]
    n_days = arms["customer_id"].map(window.groupby("customer_id").size()).fillna(0)
    mean = n_days.groupby(arms["arm"]).mean()
    error = np.sqrt((n_days.groupby(arms["arm"]).var() / arms["arm"].value_counts()).sum())
    truth = company.truth("trials").query("plan_id == @plan_id")
    planted = (truth["n_orders_if_treated"] - truth["n_orders_if_held_out"]).mean()
    assert abs(mean["treated"] - mean["hold_out"] - planted) < 3 * error


def test_who_is_treated_has_exactly_the_outcome_that_was_foreseen(company):
    truth = company.truth("trials").query("plan_id == 'RT-1'").set_index("customer_id")
    foreseen = truth["n_orders_if_treated"].where(truth["is_treated"], truth["n_orders_if_held_out"])
    start = company.table("plan_arms").query("plan_id == 'RT-1'")["start_date"].iloc[0]
    days = sales(company)[["customer_id", "order_date"]].drop_duplicates()
    until = np.sort(days.loc[days["order_date"] >= start, "order_date"].unique())[company.parameters["trial_days"] - 1]
    found = days[days["order_date"].between(start, until)].groupby("customer_id").size().reindex(truth.index).fillna(0)
    assert (found == foreseen).mean() > 0.99


def test_some_held_out_customers_are_contacted_all_the_same_and_some_treated_are_not(company):
    arms = company.table("plan_arms").query("plan_id == 'RT-1'")
    reached = set(company.table("contacts").query("plan_id == 'RT-1'")["customer_id"])
    share = arms["customer_id"].isin(reached).groupby(arms["arm"]).mean()
    assert 0 < share["hold_out"] < 0.06
    assert 0.7 < share["treated"] < 0.95


def test_who_is_contacted_unasked_is_overdue_so_that_the_plain_comparison_misleads(company):
    campaign = company.table("plans").set_index("plan_id").loc["CA-1"]
    start = campaign["start_date"]
    days = sales(company)[["customer_id", "order_date"]].drop_duplicates()
    before = days[days["order_date"] < start].groupby("customer_id")["order_date"].max()
    before = before[(start - before).dt.days < 150]
    after = days[days["order_date"].between(start, start + pd.Timedelta(days=60))]["customer_id"].unique()
    chosen = before.index.isin(company.table("contacts").query("plan_id == 'CA-1'")["customer_id"])
    bought = pd.Series(before.index.isin(after), index=before.index)
    waited = (start - before).dt.days
    assert waited[chosen].mean() > waited[~chosen].mean() + 10
    assert bought[chosen].mean() < bought[~chosen].mean()


def test_the_overloaded_salesperson_serves_worse(company):
    people = company.truth("salespeople").set_index("salesperson_id")
    heavy = people.index[people["is_overloaded"]][0]
    stays = company.table("assignments")
    now = stays[stays["end_date"].isna()]["salesperson_id"].value_counts()
    assert now[heavy] > 2 * now.drop(heavy).mean()
    events = company.table("service_events").merge(stays, on="customer_id")
    open_end = events["end_date"].fillna(END + pd.Timedelta(days=1))
    events = events[(events["start_date"] <= events["opened_date"]) & (events["opened_date"] < open_end)]
    wait = (events["first_response_date"] - events["opened_date"]).dt.days
    assert wait[events["salesperson_id"] == heavy].median() > 2 * wait[events["salesperson_id"] != heavy].median()


def test_planned_contacts_are_made_as_often_as_each_salesperson_is_diligent(company):
    people = company.truth("salespeople").set_index("salesperson_id")
    tasks = company.table("plan_tasks").query("role == 'salesperson' and due_date < '2026-09-01'").reset_index()
    stays = company.table("assignments")
    tasks = tasks.merge(stays, on="customer_id")
    open_end = tasks["end_date"].fillna(END + pd.Timedelta(days=1))
    tasks = tasks[(tasks["start_date"] <= tasks["due_date"]) & (tasks["due_date"] < open_end)]
    made = company.table("contacts").query("role == 'salesperson'").dropna(subset=["plan_id"])
    made = made[made["plan_id"].str.startswith("CP-")]
    share = made["salesperson_id"].value_counts() / tasks["salesperson_id"].value_counts()
    steady = people.index[people["employed_from"].isna() & people["employed_to"].isna()]
    assert share[steady].idxmin() == people.index[people["is_overloaded"]][0]
    assert stats.spearmanr(share[steady], people.loc[steady, "adherence_rate"]).statistic > 0.7


def test_late_deliveries_returns_and_payers_have_their_planted_shares(company):
    p = company.parameters
    per_order = sales(company).query("delivered_date.notna()").drop_duplicates(["customer_id", "order_date"])
    late = per_order["delivered_date"] > per_order["promised_date"]
    assert_share(late.sum(), len(per_order), p["late_delivery_share"])
    truth = company.truth("customers")
    assert_share(truth["is_late_payer"].sum(), len(truth), p["late_payer_share"])
    orders = company.table("orders")
    returned = orders["order_id"].str.startswith("R").sum()
    assert 0.75 * p["returned_line_share"] < returned / len(sales(company)) < 1.1 * p["returned_line_share"]


def test_leads_come_from_their_sources_and_referrals_convert_best(company):
    customers = company.table("customers").merge(company.truth("customers"), on="customer_id")
    new = customers[customers["lead_source"].notna()]
    planted = {name: source["share"] for name, source in company.parameters["lead_sources"].items()}
    counts = new["lead_source"].value_counts().reindex(planted.keys())
    assert stats.chisquare(counts, len(new) * np.array(list(planted.values()))).pvalue > 0.001
    won = new["first_order_date"].notna().groupby(new["lead_source"]).mean()
    assert won.idxmax() == "referral"
    assert won["referral"] > won["cold_call"] + 0.1
    cost = new["acquisition_cost_amount"].groupby(new["lead_source"]).mean()
    assert cost["referral"] == pytest.approx(company.parameters["lead_sources"]["referral"]["cost"], rel=0.1)


def test_regular_customers_buy_more_evenly(company):
    days = sales(company)[["customer_id", "order_date"]].drop_duplicates().sort_values(["customer_id", "order_date"])
    gap = days.groupby("customer_id")["order_date"].diff().dt.days
    spread = gap.groupby(days["customer_id"]).agg(["mean", "std", "count"]).query("count >= 15")
    truth = company.truth("customers").set_index("customer_id").loc[spread.index]
    ordinary = truth["special_case"].isna()
    by_regularity = (spread["std"] / spread["mean"])[ordinary].groupby(truth["regularity"]).median()
    assert by_regularity.is_monotonic_decreasing
    assert by_regularity[1.0] > 0.8
    assert by_regularity[8.0] < 0.7


def test_the_seasons_of_the_segments_show_in_the_orders(company):
    from portfolio_lab.data.demo import words
    from portfolio_lab.data.demo.world import SEASONS

    days = sales(company)[["customer_id", "order_date"]].drop_duplicates()
    days = days[days["order_date"].between("2024-04-01", "2026-03-31")]
    season = company.truth("customers").set_index("customer_id")["season"]
    month, group = days["order_date"].dt.month, days["customer_id"].map(season)
    open_days = pd.Series(days["order_date"].unique()).dt.month.value_counts().sort_index()
    for position, segment in enumerate(words.SEGMENTS):
        rate = month[group == segment].value_counts().sort_index() / open_days
        assert np.corrcoef(rate, SEASONS[position])[0, 1] > 0.75, segment


def test_prices_grow_and_discounts_rise_with_tenure_as_planted(company):
    p = company.parameters
    lines = sales(company).query("amount > 0")
    lines = lines.assign(gross=lines["amount"] + lines["discount_amount"], year=lines["order_date"].dt.year)
    price = (lines["gross"] / lines["quantity"]).groupby([lines["product_id"], lines["year"]]).median().unstack()
    assert (price[2025] / price[2024]).median() == pytest.approx(1 + p["price_growth_a_year"], abs=0.002)
    both = lines.merge(company.table("customers")[["customer_id", "created_date"]]).merge(company.truth("customers"))
    years = (both["order_date"] - both["created_date"]).dt.days / 365.25
    chosen = (both["abc_class"] != "A") & (years < 5) & (both["gross"] > 100)
    fit = stats.linregress(years[chosen], both["discount_amount"][chosen] / both["gross"][chosen])
    assert fit.slope == pytest.approx(p["discount_per_year_of_tenure"], abs=0.0005)
    assert fit.intercept == pytest.approx(p["discount_base"], abs=0.002)


def test_ruptures_have_the_planted_causes_in_the_planted_proportions(company):
    ruptures = company.truth("ruptures")
    heavy = company.truth("salespeople").query("is_overloaded")["salesperson_id"]
    stays = company.table("assignments")
    theirs = stays.loc[stays["salesperson_id"].isin(heavy), "customer_id"]
    ruptures = ruptures[~ruptures["customer_id"].isin(theirs) & (ruptures["cause"] != "out_of_stock")]
    planted = pd.Series(company.parameters["rupture_per_quarter"]).drop("out_of_stock")
    counts = ruptures["cause"].value_counts().reindex(planted.index)
    assert stats.chisquare(counts, len(ruptures) * planted / planted.sum()).pvalue > 0.001


def test_nobody_orders_during_a_rupture_and_most_order_again_after_it(company):
    ruptures = company.truth("ruptures")
    both = sales(company)[["customer_id", "order_date"]].drop_duplicates().merge(ruptures, on="customer_id")
    end = both["end_date"].fillna(END + pd.Timedelta(days=1))
    assert not ((both["order_date"] >= both["start_date"]) & (both["order_date"] < end)).any()
    over = ruptures[ruptures["end_date"] < END - pd.Timedelta(days=90)].reset_index()
    back = both.merge(over, on=["customer_id", "start_date"]).query("order_date >= end_date_y")["index"].nunique()
    assert back / len(over) > 0.8


def whole_ruptures(company, cause):
    """Ruptures of a cause with the quarter that they cover, of customers whose history is known."""
    ruptures = company.truth("ruptures").query("cause == @cause").merge(company.truth("customers"), on="customer_id")
    ruptures = ruptures[ruptures["history_from"] < ruptures["start_date"] - pd.Timedelta(days=120)]
    quarter = (ruptures["start_date"] + pd.Timedelta(days=10)).dt.to_period("Q")
    return ruptures.assign(opens=quarter.dt.start_time, closes=quarter.dt.end_time.dt.normalize())


def test_a_default_shows_in_invoices_that_are_overdue(company):
    ruptures = whole_ruptures(company, "default")
    bills = company.table("receivables").merge(ruptures, on="customer_id")
    unpaid = bills["paid_date"].isna() | (bills["paid_date"] > bills["closes"])
    overdue = bills[unpaid & (bills["due_date"] < bills["closes"])]
    found = set(zip(overdue["customer_id"], overdue["start_date"], strict=True))
    assert len(found) / len(ruptures) > 0.97


def test_not_attended_means_no_outgoing_contact_since_well_before(company):
    ruptures = whole_ruptures(company, "not_attended")
    contacts = company.table("contacts").query("direction == 'out'").merge(ruptures, on="customer_id")
    since = contacts["start_date"] - pd.Timedelta(days=75)
    inside = contacts[contacts["contact_date"].between(since, contacts["closes"] - pd.Timedelta(days=5))]
    assert len(ruptures) > 100
    assert inside.empty


def test_an_open_claim_stays_open_over_the_quarter(company):
    ruptures = whole_ruptures(company, "claim_open")
    claims = company.table("service_events").query("kind == 'claim'").merge(ruptures, on="customer_id")
    covers = (claims["opened_date"] <= claims["opens"]) & (
        claims["closed_date"].isna() | (claims["closed_date"] > claims["closes"])
    )
    assert claims[covers]["customer_id"].nunique() / ruptures["customer_id"].nunique() > 0.95


def test_a_price_rupture_follows_a_lost_quote(company):
    ruptures = whole_ruptures(company, "price")
    quotes = company.table("quotes").query("outcome == 'lost'").merge(ruptures, on="customer_id")
    near = quotes[quotes["outcome_date"].between(quotes["start_date"] - pd.Timedelta(days=14), quotes["start_date"])]
    assert near["customer_id"].nunique() / ruptures["customer_id"].nunique() > 0.97


def test_out_of_stock_ruptures_are_of_those_who_keep_buying_what_is_missing(company):
    ruptures = whole_ruptures(company, "out_of_stock")
    missing = ruptures.merge(company.truth("stock_outs"), left_on="staple_product_id", right_on="product_id")
    starts = (missing["start_date_y"] <= missing["start_date_x"] + pd.Timedelta(days=3)) & (
        missing["end_date_y"].isna() | (missing["end_date_y"] > missing["start_date_x"])
    )
    assert missing[starts]["customer_id"].nunique() == ruptures["customer_id"].nunique()


def test_quarters_without_an_order_are_counted_as_an_independent_look_counts_them(company):
    days = sales(company)[["customer_id", "order_date"]].drop_duplicates()
    quarter = days["order_date"].dt.to_period("Q")
    bought = pd.crosstab(days["customer_id"], quarter) > 0
    last, before = bought.iloc[:, -1], bought.iloc[:, -4:-1].all(axis=1)
    expected = set(bought.index[before & ~last])
    truth = company.truth("rupture_quarters").query("n_quarters_before >= 3")
    truth = truth[truth["quarter_start"] == pd.Timestamp("2026-07-01")]
    assert set(truth["customer_id"]) == expected
    assert truth.loc[truth["is_planted"], "cause"].nunique() >= 5


def test_slow_answers_lower_the_score_for_service(company):
    scores = company.table("satisfaction").query("aspect == 'service'")
    late = company.truth("late_responses")[["customer_id", "effect_from"]].merge(scores, on="customer_id")
    since = (late["survey_date"] - late["effect_from"]).dt.days
    hurt = late[since.between(1, 120)]
    assert len(hurt) > 60
    assert scores["score"].mean() - hurt["score"].mean() > 1.5


def test_promises_are_kept_less_by_the_overloaded(company):
    contacts = company.table("contacts")
    promised = contacts[contacts["next_step_date"] <= END]
    made = set(zip(contacts["customer_id"], contacts["contact_date"], strict=True))
    kept = pd.Series([pair in made for pair in zip(promised["customer_id"], promised["next_step_date"], strict=True)])
    heavy = company.truth("salespeople").query("is_overloaded")["salesperson_id"].iloc[0]
    by_heavy = (promised["salesperson_id"] == heavy).to_numpy()
    p = company.parameters
    assert p["promise_kept"] - 0.2 < kept[~by_heavy].mean() <= p["promise_kept"] + 0.03
    assert kept[by_heavy].mean() < kept[~by_heavy].mean() - 0.2
    assert (~kept).sum() > 100


def test_members_of_the_club_are_dated_and_were_asked(company):
    members = company.table("attributes").query("attribute == 'club'")
    asked = company.table("contacts").query("plan_id == 'LP-1'")[["customer_id", "contact_date"]]
    both = members.merge(asked, left_on=["customer_id", "valid_from"], right_on=["customer_id", "contact_date"])
    assert len(both) == len(members) > 100
