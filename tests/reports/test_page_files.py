from portfolio_lab.reports.page_files import read_facts, read_page


def test_reads_what_is_there_and_nothing_where_the_notebook_ended_early(tmp_path):
    assert (read_page(tmp_path), read_facts(tmp_path)) == ({}, {})
    (tmp_path / "page.json").write_text('{"title": "Á"}', encoding="utf-8")
    (tmp_path / "facts.json").write_text('{"n": {"value": 1}}', encoding="utf-8")
    assert read_page(tmp_path) == {"title": "Á"}
    assert read_facts(tmp_path) == {"n": {"value": 1}}
