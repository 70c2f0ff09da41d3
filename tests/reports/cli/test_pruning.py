from fixtures.fake_review import make_review, run_fake, without_kernels

from portfolio_lab.reports.cli.pruning import prune_run


def test_listing_then_removing(tmp_path, monkeypatch, capsys):
    make_review(tmp_path, a="1")
    (tmp_path / "demo.yaml").write_text("run: demo\nas_of: 2026-09-30\ndata: {source: data.txt}\n")
    without_kernels(monkeypatch)
    for _ in range(3):
        run_fake(tmp_path, force=True)
    run = str(tmp_path / "demo.yaml")
    assert prune_run(run, None, keep=1, apply=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        ".builds/0001_2026-09-30 would be removed",
        "1 would be removed, 2 kept. Repeat with --apply to remove them.",
    ]
    assert prune_run(run, tmp_path / "reports", keep=0, apply=True) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 removed, 1 kept."
    assert [path.name for path in (tmp_path / "reports" / "demo" / ".builds").iterdir()] == ["0003_2026-09-30"]
