"""Counts are exact and examples bounded."""

from portfolio_lab.data.load.report import MAX_EXAMPLES


def test_counts_are_exact_and_examples_stop_at_a_thousand(border):
    border.write("orders.csv", "customer_id,order_date,amount\n" + "a,2026-01-01,x\n" * 1500 + "a,2026-01-01,1\n")
    staged = border.stage()
    (finding,) = staged.report.findings
    assert (finding.n, len(finding.examples)) == (1500, MAX_EXAMPLES)
    rejected = (staged.folder / "rejected_orders.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejected) == 1501


def test_each_emptied_column_is_counted_by_itself(border):
    header = "customer_id,order_date,amount,promised_date,delivered_date,quantity\n"
    border.write("orders.csv", header + "a,2026-01-01,1,soon,later,1\nb,2026-01-01,1,soon,2026-01-02,many\n")
    counts = {item.column: item.n for item in border.stage().report.findings}
    assert counts == {"promised_date": 2, "delivered_date": 1, "quantity": 1}


def test_a_day_that_does_not_fit_names_the_declared_format_and_the_value(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,12/13/2009,1\nb,31/12/2009,1\n")
    staged = border.stage(format={"date_format": "%d/%m/%Y"})
    (finding,) = staged.report.findings
    assert finding.remedy == (
        "'12/13/2009' does not fit the declared format.date_format '%d/%m/%Y': correct that format, or the value"
    )
    assert "does not fit the declared" in (staged.folder / "rejected_orders.csv").read_text(encoding="utf-8")


def test_without_a_declared_format_one_is_asked_for(border):
    border.write("orders.csv", "customer_id,order_date,amount\na,12/13/2009,1\nb,2009-12-31,1\n")
    assert "or declare format.date_format" in border.stage().report.findings[0].remedy


def test_identifiers_written_as_decimals_are_read_as_whole_numbers_and_said(border):
    border.write(
        "orders.csv", "customer_id,order_date,amount\n13085.0,2026-01-01,1\n13085,2026-01-02,1\nA.0,2026-01-02,1\n"
    )
    (finding,) = border.stage().report.findings
    assert (finding.severity, finding.n, finding.examples[0].value) == ("noted", 1, "13085.0")
    assert sorted(border.frame()["customer_id"]) == ["13085", "13085", "A.0"]
