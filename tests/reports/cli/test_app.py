"""The command line as it is typed: help, exit codes, a lean start."""

import re
import resource
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from portfolio_lab.reports.cli import app as cli
from portfolio_lab.reports.cli import main

COMMANDS = ("list", "init", "check", "run", "history", "prune", "demo")
HEAVY = {"matplotlib", "jupyterlab", "jupyter_server", "papermill", "pandas", "ibis", "nbclient", "nbconvert", "numpy"}


def cpu_seconds(*arguments: str) -> tuple[float, subprocess.CompletedProcess]:
    """Run the command in a process of its own and return the processor seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "import sys; from portfolio_lab.reports.cli import main; main(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def test_help_names_every_command_and_comes_at_once():
    seconds, done = min((cpu_seconds("--help") for _ in range(3)), key=lambda one: one[0])
    assert done.returncode == 0 and seconds < 1
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b", done.stdout, re.MULTILINE)
    assert "Exit codes: 0 published" in " ".join(done.stdout.split())


def test_starting_loads_nothing_heavy():
    code = f"import sys, portfolio_lab.reports.cli; sys.exit(', '.join({HEAVY!r} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = CliRunner().invoke(cli.app, [command, "--help"])
    assert result.exit_code == 0 and f"portfolio-lab {command}" in " ".join(result.output.split())


def test_without_arguments_the_help_is_shown():
    assert "Usage" in CliRunner().invoke(cli.app, []).output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["runn"], 2, "No such command 'runn'"),
        (["run"], 2, "Missing argument"),
        (["run", "nowhere"], 2, "there is no such run file"),
        (["prune", "demo", "--keep", "x"], 2, "Invalid value for '--keep'"),
        (["run", "demo", "--only", "abc_clases"], 2, "did you mean 'abc_classes'?"),
        (["history", "demo", "--from", "yesterday", "--to", "2026"], 2, "2 things are wrong; nothing was run."),
    ],
)
def test_mistakes_end_with_two_and_plain_words(arguments, code, words, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == code and words in capsys.readouterr().err


def test_every_option_reaches_its_command(monkeypatch, tmp_path):
    from portfolio_lab.reports.cli import checking, listing, pruning, running, starting

    seen = {}

    def note(name):
        return lambda *arguments, **options: seen.update({name: (arguments, options)}) or 0

    for module, name in ((listing, "list_for_run"), (listing, "list_reports"), (checking, "check_run"),
                         (running, "run_once"), (running, "run_past"), (pruning, "prune_run"),
                         (starting, "write_demo_company")):  # fmt: skip
        monkeypatch.setattr(module, name, note(name))
    typed = (
        "list --json", "list demo --as-of 2026-06-30", "check demo --json",
        "run demo --as-of 2026-06-30 --only a --only b --force --jobs 3 --explain --pdf --reports r -p a.n=1 -p b.m=2",
        "history demo --from 2025-03-31 --to 2026-09-30 --force", "prune demo --keep 3 --apply",
        "demo d --customers 10 --months 6 --seed 4",
    )  # fmt: skip
    for line in typed:
        assert CliRunner().invoke(cli.app, line.split()).exit_code == 0, line
    assert seen["list_reports"] == ((), {"as_json": True})
    assert seen["list_for_run"] == (("demo", "2026-06-30", None), {"as_json": False})
    assert seen["check_run"] == (("demo", ""), {"as_json": True})
    asked, options = seen["run_once"][0][0], seen["run_once"][1]
    assert (asked.run, asked.as_of, asked.only, asked.parameters) == (
        "demo",
        "2026-06-30",
        ("a", "b"),
        ("a.n=1", "b.m=2"),
    )
    assert (asked.force, asked.jobs, asked.pdf, str(asked.reports), options) == (True, 3, True, "r", {"explain": True})
    assert seen["run_past"][1] == {"first": "2025-03-31", "last": "2026-09-30"} and seen["run_past"][0][0].force
    assert seen["prune_run"] == (("demo", None), {"keep": 3, "apply": True})
    assert seen["write_demo_company"][1] == {"n_customers": 10, "n_months": 6, "seed": 4, "table_format": "csv"}
