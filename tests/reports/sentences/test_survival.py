"""Sentences of the survival report on small tables: what they say, and that they stay true at the edges."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.guards import Finding
from portfolio_lab.reports.sentences import survival as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.survival_stays import Stays
from portfolio_lab.reports.topics.survival_watch import Trial

WORDS = Wording("en_GB", "EUR")
ROWS = pd.DataFrame({"duration": [5.0, 9.0], "event_observed": [True, False], "entry": [0.0, 3.0]})
FOLLOWED = pd.concat([ROWS] * 10, ignore_index=True)
MEDIAN = {"median": 214.0, "median_low": 198.0, "median_high": 236.0}
NONE = dict.fromkeys(MEDIAN, np.nan)


def stays(*, dated=True, unit="days", **more):
    company = SimpleNamespace(window_start=pd.Timestamp("2023-04-03"), as_of=pd.Timestamp("2026-09-30"))
    return Stays(
        unit,
        FOLLOWED,
        (),
        ROWS,
        (),
        (),
        theta_days=120,
        landmark=pd.Timestamp("2025-09-30"),
        company=company if dated else None,
        **more,
    )


def groups(*rows):
    table = pd.DataFrame(rows, columns=["grouping", "group", "rmst", "rmst_se"])
    return table.assign(rmst_limit=365.0, n=100, n_events=50)


TEAMS = groups(("team", "North", 251.0, 5.0), ("team", "South", 317.0, 4.0), ("team", "East", np.nan, np.nan))


CHANGED = pd.DataFrame(
    {
        "term": ["salesperson_changed", "is_returned", "charge"],
        "hazard_ratio": [1.6, 2.5, 3.0],
        "low": [1.3, 2.0, 2.5],
        "high": [1.9, 3.0, 3.5],
        "ph_ok": [True, False, True],
        "label": ["salesperson changed shortly before", "had gone inactive before", "charge, each 20 more"],
    }
)


def test_the_headline_answers_and_names_the_group_that_leaves_first():
    text = say.headline(MEDIAN, TEAMS, CHANGED.head(0), stays=stays(), wording=WORDS)
    assert text.startswith(
        "Half of the customers go inactive within 214 days (198 to 236). By team, North leaves soonest"
    )
    assert text.endswith("of the first 365 days it stays 251 on average, against 317 for South.")


def test_the_headline_names_the_largest_effect_that_is_clear_and_holds_all_the_time():
    text = say.headline(MEDIAN, TEAMS.head(0), CHANGED, stays=stays(), wording=WORDS)
    last = "Customers whose salesperson changed lately are 1.60 times (1.30 to 1.90) as likely to be next."
    assert text == f"Half of the customers go inactive within 214 days (198 to 236). {last}"
    unclear = say.headline(MEDIAN, TEAMS.head(0), CHANGED.assign(low=0.9), stays=stays(), wording=WORDS)
    assert "as likely" not in unclear
    far = say.headline(MEDIAN, TEAMS.head(0), CHANGED, stays=stays(driver_factor=2.0), wording=WORDS)
    assert far.endswith("are 1.60 times (1.30 to 1.90) as likely to leave for good.")


def test_the_headline_has_its_grammar_for_every_covariate():
    returned = CHANGED.iloc[1:2].assign(ph_ok=True)
    text = say.headline(MEDIAN, TEAMS.head(0), returned, stays=stays(), wording=WORDS)
    assert text.endswith("Customers who had gone inactive before are 2.50 times (2.00 to 3.00) as likely to be next.")
    column = returned.assign(term="SeniorCitizen", label="Senior citizen")
    undated = stays(dated=False, unit="months")
    text = say.headline(MEDIAN, TEAMS.head(0), column, stays=undated, wording=WORDS)
    assert text.endswith("Stays with Senior citizen are 2.50 times (2.00 to 3.00) as likely to be next.")


def test_the_headline_without_a_median_or_groups():
    text = say.headline(NONE, TEAMS.head(1), CHANGED.head(0), stays=stays(dated=False, unit="months"), wording=WORDS)
    assert text == (
        "Going by the 20 stays that could be followed, 10 of which ended, more than half of the stays are still "
        "there at the end of what was seen."
    )


def test_an_open_interval_says_so():
    assert say.span(20, 18, np.nan, unit="months", wording=WORDS) == "20.0 months (18.0 to beyond what was seen)"


def test_the_decision_counts_people_and_money_or_is_empty():
    watch = pd.DataFrame({"margin_at_risk_amount": [1000.0, 500.0]})
    assert say.decision(watch, wording=WORDS).startswith("Contact the 2 customers on the watch list")
    assert "€1,500 of yearly sales" in say.decision(watch, wording=WORDS)
    assert say.decision(watch.head(0), wording=WORDS) == ""


def test_every_figure_says_what_it_rests_on():
    text = say.footing(stays(), ROWS, version="7", wording=WORDS)
    parts = (
        "version 7",
        "120 days",
        "2 stays",
        "1 end seen",
        "3 April 2023 to 30 September 2026",
        "1 counted from a later",
    )
    assert all(part in text for part in parts)
    undated = say.footing(stays(dated=False, unit="months"), ROWS.assign(entry=0.0), version="7", wording=WORDS)
    assert undated == "Unit: months; 2 stays, 1 end seen; all counted from their start. Hidden below 30 at risk."
    day = pd.Timestamp("2025-09-30")
    text = say.footing(stays(), ROWS.assign(entry=0.0), version="7", wording=WORDS, since=day)
    assert "active on 30 September 2025 and counted from there on" in text


def test_what_a_stay_is_and_when_an_event_counts():
    assert "ends after 120 days without an order" in say.definition(stays(), wording=WORDS)
    brought = say.definition(stays(dated=False, unit="months"), wording=WORDS)
    assert brought == "Starts and ends are as they were brought, in months."
    text = say.reach(stays(driver_factor=2.0), width=90, wording=WORDS)
    assert "Crossing the line of 120 days is not yet leaving" in text
    assert "taken to be 240 days without an order" in text
    assert "within the 90 days after it" in text
    near = say.reach(stays(), width=90, wording=WORDS)
    assert near.startswith("There are too few customers who stayed away for good")


def test_the_figure_of_the_effects_says_what_counts_as_an_end():
    rows = ROWS.assign(customer_id=["a", "a"], spell_number=[1, 1])
    events = {"salesperson_changed": rows}
    text = say.driver_footing(
        replace(stays(driver_factor=2.0, events=events), driver_rows=rows), version="7", wording=WORDS
    )
    assert "version 7, inactive after 120 days without an order, an end here after 240 days; 1 stay, 1 end seen" in text
    assert "all counted" not in text
    of_curves = say.footing(stays(), FOLLOWED, version="7", wording=WORDS)
    plain = say.driver_footing(stays(), version="7", wording=WORDS)
    assert of_curves == f"{plain} Hidden below 30 at risk."


def test_the_figure_of_the_lines_says_what_each_line_rests_on():
    table = pd.DataFrame(
        {"factor": [0.75, 0.75, 1.0], "inactive_days": [90, 90, 120], "n": [70, 70, 60], "n_events": [1_050, 1_050, 9]}
    )
    text = say.line_footing(table, stays=stays(), version="7", wording=WORDS)
    assert text.startswith("Stage rules version 7, inactive after 90 and 120 days without an order; 70 and 60 stays, ")
    assert "1,050 and 9 ends seen; 3 April 2023 to 30 September 2026; each counted from the day" in text


def test_the_whole_curve_in_words():
    text = say.overall(MEDIAN, (281.0, 2.0), limit=365, stays=stays(), wording=WORDS)
    assert (
        text == "Half have left after 214 days (198 to 236). Of the first 365 days a customer stays "
        "281 days (277 to 285) on average."
    )
    assert "not reached" in say.overall(NONE, (np.nan, np.nan), limit=365, stays=stays(), wording=WORDS)
    nobody = replace(stays(), lifetimes=ROWS.assign(event_observed=False))
    assert "on average" not in say.overall(NONE, (365.0, 0.0), limit=365, stays=nobody, wording=WORDS)


def pairs(**changes):
    row = {"group_1": "South", "group_2": "North", "difference": 66.0, "low": 53.0, "high": 79.0, "is_clear": True}
    return pd.DataFrame([{**row, "crosses": False, **changes}])


def found(p=0.0001, table=TEAMS, found_pairs=None):
    found_pairs = pairs() if found_pairs is None else found_pairs
    tested = pd.DataFrame({"p": [p]})
    return say.group_finding(table, tested, found_pairs, grouping="team", unit="days", wording=WORDS)


def test_groups_are_compared_in_days():
    assert found() == "By team the groups differ: of 365 days, South stays 66 days (53 to 79) longer than North."
    assert found(p=0.2) == "By team the curves differ no more than by chance."
    assert found(found_pairs=pairs(is_clear=False)).endswith("but no two of them clearly enough to be named.")
    assert found(found_pairs=pairs(crosses=True)).endswith(
        "The curves of South and North cross: who stays longer depends on how long one looks."
    )


def test_the_extremes_of_many_groups_are_not_named():
    many = groups(*[("team", f"t{i}", 300.0 + i, 5.0) for i in range(7)])
    assert found(table=many) == "By team the groups differ; of so many, though, some stand first or last by luck."


def test_one_group_is_not_compared_and_unknown_is_no_group():
    known = groups(("team", "North", 251.0, 5.0), ("team", "unknown", 317.0, 4.0))
    assert found(table=known) == "By team there are not two groups with enough ends to compare."


def test_the_limit_of_the_means_is_said_by_grouping():
    table = pd.concat([TEAMS, TEAMS.assign(grouping="cohort", rmst_limit=271.0)])
    text = say.limits(table, stays=stays(), wording=WORDS)
    assert "share, a year, or less where one of them was not followed for so long: 365 days by team and 271" in text
    assert "271 days by year of the start. Means of different groupings" in text
    brought = say.limits(TEAMS.assign(rmst_limit=72.0), stays=stays(dated=False, unit="months"), wording=WORDS)
    assert "as far as at least ten of each were followed: 72 months by team." in brought
    thin = pd.concat([TEAMS, TEAMS.assign(grouping="city", rmst=np.nan, rmst_limit=1.0)])
    assert say.limits(thin, stays=stays(), wording=WORDS).count("days by") == 1
    none = say.limits(TEAMS.assign(rmst=np.nan), stays=stays(), wording=WORDS)
    assert none.startswith("No group has a mean stay: each has fewer than 30 stays")


def test_few_ends_say_nothing_of_lengths():
    few = replace(stays(), lifetimes=ROWS.assign(event_observed=[True, *[False] * (len(ROWS) - 1)]))
    text = f"Only 1 of {len(ROWS)} stays has ended, too few to say how long they last."
    empty = {"median": np.nan, "median_low": np.nan, "median_high": np.nan}
    assert say.overall(empty, (np.nan, np.nan), limit=365, stays=few, wording=WORDS) == text
    assert say.headline(empty, TEAMS.head(0), CHANGED.head(0), stays=few, wording=WORDS) == text
    single = replace(stays(), lifetimes=ROWS.head(1).assign(event_observed=True))
    assert say.overall(empty, (np.nan, np.nan), limit=365, stays=single, wording=WORDS).startswith("There is a single")


def test_a_limit_that_is_not_whole_is_not_rounded_up():
    years = stays(dated=False, unit="years")
    tables = {"median": {"median": np.nan}, "mean": (1.9, 0.1), "limit": 56 / 12}
    text = say.overall(tables["median"], tables["mean"], limit=tables["limit"], stays=years, wording=WORDS)
    assert "Of the first 4.7 years a stay lasts 1.9 years" in text
    half = TEAMS.assign(rmst_limit=2.6)
    assert "2.6 years by team" in say.limits(half, stays=years, wording=WORDS)
    assert "of the first 2.6 years it stays" in say.headline(
        {"median": np.nan}, half, CHANGED.head(0), stays=years, wording=WORDS
    )


def test_names_of_columns_become_words():
    names = ["MonthlyCharges", "SeniorCitizen", "monthly_charge", "abc_class", "VAT", "Payment (€)"]
    words = ["Monthly charges", "Senior citizen", "monthly charge", "ABC class", "VAT", "Payment (€)"]
    assert [say.label_group(name) for name in names] == words


TERMS = pd.DataFrame(
    {
        "term": ["segment: retail", "salesperson_changed", "charge"],
        "column": ["segment", "salesperson_changed", "charge"],
        "level": ["retail", "", ""],
        "reference": ["health", "", ""],
        "kind": ["group", "flag", "number"],
        "step": [1.0, 1.0, 20.0],
    }
)


def effects():
    table = pd.DataFrame(
        {
            "term": ["segment: retail", "salesperson_changed [0, 365)", "charge"],
            "hazard_ratio": [0.8, 1.6, 1.002],
            "low": [0.6, 1.3, 1.001],
            "high": [1.1, 1.9, 1.003],
        }
    )
    return say.label_terms(table, TERMS, wording=WORDS)


def test_effects_are_named_in_words_and_only_the_clear_ones():
    assert effects()["label"].tolist() == [
        "segment retail (against health)",
        "salesperson changed shortly before (from 0 to 365)",
        "charge, each 20 more",
    ]
    text = say.effects(effects(), wording=WORDS)
    assert "**salesperson changed shortly before (from 0 to 365)** 1.60 times (1.30 to 1.90)" in text
    assert "**charge, each 20 more** 1.002 times (1.001 to 1.003)" in text
    assert "round steps near their usual spread (one standard deviation)" in text
    assert "round steps" not in say.effects(effects().iloc[1:2], wording=WORDS)
    assert "retail" not in text
    assert "need not cause it" in text
    assert say.effects(effects().head(1), wording=WORDS) == "No effect is clearly different from none."


def test_steps_follow_the_locale():
    table = pd.DataFrame({"term": ["charge"]})
    for step, german in ((2000.0, "charge, each 2.000 more"), (0.05, "charge, each 0,05 more")):
        found = say.label_terms(table, TERMS.assign(step=step), wording=Wording("de_DE", "EUR"))
        assert found["label"].tolist() == [german]


def test_remedies_in_words():
    held = effects().assign(ph_ok=True)
    assert "holds over the whole time" in say.remedies(held, {})
    changing = effects().assign(ph_ok=[True, True, False])
    assert "too few ends to give it period by period" in say.remedies(changing, {})
    text = say.remedies(changing, {"segment": "strata", "is_returned": "periods"})
    assert "what is said of “charge, each 20 more” is an average over the whole time" in text
    assert "“segment” has a curve of its own in each group" in text
    assert "“had gone inactive before” has one effect per period" in text


def seen_from(term, *ratios):
    """Ratios for an event that counts for 45, 90 and 180 days, each with an interval of a fifth around it."""
    rows = pd.DataFrame({"days": [45.0, 90.0, 180.0], "term": term, "hazard_ratio": ratios})
    return rows.assign(low=rows["hazard_ratio"] / 1.2, high=rows["hazard_ratio"] * 1.2)


def test_for_how_long_an_event_counts():
    depends = say.windows(seen_from("salesperson_changed", 1.0, 1.1, 1.7), wording=WORDS)
    assert depends.startswith("**A change of salesperson**: 1.000 times")
    assert "1.70 times (1.42 to 2.04) if it counts for 180 days. What is found depends on how long" in depends
    clear = say.windows(seen_from("answered_late", 1.5, 1.6, 1.7), wording=WORDS)
    assert clear.endswith("It is clear at any of these lengths.")
    assert say.windows(seen_from("x", 1.0, 1.0, 1.1), wording=WORDS).endswith("It is clear at none of these lengths.")
    none = seen_from("x", np.nan, np.nan, np.nan)
    assert say.windows(none, wording=WORDS).startswith("No event can be tried")


def test_farewells_are_told_from_pauses():
    rows = [
        {"factor": 1.0, "inactive_days": 120.0, "n_events": 2530, "term": "salesperson_changed", "hazard_ratio": 1.3},
        {"factor": 2.0, "inactive_days": 240.0, "n_events": 675, "term": "salesperson_changed", "hazard_ratio": 1.8},
    ]
    table = pd.DataFrame(rows).assign(low=1.1, high=3.1)
    text = say.lasting(table, wording=WORDS)
    assert "2,530 stays cross the line of 120 days, 675 reach 240 days" in text
    assert "On crossing the line: a change of salesperson 1.30 times (1.10 to 3.10)" in text
    assert "On staying away for 240 days: a change of salesperson 1.80 times (1.10 to 3.10)" in text
    assert "too few ends remain" in say.lasting(table.assign(hazard_ratio=np.nan), wording=WORDS)
    assert say.lasting(table.assign(term="is_returned"), wording=WORDS).startswith("Crossing the line is not yet")


def test_what_was_checked_and_what_is_doubtful():
    assert "for 900 rows on 12 past days" in say.checked(12, 900, wording=WORDS)
    assert "too short to check" in say.checked(0, 0, wording=WORDS)
    assert say.warnings((Finding("a", "One.", 1),)) == "One."


def moved(*, turned, close, high=1.9):
    return pd.DataFrame(
        {
            "factor": [0.75, 1.0],
            "inactive_days": [90.0, 120.0],
            "label": "x",
            "hazard_ratio": [1.4, 1.6],
            "low": 1.3 if high > 1.3 else 0.9,
            "high": high,
            "is_sign_changed": [turned, False],
            "is_close": [close, True],
        }
    )


def test_moving_the_line():
    assert say.sensitivity(moved(turned=False, close=True), wording=WORDS) == (
        "With the line of inactivity at 90 and 120 days, every clear effect keeps its direction."
    )
    assert "**x** turns round: do not rely on it" in say.sensitivity(moved(turned=True, close=False), wording=WORDS)
    far = say.sensitivity(moved(turned=False, close=False), wording=WORDS)
    assert far.endswith("The size of “x” changes by more than 15% at some line.")
    assert "no effect is clear" in say.sensitivity(moved(turned=True, close=False, high=1.2), wording=WORDS)


def trial(*, gain_low, captured=0.9):
    names = ["margin_at_risk", "risk", "days_since_last_order"]
    rankings = pd.DataFrame({"ranking": names, "precision": [0.5, 0.6, 0.4], "margin_captured": [captured, 0.5, 0.7]})
    gain = {"gain": 0.2, "low": gain_low, "high": 0.3}
    return Trial(pd.Timestamp("2026-07-02"), 120, 900, rankings, gain, gain, pd.DataFrame(), 0.9)


def test_the_list_says_when_it_wins_and_when_it_does_not():
    won, lost = trial(gain_low=0.06), trial(gain_low=-0.01)
    assert say.trial(won, wording=WORDS).endswith("(difference 6.0 to 30.0 points). The list is better than recency.")
    assert "That is no clear gain" in say.trial(lost, wording=WORDS)
    assert "Risk finds more of them" in say.precision(won, wording=WORDS)
    assert "Risk does not find more" in say.precision(lost, wording=WORDS)
    assert "cannot be tried out" in say.trial(trial(gain_low=0.1, captured=np.nan), wording=WORDS)
    footing = say.trial_footing(replace(won, n_lost=77), stays(), version="1", wording=WORDS)
    assert "900 customers active on 2 July 2026, 77 ends seen; 2 July 2026 to 30 September 2026; all" in footing


def test_sales_are_not_called_margin():
    watch = pd.DataFrame({"margin_at_risk_amount": [1000.0], "salesperson": ["Ana"]})
    margin = Wording("en_GB", "EUR", "margin")
    sales = say.listed_customers(watch, n_active=50, capacity=3, wording=WORDS)
    assert "€1,000 of yearly sales at risk (the sales times" in sales
    assert "**sales stand in for margin**" in sales
    known = say.listed_customers(watch, n_active=50, capacity=3, wording=margin)
    assert "€1,000 of yearly margin at risk" in known
    assert "stand in" not in known
    assert "of the sales that was lost" not in say.trial(trial(gain_low=0.06), wording=WORDS)
    assert "of the sales that were lost" in say.trial(trial(gain_low=0.06), wording=WORDS)
    assert "of the margin that was lost" in say.trial(trial(gain_low=0.06), wording=margin)
    assert say.decision(watch, wording=margin).endswith("€1,000 of yearly margin is at risk.")
    assert say.decision(watch, wording=WORDS).endswith("€1,000 of yearly sales are at risk.")
    assert say.watch_columns("sales")["margin_at_risk_amount"] == "Sales at risk"


def test_calibration_list_and_outlook():
    table = pd.DataFrame({"predicted": [0.1, 0.4], "observed": [0.12, 0.35]})
    text = say.calibration(table, 0.035, c_index=0.94, wording=WORDS)
    assert "3.5 points apart on average (5.0 at most)" in text
    assert "94%" in text
    watch = pd.DataFrame({"margin_at_risk_amount": [1000.0], "salesperson": ["Ana"]})
    assert "at most 3 for each salesperson, with" in say.listed_customers(watch, n_active=9, capacity=3, wording=WORDS)
    nobody = watch.assign(salesperson=None)
    text = say.listed_customers(nobody, n_active=9, capacity=3, wording=WORDS)
    assert "at most 3 in all, because no salesperson is known" in text
    mixed = pd.concat([watch, nobody])
    assert "each salesperson and for those without one" in say.listed_customers(
        mixed, n_active=9, capacity=3, wording=WORDS
    )
    assert say.listed_customers(watch, n_active=50, capacity=3, wording=WORDS).startswith(
        "1 customer of 50 active ones"
    )
    assert say.listed_customers(watch.head(0), n_active=50, capacity=3, wording=WORDS) == "Nobody is on the watch list."
    outlook = say.quiet_ahead(pd.Series([0.1, 0.3, np.nan]), horizon=3, unit="months", wording=WORDS)
    assert (
        outlook == "Of 2 stays that have not ended and can be judged, 20.0% are expected to end within "
        "the next 3 months."
    )
    assert "Nobody" in say.quiet_ahead(pd.Series([np.nan]), horizon=3, unit="months", wording=WORDS)


def test_traps_and_thin_groups():
    assert say.findings([Finding("a", "One.", 1), Finding("b", "Two.", 2)]) == "One. Two."
    assert say.findings([]).startswith("No trap was found")
    thin = groups(*[("team", f"t{i}", 1.0, 1.0) for i in range(7)]).assign(n_events=3)
    assert say.thin_groups(thin).endswith("And two more such groups.")
    assert say.thin_groups(TEAMS) == "Every group has enough ends for a comparison."
    day = say.landmark(stays(), n=5, wording=WORDS)
    assert (
        day == "Groups that can change are taken as they were known on one past day: those below on 30 September "
        "2025; 5 customers active then are followed from that day."
    )
    assert isinstance(stays().landmark.date(), dt.date)
    assert "too short to look at groups" in say.landmark(stays(), n=0, wording=WORDS)


def test_lengths_in_days_are_whole_and_others_as_they_are():
    table = pd.DataFrame(
        {"grouping": ["abc_class"], "difference": [1.12], "low": [-13.34], "high": [np.nan], "p": [0.123]}
    )
    days = say.label_groups(table, unit="days").iloc[0]
    assert (days["difference"], days["low"], days["p"]) == (1.0, -13.0, 0.123) and np.isnan(days["high"])
    assert say.label_groups(table, unit="months")["difference"].tolist() == [1.12]
    assert days["label"] == "ABC class"
