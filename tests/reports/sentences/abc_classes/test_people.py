"""Fairness and contingency in words."""

import datetime as dt

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.fairness import summarise_class_shares
from portfolio_lab.reports.sentences.abc_classes import people as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
AS_OF = dt.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("columns", "forbidden", "sentence"),
    [
        (
            ("value",),
            ("gender", "birth_date"),
            "The ranking is computed from the column “value”. A run that used gender or birth date would be refused.",
        ),
        (("a", "b"), (), "The ranking is computed from the columns “a” and “b”; the policy forbids none."),
    ],
)
def test_commercial(columns, forbidden, sentence):
    assert say.commercial(columns, forbidden) == sentence


@pytest.mark.parametrize(
    ("groups", "letters", "sentence"),
    [
        (
            "N" * 10 + "S" * 10,
            "A" * 5 + "C" * 15,
            "The share of A lies between 0.0% (S) and 50.0% (N). A difference is",
        ),
        ("N" * 10 + "S" * 10, "AC" * 10, "Every group of at least 10 customers has the same share in A, 50.0%."),
        (
            "N" * 10 + "S" * 9,
            "A" * 19,
            "By region fewer than two groups have at least 10 customers: there is nothing to compare.",
        ),
    ],
)
def test_class_shares_compares_groups_that_are_large_enough(groups, letters, sentence):
    classes = pd.DataFrame({"abc_class": list(letters)})
    shares = summarise_class_shares(classes, pd.Series(list(groups)))
    assert say.class_shares(shares, by="region", wording=WORDING).startswith(sentence)


def test_what_is_not_known_is_no_group():
    classes = pd.DataFrame({"abc_class": ["A"] * 10 + ["C"] * 20})
    shares = summarise_class_shares(classes, pd.Series(["N"] * 20 + [None] * 10))
    assert say.class_shares(shares, by="region", wording=WORDING).startswith("By region fewer than two groups")


def test_an_attribute_without_dates_is_said_to_be_todays():
    assert say.today_only("region", as_of=AS_OF, wording=WORDING) == (
        "Changes of region are not dated in these data: the value known now stands for 30 September 2026 as well."
    )


def _losses(n_customers, amounts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n_customers": n_customers,
            "lost_amount": amounts,
            "lost_share": [amount / 1000 for amount in amounts],
            "n_to_replace": range(1, len(amounts) + 1),
        }
    )


def test_losses():
    assert say.losses(_losses([1, 3, 5], [100.0, 200.0, 250.0]), wording=WORDING) == (
        "Going by this window, the loss in sales would be: the largest customer €100 (10.0%), the largest three €200 "
        "(20.0%) and the largest five €250 (25.0%). Making good the loss of the largest five would take 3 customers of "
        "median size."
    )
    assert say.losses(_losses([1], [1000.0]), wording=WORDING) == (
        "Going by this window, the loss in sales would be: the largest customer €1,000 (100.0%). Making good the loss "
        "of it would take 1 customer of median size."
    )


@pytest.mark.parametrize(
    ("owners", "sentence"),
    [
        ([None, None], "Nobody is known to be in charge of the largest two."),
        (["Ann"], "In charge of the largest customer is 1 person."),
        (["Ann", "Bob", "Ann"], "In charge of the largest three are 2 people."),
        (["Ann", None, None], "In charge of the largest three is 1 person; for two of them nobody is known."),
    ],
)
def test_owners(owners, sentence):
    assert say.owners(pd.DataFrame({"owner": pd.Series(owners, dtype=object)}), wording=WORDING) == sentence


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ([None, None], "None of these customers has a recorded contact."),
        (["2026-09-29", "2026-09-20"], "The longest time without a contact is 10 days, with “second”."),
        (
            ["2026-09-29", None],
            "The longest time without a contact is 1 day, with “Big, S.A.”; one of two never had a recorded contact.",
        ),
    ],
)
def test_last_contacts(dates, sentence):
    largest = pd.DataFrame(
        {"customer_id": ["first", "second"], "name": ["Big, S.A.", None], "last_contact_date": pd.to_datetime(dates)}
    )
    assert say.last_contacts(largest, as_of=AS_OF, wording=WORDING) == sentence


def test_distances_name_the_shortest_way_up():
    closest = pd.DataFrame(
        {"customer_id": ["c", "b"], "name": ["Cee", None], "abc_class": ["C", "B"], "distance_to_next_cut": [7.5, 50.0]}
    )
    assert say.distances(closest, wording=WORDING).endswith("The shortest way up is from C, for “Cee”: €7.50 more.")
    assert say.distances(closest.tail(1), wording=WORDING).endswith("from B, for “b”: €50.00 more.")
    assert say.distances(closest.head(0), wording=WORDING).endswith("Everybody with sales is in A.")


def test_stage_mix_names_the_silent_value_of_a_and_whose_it_is():
    rows = [("A", "active", "Ada", 1, 60.0), ("A", "inactive", "Ada", 2, 100.0), ("A", "pre_inactive", "Bo", 1, 40.0)]
    mix = pd.DataFrame(rows, columns=["abc_class", "stage", "owner", "n_customers", "amount"])
    assert say.stage_mix(mix, wording=WORDING) == (
        "3 customers in A are pre-inactive or inactive, with €140 of sales in the window, 70.0% of what A brings; "
        "the largest part with Ada (€100)."
    )
    nobody = mix.assign(owner="nobody known")
    assert say.stage_mix(nobody, wording=WORDING).endswith("70.0% of what A brings.")
    largest = mix.assign(owner=["Ada", "nobody known", "Bo"])
    assert say.stage_mix(largest, wording=WORDING).endswith("for the largest part nobody is known to be in charge.")
    assert say.stage_mix(mix[:1], wording=WORDING) == "No customer in A is pre-inactive or inactive."
