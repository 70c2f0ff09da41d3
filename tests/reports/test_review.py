"""A review opened as a notebook opens it."""

from datetime import date, timedelta

import pandas as pd
import pytest

from portfolio_lab.errors import AnalysisError, DataError, RunFileError
from portfolio_lab.reports.review import STAGED_VARIABLE, open_review, opened, prepare_review
from portfolio_lab.reports.run_file import ROOT_VARIABLE, read_run_file

ORDERS = "customer_id,order_date,amount\n001,2026-01-15,10\n001,2026-05-02,20\n002,2026-09-30,5\n002,2026-10-01,7\n"
RUN = "run: small\nas_of: 2026-09-30\ndata: {source: tables}\nreports: {abc_classes: {seed: 3}}\n"


@pytest.fixture
def run_file(tmp_path, monkeypatch):
    monkeypatch.delenv(STAGED_VARIABLE, raising=False)
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "orders.csv").write_text(ORDERS)
    (tmp_path / "tables" / "customers.csv").write_text("customer_id,name\n001,Ángel\n002,Bea\n003,Carl\n")
    path = tmp_path / "small.yaml"
    path.write_text(RUN)
    return str(path)


def test_a_review_is_opened_from_any_folder(run_file, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    review = open_review(run_file, report="abc_classes")
    assert review.as_of == date(2026, 9, 30)
    assert (review.period.label, review.previous_period.label) == ("Q3 2026", "Q2 2026")
    assert review.has("customers")
    assert not review.has("contacts")
    assert review.table("customers")["name"].tolist() == ["Ángel", "Bea", "Carl"]


def test_no_event_after_as_of_is_seen(run_file):
    review = open_review(run_file, report="abc_classes")
    assert review.snapshots().set_index("customer_id")["amount"].to_dict() == {"001": 30.0, "002": 5.0, "003": 0.0}
    assert review.snapshots(date(2026, 4, 1)).set_index("customer_id")["amount"].to_dict() == {
        "001": 10.0, "002": 0.0, "003": 0.0,
    }  # fmt: skip
    assert review.order_days()["amount"].sum() == 35.0
    assert review.customer_months()["amount"].sum() == 35.0


def test_order_lines_stay_in_the_engine_and_missing_tables_are_said_to_be(run_file):
    review = open_review(run_file, report="abc_classes")
    with pytest.raises(AnalysisError, match="order lines stay in the engine"):
        review.table("orders")
    with pytest.raises(AnalysisError, match="the table contacts is not there"):
        review.table("contacts")


def test_a_small_table_is_read_once_and_what_is_done_to_it_stays_with_who_did_it(run_file, monkeypatch):
    review = open_review(run_file, report="abc_classes")
    first = review.table("customers")
    untouched = first.copy()
    first["customer_id"] = "changed"
    first.loc[:, first.columns[0]] = "changed"
    pd.testing.assert_frame_equal(review.table("customers"), untouched)
    monkeypatch.setattr(type(review), "tables", lambda *_: pytest.fail("read again"))
    pd.testing.assert_frame_equal(review.table("customers"), untouched)
    with pytest.raises(pytest.fail.Exception, match="read again"):
        review.table("customers", review.as_of - timedelta(days=1))


def test_a_large_table_is_read_again(run_file, monkeypatch):
    monkeypatch.setattr(opened, "MAX_KEPT_CELLS", 0)
    review = open_review(run_file, report="abc_classes")
    review.table("customers")
    monkeypatch.setattr(type(review), "tables", lambda *_: pytest.fail("read again"))
    with pytest.raises(pytest.fail.Exception, match="read again"):
        review.table("customers")


def test_a_parameter_left_at_its_default_yields_to_the_run_file_and_one_changed_in_the_notebook_wins(run_file):
    assert open_review(run_file, report="abc_classes", seed=1).params.seed == 3
    assert open_review(run_file, report="abc_classes", seed=9).params.seed == 9
    with pytest.raises(RunFileError, match=r"abc_classes\.sede"):
        open_review(run_file, report="abc_classes", sede=9)


def test_a_report_whose_table_is_missing_is_refused(run_file, tmp_path):
    (tmp_path / "tables" / "orders.csv").unlink()
    (tmp_path / "tables" / "customers.csv").unlink()
    (tmp_path / "tables" / "durations.csv").write_text("duration,event_observed\n1,yes\n")
    with pytest.raises(DataError, match="table orders"):
        open_review(run_file, report="abc_classes")


def test_a_notebook_takes_what_the_runner_prepared_and_reads_nothing_again(run_file, tmp_path, monkeypatch):
    prepared = prepare_review(read_run_file(run_file), date(2026, 9, 30), reports_dir=tmp_path / "out")
    (tmp_path / "tables" / "orders.csv").unlink()
    monkeypatch.setenv(STAGED_VARIABLE, str(prepared.staged.folder))
    review = open_review(run_file, report="abc_classes")
    assert review.quality.fingerprint == prepared.fingerprint
    assert review.run_dir == tmp_path / "out" / "small"
    assert review.snapshots()["amount"].sum() == 35.0


def test_without_an_earlier_build_there_is_no_previous(run_file):
    assert open_review(run_file, report="abc_classes").previous() is None


def test_the_page_knows_what_its_data_cover(run_file):
    context = open_review(run_file, report="abc_classes").out.context
    assert (context.coverage.first_order, context.coverage.last_order) == (date(2026, 1, 15), date(2026, 10, 1))
    assert (context.coverage.n_rows_read, context.title) == (4, "ABC classes")


@pytest.mark.parametrize("expression", ["amount * age", '"Birth Date" + 0'])
def test_a_ranking_by_a_forbidden_column_is_refused_before_anything_runs(run_file, tmp_path, expression):
    orders = "customer_id,order_date,amount,age,Birth Date\n001,2026-01-15,10,40,1\n"
    (tmp_path / "tables" / "orders.csv").write_text(orders)
    mapped = RUN.replace(
        "{source: tables}", f"{{source: tables, tables: {{orders: {{columns: {{amount: '{expression}'}}}}}}}}"
    )
    (tmp_path / "small.yaml").write_text(mapped)
    with pytest.raises(RunFileError, match="forbidden_columns rules out"):
        prepare_review(read_run_file(run_file), date(2026, 9, 30), reports_dir=tmp_path / "out")


def test_a_review_of_some_customers_sees_nothing_of_the_others(run_file, tmp_path):
    (tmp_path / "tables" / "plan_arms.csv").write_text(
        "plan_id,customer_id,start_date,arm\nRT-1,001,2026-04-01,treated\nRT-1,002,2026-04-01,hold_out\n"
    )
    whole = open_review(run_file, report="abc_classes")
    assert whole.of_some(n_customers=3) is whole and whole.with_more(["009"]) is whole
    some = whole.of_some(n_customers=1)
    assert (len(some.drawn.customers), some.drawn.n_everybody) == (1, 3)
    one = set(some.drawn.customers)
    for read in (lambda review: review.snapshots(), lambda review: review.table("customers")):
        assert set(read(some)["customer_id"]) == one
        assert set(read(whole)["customer_id"]) == {"001", "002", "003"}  # kept apart from those of some
    assert set(some.table("plan_arms")["customer_id"]) == {"001", "002"}  # a list stays whole
    more = some.with_more(["001", "002"])
    assert more.drawn.n_everybody == 3
    assert set(more.order_days()["customer_id"]) == {"001", "002"}
    assert set(some.order_days()["customer_id"]) == one - {"003"}


def test_without_orders_there_is_nobody_to_draw(run_file, tmp_path):
    (tmp_path / "tables" / "orders.csv").unlink()
    (tmp_path / "tables" / "customers.csv").unlink()
    (tmp_path / "tables" / "experiment.csv").write_text("arm,visit\na,1\nb,0\n")
    review = open_review(run_file, report="effectiveness")
    assert review.of_some(n_customers=1) is review
