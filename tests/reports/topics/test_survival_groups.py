from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports.topics.survival_groups import add_salespeople, name_salespeople, read_landmark_values


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(0), n=300)


def test_groups_are_those_known_on_the_landmark(review):
    asked = []
    watched = SimpleNamespace(**{**vars(review), "snapshots": lambda day: asked.append(day) or review.snapshots(day)})
    known = read_landmark_values(watched, pd.Timestamp("2022-12-31"))
    assert [str(day) for day in asked] == ["2022-12-31"]
    assert set(known["team"]) == {"North", "South"}
    assert set(known["salesperson"]) == {"Ana", "Ben"}
    assert set(known["satisfaction"].dropna()) == {"below 5", "5 to 7.5"}


def test_salespeople_have_names_where_they_are_known(review):
    snapshots = add_salespeople(review, review.snapshots())
    assert set(snapshots["salesperson"]) == {"Ana", "Ben"}
    people = pd.DataFrame({"salesperson_id": ["1", "2", "3"], "name": ["Ana", "Ana", None]})
    ids = pd.Series(["1", "2", "3", "4"])
    known = SimpleNamespace(has=lambda name: True, table=lambda name: people)
    assert name_salespeople(known, ids).tolist() == ["Ana (1)", "Ana (2)", "3", "4"]
    nameless = SimpleNamespace(has=lambda name: True, table=lambda name: people[["salesperson_id"]])
    assert name_salespeople(nameless, ids).equals(ids)
    assert name_salespeople(SimpleNamespace(has=lambda name: False), ids).equals(ids)
