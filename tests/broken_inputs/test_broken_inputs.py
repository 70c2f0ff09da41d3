"""Broken inputs, one fault a case: the exit code, the place and the remedy are said; nothing is half-written."""

from pathlib import Path

import pytest
from fixtures.workbooks import write_workbook
from ruamel.yaml import YAML

from portfolio_lab.data.load import stage_tables
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.errors import InputError
from portfolio_lab.policy import DataPolicy
from portfolio_lab.reports.run_file import read_run_file

CASES = YAML(typ="safe", pure=True).load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def write(case, folder):
    for name, text in case.get("files", {}).items():
        place(folder / "source" / name).write_bytes(text.encode())
    for name, digits in case.get("bytes", {}).items():
        place(folder / "source" / name).write_bytes(bytes.fromhex(digits))
    if "sheets" in case:
        write_workbook(folder / "book.xlsx", merged=case.get("merged", []), **case["sheets"])


def place(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def check(case, folder):
    """Do what `portfolio-lab check` does; return the exit code and what is said."""
    try:
        if "yaml" in case:
            path = place(folder / "run.yaml")
            path.write_text(case["yaml"], encoding="utf-8")
            settings = read_run_file(path).data
        else:
            settings = DataSettings.model_validate(
                {"source": "book.xlsx" if "sheets" in case else "source", **case.get("run", {})}
            )
        stage_tables(settings, DataPolicy(), root=folder, folder=folder / "cache")
    except InputError as refused:
        return 2, str(refused), refused.faults
    return 0, "", ()


def test_there_are_enough_of_them_and_each_has_its_name():
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_broken_input(case, tmp_path):
    write(case, tmp_path)
    code, said, faults = check(case, tmp_path)
    assert code == case["exit"], said
    assert case.get("place", "") in said
    assert case.get("remedy", "") in said
    assert all(fault.problem and fault.remedy for fault in faults)
    assert "hunter2" not in said
    assert not list(tmp_path.rglob("*.tmp"))
