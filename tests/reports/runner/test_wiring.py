"""The suite's own verbs as a run calls them."""

import importlib
from pathlib import Path

import pytest

from portfolio_lab.reports.catalog import CATALOG, missing_tables
from portfolio_lab.reports.run_file import RunFile
from portfolio_lab.reports.runner.wiring import (
    checking_parts,
    counts_of,
    secrets_of,
    suite_parts,
    suite_reports,
    told_of,
)

VERBS = {
    "render_report": ("publish", ("notebook", Path("x"))),
    "render_failure": ("publish", (Path("x"),)),
    "build_review_index": ("index", (Path("x"),)),
    "build_archive": ("index", (Path("x"),)),
    "write_workbook": ("workbook", (Path("x"),)),
    "write_pdf": ("pdf", (Path("x"),)),
}


def run_file(**others: object) -> RunFile:
    return RunFile(run="demo", data={"source": "postgres://me:${LAB_PW}@${LAB_HOST}/db"}, **others)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_calls_the_module_that_has_it(verb, monkeypatch):
    module, arguments = VERBS[verb]
    called = []
    monkeypatch.setattr(importlib.import_module(f"portfolio_lab.reports.{module}"), verb, lambda *a: called.append(a))
    getattr(suite_parts(), verb)(*arguments)
    assert called == [arguments]


def test_loading_pages_loads_the_module_that_renders():
    import sys

    suite_parts().load_pages()
    assert "portfolio_lab.reports.publish" in sys.modules


def test_reports_are_those_whose_tables_are_there_with_the_parameters_of_the_run():
    found = suite_reports(run_file(reports={"abc_classes": {"n_bootstrap": 7}}), frozenset({"orders"}))
    assert [report.topic for report in found] == [topic for topic in CATALOG if not missing_tables(topic, {"orders"})]
    abc = next(report for report in found if report.topic == "abc_classes")
    assert abc.parameters["n_bootstrap"] == 7 and abc.notebook.name == "abc_classes.ipynb"
    assert not {"run_file", "as_of", "output_dir"} & set(abc.parameters)
    assert suite_reports(run_file(), frozenset()) == ()


def test_a_report_depends_on_its_own_parts_of_the_policy_only():
    base, tables = run_file(), frozenset({"orders"})
    other = run_file(policy={"abc": {"window_months": 6}})
    keys = [{r.topic: r.policy_hash for r in suite_reports(f, tables)} for f in (base, other)]
    assert keys[0]["abc_classes"] != keys[1]["abc_classes"] and keys[0]["data_quality"] == keys[1]["data_quality"]


def test_secrets_are_the_values_of_the_variables_that_the_run_file_names(monkeypatch):
    monkeypatch.setenv("LAB_PW", "secret-word")
    monkeypatch.delenv("LAB_HOST", raising=False)
    assert secrets_of(run_file()) == {"LAB_PW": "secret-word"}


def test_a_manifest_holds_counts_but_no_rows():
    from portfolio_lab.data.load.report import Example, Finding, LoadReport, TableReport

    finding = Finding("orders", "amount", "is no number", "mend it", "dropped", 3, (Example(row=7, value="Ann"),))
    table = TableReport("orders", "orders.csv", 10, 7, {"amount": "Net"}, (), ())
    counts = counts_of(LoadReport("data", "f", (table,), (finding,), None, ()))
    assert counts["tables"][0]["n_kept"] == 7 and counts["findings"][0]["n"] == 3 and "Ann" not in str(counts)


def test_preparing_the_data_says_where_kernels_find_them(tmp_path, monkeypatch):
    from datetime import date

    from portfolio_lab.reports.review import STAGED_VARIABLE
    from portfolio_lab.reports.runner.parts import Request

    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\na,2026-09-01,10\nb,2026-09-02,20\n")
    run = RunFile(run="demo", data={"source": "."}).read_from(tmp_path / "demo.yaml", root=tmp_path)
    told = []
    data = suite_parts(told.append).prepare(Request(run, date(2026, 9, 30), tmp_path / "reports"))
    assert data.tables == {"orders"} and data.load_report["tables"][0]["n_kept"] == 2
    assert Path(data.env[STAGED_VARIABLE]).is_dir() and told


def test_checking_stages_the_data_and_computes_nothing_from_them(tmp_path):
    from datetime import date

    from portfolio_lab.reports.runner.parts import Request

    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\na,2026-09-01,10\n")
    run = RunFile(run="demo", data={"source": "."}).read_from(tmp_path / "demo.yaml", root=tmp_path)
    told = []
    data = checking_parts(told.append).prepare(Request(run, date(2026, 9, 30), tmp_path / "reports"))
    assert data.tables == {"orders"} and told
    cache = tmp_path / "reports" / "demo" / ".cache"
    assert list(cache.rglob("orders.parquet")) and not (cache / "measures").exists()


def test_checking_finds_what_the_measures_would_stumble_on(tmp_path):
    from datetime import date

    from portfolio_lab.errors import DataError
    from portfolio_lab.reports.runner.parts import Request

    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\na,2026-09-01,10\n")
    (tmp_path / "customers.csv").write_text("customer_id,n_gaps\na,1\n")
    run = RunFile(run="demo", data={"source": "."}).read_from(tmp_path / "demo.yaml", root=tmp_path)
    with pytest.raises(DataError, match="n_gaps"):
        checking_parts().prepare(Request(run, date(2026, 9, 30), tmp_path / "reports"))


def test_what_was_found_in_rows_is_told_with_the_file_that_lists_them(tmp_path):
    from portfolio_lab.data.load.report import Example, Finding, LoadReport

    dropped = Finding("orders", "amount", "is no number", "mend it", "dropped", 3, (Example(row=7, value="x"),))
    noted = Finding("orders", None, "is odd", "nothing", "noted", 1)
    told = told_of(LoadReport("data", "f", (), (dropped, noted), None, ()), tmp_path)
    assert told == [
        ("dropped", "table orders, column amount, row 7, value 'x': is no number (3 rows) → mend it"),
        ("noted", "table orders: is odd → nothing"),
        ("listed", f"every row that was left out is in {tmp_path / 'rejected_orders.csv'}"),
    ]
