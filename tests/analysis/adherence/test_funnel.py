"""The funnel of the golden log."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.adherence.contacts import clean_contacts
from portfolio_lab.analysis.adherence.funnel import build_funnel, list_reasons
from portfolio_lab.analysis.adherence.tasks import Tolerance, match_tasks


def matched(tasks, contacts):
    rows = match_tasks(tasks, clean_contacts(contacts).rows, tolerance=Tolerance())
    return rows.assign(abc_class=np.where(np.arange(len(rows)) < 10, "A", None))


def test_each_step_counts_what_passed_all_before(golden_tasks, golden_contacts):
    row = build_funnel(matched(golden_tasks, golden_contacts)).iloc[0]
    counts = [row[f"n_{name}"] for name in ("planned", "executed", "on_time", "right_channel", "right_person",
                                            "recorded", "spaced")]  # fmt: skip
    assert counts == [40, 32, 27, 24, 22, 21, 20]
    assert (row["adherence_rate"], row["index_rate"]) == (0.8, 0.5)


def test_groups_add_up_and_unknown_ones_are_named(golden_tasks, golden_contacts):
    funnel = build_funnel(matched(golden_tasks, golden_contacts), groupings=["abc_class", "channel"])
    by_class = funnel[funnel["grouping"] == "abc_class"].set_index("group")
    assert by_class["n_planned"].to_dict() == {"A": 10, "unknown": 30}
    assert by_class.loc["A", "index_rate"] == 1.0
    assert funnel[funnel["grouping"] == "channel"]["n_executed"].sum() == 32


def test_reasons_are_the_first_step_that_failed(golden_tasks, golden_contacts):
    reasons = list_reasons(matched(golden_tasks, golden_contacts)).set_index("reason")["n_tasks"]
    assert reasons.tolist() == [8, 5, 3, 2, 1, 1]


def test_nothing_due_is_an_empty_funnel(golden_tasks, golden_contacts):
    nothing = matched(golden_tasks, golden_contacts).head(0)
    assert build_funnel(nothing, groupings=["channel"]).empty
    assert list_reasons(nothing)["share"].tolist() == [0.0] * 6
    assert isinstance(build_funnel(nothing), pd.DataFrame)
