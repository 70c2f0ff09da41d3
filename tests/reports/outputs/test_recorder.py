import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.outputs import Outputs, recorder


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr(recorder, "display", lambda data, raw, metadata: seen.append((data, metadata["portfolio_lab"])))
    return seen


@pytest.fixture
def out(tmp_path, make_context, shown):
    return Outputs(tmp_path / "abc_classes", context=make_context())


def page(out):
    return json.loads((out.folder / "page.json").read_text())


def facts(out):
    return json.loads((out.folder / "facts.json").read_text())


def test_an_untouched_report_has_its_title_and_no_facts(out):
    assert page(out)["title"] == "ABC classes"
    assert page(out)["headline"] is None
    assert facts(out) == {}


def test_a_headline_and_its_decision_are_shown_and_kept(out, shown):
    out.headline("Ten bring <half>.", decision="Meet them.")
    assert (page(out)["headline"], page(out)["decision"]) == ("Ten bring <half>.", "Meet them.")
    assert "Ten bring &lt;half&gt;." in shown[0][0]["text/html"]
    with pytest.raises(AnalysisError, match="a headline without words"):
        out.headline(" ")


def test_facts_carry_their_definition_and_tiles_their_order(out, shown):
    out.fact("b", 0.5, label="Share", unit="share", interval=(0.4, 0.6))
    out.fact("a", 3, label="Number", unit="count", tile=False)
    assert list(facts(out)) == ["b", "a"]
    assert facts(out)["b"]["definition"] == "abc123"
    assert page(out)["tiles"] == ["b"]
    assert shown[0][0]["text/plain"] == "Share: 50.0% (40.0% to 60.0%)"


def test_a_fact_says_how_it_changed(tmp_path, make_context, shown):
    before = {"n": {"value": 2, "unit": "count", "method": "", "definition": "abc123"}}
    out = Outputs(None, context=make_context(previous_as_of=make_context().as_of, previous_facts=before))
    out.fact("n", 5, label="Customers", unit="count")
    assert shown[0][0]["text/plain"] == "Customers: 5 (+3)"


def test_a_table_is_described_written_and_shown(out, shown):
    out.table("big", pd.DataFrame({"n_orders": range(60)}), "Orders", sort="-n_orders")
    entry = page(out)["tables"]["big"]
    assert (entry["n_rows"], entry["n_shown"]) == (60, 50)
    assert entry["columns"] == [{"name": "n_orders", "label": "Orders", "unit": "count"}]
    assert pd.read_csv(out.folder / "tables" / "big.csv")["n_orders"].iloc[0] == 59
    assert shown[0][1] == {
        "kind": "table",
        "id": "big",
        "title": "Orders",
        "n_rows": 60,
        "n_shown": 50,
        "rows_text": "60",
    }


def test_a_page_may_show_fewer_columns_than_the_files_hold(out, shown):
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    out.table("narrow", frame, "Narrow", columns=["b"])
    assert [column["name"] for column in page(out)["tables"]["narrow"]["columns"]] == ["a", "b"]
    assert pd.read_csv(out.folder / "tables" / "narrow.csv").columns.tolist() == ["a", "b"]
    assert ">B</th>" in shown[0][0]["text/html"]
    assert ">A</th>" not in shown[0][0]["text/html"]
    with pytest.raises(AnalysisError, match=r"cannot show a column that the table does not have.*use one of a, b"):
        out.table("wrong", frame, "Wrong", columns=["c"])


def test_a_table_may_be_in_the_files_only(out, shown):
    out.table("steps", pd.DataFrame({"a": [1, 2]}), "Every <step>", columns=())
    assert page(out)["tables"]["steps"]["n_shown"] == shown[0][1]["n_shown"] == 0
    assert shown[0][0]["text/html"] == "<p>Every &lt;step&gt;</p>"
    assert len(pd.read_parquet(out.folder / "tables" / "steps.parquet")) == 2


