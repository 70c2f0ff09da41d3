"""The files of the simulated reviews can be read by the border."""

from simulators.effectiveness_review import open_effectiveness, write_company, write_emails


def test_both_folders_are_read_whole(tmp_path):
    company = open_effectiveness(write_company(tmp_path / "company", n=60))
    assert all(company.has(name) for name in ("orders", "customers", "contacts", "plan_tasks", "plans", "plan_arms"))
    emails = open_effectiveness(write_emails(tmp_path / "mail", n=200))
    assert emails.has("experiment")
    assert not emails.has("orders")
    assert emails.params.cells == ["womens"]
