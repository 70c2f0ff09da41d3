"""Load on a page: with and without the minutes that it needs."""

import pandas as pd
import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_load as page
from portfolio_lab.reports.topics.monitor_ruptures import read_ruptures

WORDING = Wording("en_GB", "EUR")


def shown(folder):
    review = open_company(folder)
    stopped = read_ruptures(review)
    page.show_load(review, stopped, wording=WORDING)
    page.show_time(review, stopped, wording=WORDING)
    page.show_sizes(review, wording=WORDING)
    return review


def test_without_minutes_it_says_what_it_needs(tmp_path):
    review = shown(tmp_path)
    assert [item["text"] for item in review.out.page["missing"]] == [page.say.NO_MINUTES, page.say.NO_TIME]
    assert review.out.facts["n_overloaded"]["value"] is None
    assert review.out.page["tables"] == {}


def test_without_salespeople_one_sentence_says_what_the_part_needs(tmp_path):
    review = open_company(tmp_path, with_tables=False)
    page.show_all(review, read_ruptures(review), wording=WORDING)
    assert [item["text"] for item in review.out.page["missing"]] == [page.say.NO_PEOPLE]
    assert review.out.facts["n_overloaded"]["value"] is None


@pytest.mark.parametrize(("minutes", "n"), [(300.0, 0), (1.0, 1), (0.5, 2)])
def test_minutes_needed_against_minutes_there(tmp_path, monkeypatch, minutes, n):
    people = pd.DataFrame({"salesperson_id": ["s1", "s2"], "name": ["Ana", "Ben"], "minutes_per_day": minutes})
    review = open_company(tmp_path)
    read = type(review).table
    brought = lambda self, name: people if name == "salespeople" else read(self, name)  # noqa: E731
    monkeypatch.setattr(type(review), "table", brought)
    page.show_load(review, read_ruptures(review), wording=WORDING)
    table = pd.read_parquet(review.out.folder / "tables" / "load.parquet").set_index("owner")
    assert table["is_overloaded"].sum() == review.out.facts["n_overloaded"]["value"] == n
    assert table.loc["Ana", "minutes_available"] == 66 * minutes
    assert table["n_customers"].to_dict() == {"Ana": 4, "Ben": 4}


def test_sizes_over_the_periods_that_the_data_reach(tmp_path):
    panel = page.read_sizes(open_company(tmp_path))
    last = panel[panel["salesperson_id"] == "s2"].iloc[0]
    assert last[["n_customers", "n_bought", "n_live", "n_stayed"]].tolist() == [4, 1, 1, 0]
    assert panel.groupby("salesperson_id").size().to_dict() == {"s1": 4, "s2": 4}