def test_a_figure_is_written_twice_as_thumbnail_and_closed(out, shown):
    figure, axes = plt.subplots()
    out.figure("curve", axes, "It rises.", "The **curve**.", thumbnail=True)
    assert sorted(path.name for path in (out.folder / "figures").iterdir()) == ["curve.png", "curve_small.png"]
    assert page(out)["thumbnail"] == {"file": "figures/curve_small.png", "alt": "It rises."}
    assert shown[0][1]["alt"] == "It rises."
    assert "<strong>curve</strong>" in shown[1][0]["text/html"]
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize(("alt", "caption"), [("", "c"), ("a", " ")])
def test_a_figure_without_words_is_refused(out, alt, caption):
    figure, _ = plt.subplots()
    with pytest.raises(AnalysisError, match="figure curve lacks its alt text or its caption"):
        out.figure("curve", figure, alt, caption)


def test_what_is_missing_is_kept_for_the_index(out, shown):
    out.missing("contacts", "Nobody knows.")
    out.say("A **word**.")
    assert page(out)["missing"] == [{"table": "contacts", "text": "Nobody knows."}]
    assert [own["kind"] for _, own in shown] == ["missing", "say"]


def test_ids_are_plain_words_and_used_once(out):
    out.fact("n", 1, label="N", unit="count")
    with pytest.raises(AnalysisError, match="a second fact is called n"):
        out.fact("n", 2, label="N", unit="count")
    with pytest.raises(AnalysisError, match="cannot be the id of a table"):
        out.table("../x", pd.DataFrame({"a": [1]}), "t")


def test_without_a_folder_nothing_is_written_and_everything_is_shown(tmp_path, make_context, shown, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = Outputs(None, context=make_context())
    figure, _ = plt.subplots()
    out.headline("h")
    out.fact("n", 1, label="N", unit="count")
    out.table("t", pd.DataFrame({"a": [1]}), "t")
    out.figure("f", figure, "a", "c", thumbnail=True)
    assert len(shown) == 5
    assert list(tmp_path.iterdir()) == []


def test_a_table_without_rows_is_written_but_shown_as_a_sentence(out, shown):
    out.table("late", pd.DataFrame({"customer_id": pd.Series([], dtype=str)}), "Late payers")
    assert [own["kind"] for _, own in shown] == ["say"]
    assert shown[0][0]["text/html"] == "<p>Late payers: none.</p>"
    assert pd.read_csv(out.folder / "tables" / "late.csv").columns.tolist() == ["customer_id"]
    assert page(out)["tables"]["late"]["n_rows"] == 0


def test_what_lies_in_a_fold_is_enclosed_even_when_it_fails(out, shown):
    with pytest.raises(ValueError, match="no"), out.fold("By <team>"):
        out.say("inside")
        raise ValueError("no")
    assert [own["kind"] for _, own in shown] == ["fold", "say", "fold_end"]
    assert shown[0][1]["title"] == "By <team>"
    assert "By &lt;team&gt;" in shown[0][0]["text/html"]


def test_a_table_links_each_name_to_the_list_that_it_counts(out, shown):
    names = ["<b>Ana</b>", "Eva"]
    lists = {name: pd.DataFrame({"Customer": [f"of {name}"]}) for name in names}
    out.table("owners", pd.DataFrame({"owner": names, "n_customers": [1, 1]}), "Lists", lists=lists)
    page_html = shown[0][0]["text/html"]
    assert '<a href="tables/owners/1_b_ana_b.csv">&lt;b&gt;Ana&lt;/b&gt;</a>' in page_html
    assert '<a href="tables/owners/2_eva.csv">Eva</a>' in page_html
    assert pd.read_csv(out.folder / "tables" / "owners" / "2_eva.csv")["Customer"].tolist() == ["of Eva"]


def test_rows_named_by_a_column_are_muted_after_sorting(out, shown):
    frame = pd.DataFrame({"name": ["a", "b"], "amount": [1.0, 2.0], "is_grey": [True, False]})
    out.table("t", frame, "T", sort="-amount", columns=["name", "amount"], muted="is_grey")
    body = shown[0][0]["text/html"].partition("<tbody")[2]
    assert body.count('class="muted"') == 1 and body.index(">b<") < body.index('class="muted"') < body.index(">a<")
