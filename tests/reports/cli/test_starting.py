import portfolio_lab.data.demo
from portfolio_lab.reports.cli.starting import write_demo_company


def test_the_demo_company_is_written_and_counted(tmp_path, capsys, monkeypatch):
    asked = {}

    def write(folder, **options):
        asked.update(options | {"folder": folder})
        return {"customers": 1200, "orders": 30}

    monkeypatch.setattr(portfolio_lab.data.demo, "write_demo", write)
    assert write_demo_company(tmp_path / "demo", n_customers=1200, n_months=30, seed=2) == 0
    assert asked == {"folder": tmp_path / "demo", "n_customers": 1200, "n_months": 30, "seed": 2}
    assert capsys.readouterr().out.splitlines() == [
        "customers: 1,200 rows",
        "orders: 30 rows",
        f"Written to {tmp_path / 'demo'}. Try: portfolio-lab run demo",
    ]
