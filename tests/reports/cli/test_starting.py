import pytest

import portfolio_lab.data.demo
from portfolio_lab.reports.cli.starting import write_demo_company

SCOPE = {"n_customers": 1200, "n_months": 30, "seed": 2, "table_format": "parquet"}


@pytest.fixture
def asked(monkeypatch):
    """What the company was asked for; it tells of its progress in blocks of 8,000."""
    asked = {}

    def write(folder, *, progress, **options):
        asked.update(options | {"folder": folder})
        n = options["n_customers"]
        for done in [*range(8000, n, 8000), n]:
            progress(done, n)
        return {"customers": n, "orders": 30}

    monkeypatch.setattr(portfolio_lab.data.demo, "write_demo", write)
    return asked


def test_the_demo_company_is_written_and_counted(tmp_path, capsys, asked):
    assert write_demo_company(tmp_path / "demo", **SCOPE) == 0
    scope = {"n_customers": 1200, "n_months": 30, "seed": 2, "format": "parquet"}
    assert asked == scope | {"folder": tmp_path / "demo"}
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "customers: 1,200 rows",
        "orders: 30 rows",
        f"Written to {tmp_path / 'demo'}. Try: portfolio-lab run demo",
    ]
    assert said.err == ""


def test_a_large_company_tells_how_far_it_is(tmp_path, capsys, asked):
    write_demo_company(tmp_path, **SCOPE | {"n_customers": 400_000}, is_terminal=False)
    lines = capsys.readouterr().err.splitlines()
    assert 9 <= len(lines) <= 11
    assert (lines[0], lines[-1]) == ("40,000 of 400,000 customers", "400,000 of 400,000 customers")


def test_a_terminal_shows_a_bar(tmp_path, capsys, asked):
    write_demo_company(tmp_path, **SCOPE | {"n_customers": 16_000}, is_terminal=True)
    assert "100%" in capsys.readouterr().err
