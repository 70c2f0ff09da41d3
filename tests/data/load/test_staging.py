"""Staged once, taken again while nothing changed, and never half there."""

import os
import subprocess
import sys

import pytest

from portfolio_lab.data.load import open_tables, read_staged, staging
from portfolio_lab.errors import DataError

CSV = "customer_id,order_date,amount\na,2026-01-01,1\nb,2026-01-02,x\n"


def test_the_same_data_are_not_read_twice(border, monkeypatch):
    border.write("orders.csv", CSV)
    first = border.stage()
    monkeypatch.setattr(staging, "check_tables", lambda *args, **more: pytest.fail("read again"))
    again = border.stage()
    assert again.report == first.report
    assert again.folder == first.folder


@pytest.mark.parametrize(
    "change",
    [
        lambda border: border.write("orders.csv", CSV.replace("01,1", "01,2")),
        lambda border: border.write("contacts.csv", "customer_id,contact_date,channel\na,2026-01-01,call\n"),
    ],
)
def test_a_changed_source_has_another_fingerprint(border, change):
    border.write("orders.csv", CSV)
    first = border.stage()
    change(border)
    assert border.stage().report.fingerprint != first.report.fingerprint


def test_changed_settings_have_another_fingerprint(border):
    border.write("orders.csv", CSV)
    first = border.stage().report.fingerprint
    assert border.stage(timezone="Europe/Madrid").report.fingerprint != first
    assert border.stage(max_drop_share=0.9).report.fingerprint != first


def test_staged_tables_hold_no_technical_columns_and_no_unusable_rows(border):
    border.write("orders.csv", CSV)
    frame = open_tables(border.stage())["orders"].to_pandas()
    assert frame.columns.tolist() == ["customer_id", "order_date", "amount"]
    assert frame["customer_id"].tolist() == ["a"]


def test_a_folder_that_is_not_whole_is_refused_when_read_and_made_anew_when_staged(border):
    border.write("orders.csv", CSV)
    staged = border.stage()
    (staged.folder / "orders.parquet").unlink()
    with pytest.raises(DataError, match="not whole"):
        read_staged(staged.folder, staged.settings, root=staged.root)
    assert len(open_tables(border.stage())["orders"].to_pandas()) == 1


def test_only_the_newest_states_are_kept(border):
    for amount in range(1, 7):
        border.write("orders.csv", CSV.replace("01,1", f"01,{amount}"))
        newest = border.stage().folder
    kept = [path for path in border.cache.iterdir() if path.is_dir()]
    assert len(kept) == staging.KEPT_STATES
    assert newest in kept


def test_an_empty_optional_table_counts_as_not_brought(border):
    border.write("orders.csv", CSV)
    border.write("quotes.csv", "customer_id,quote_date,amount\n")
    report = border.stage().report
    assert "quotes" in report.missing_tables
    assert report.names == ("orders",)


def test_a_finished_table_needs_no_orders(border):
    border.write("durations.csv", "duration,event_observed,plan\n12,yes,basic\n3,no,pro\n")
    report = border.stage().report
    assert (report.names, report.orders) == (("durations",), None)


def test_what_a_spreadsheet_would_run_is_made_harmless_in_the_rejected_rows(border):
    border.write("orders.csv", CSV.replace(",x", ',"=HYPERLINK(1)"'))
    staged = border.stage()
    assert "'=HYPERLINK(1)" in (staged.folder / "rejected_orders.csv").read_text(encoding="utf-8")


def test_two_processes_may_stage_the_same_data_at_once(border):
    border.write("orders.csv", CSV)
    script = (
        "import sys; from pathlib import Path; from portfolio_lab.data.load import stage_tables, open_tables\n"
        "from portfolio_lab.data.settings import DataSettings; from portfolio_lab.policy import DataPolicy\n"
        "source, cache = map(Path, sys.argv[1:])\n"
        "settings, policy = DataSettings(source=str(source)), DataPolicy(max_drop_share=1)\n"
        "staged = stage_tables(settings, policy, root=source, folder=cache)\n"
        "print(len(open_tables(staged)['orders'].to_pandas()))"
    )
    command = [sys.executable, "-c", script, str(border.source), str(border.cache)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=120)[0].strip() for process in running] == ["1", "1", "1"]
    assert not list(border.cache.glob("*.tmp"))


def test_what_a_killed_process_left_is_swept_later(border):
    border.write("orders.csv", CSV)
    old, young = border.cache / "a.1.tmp", border.cache / "b.2.tmp"
    for path in (old, young):
        path.mkdir(parents=True)
    os.utime(old, (0, 0))
    border.stage()
    assert (old.exists(), young.exists()) == (False, True)


def test_every_line_that_cannot_be_taken_apart_is_written_however_many(border):
    good = "".join(f"c{number},2026-01-01,1\n" for number in range(1_500))
    border.write("orders.csv", "customer_id,order_date,amount\n" + good + "a,2026-01-01\n" * 1_200 + "b,never,1\n")
    staged = border.stage()
    (written,) = staged.folder.glob("rejected_*.csv")
    rows = written.read_text(encoding="utf-8").splitlines()[1:]
    assert (len(rows), staged.report.table("orders").n_dropped) == (1_201, 1_201)
    assert rows[1_199].startswith("orders.csv,2701,")
    assert max(len(found.examples) for found in staged.report.findings) == 1_000
