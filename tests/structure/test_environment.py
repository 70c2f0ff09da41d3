"""One set of requirements, said once: pyproject.toml. Everything else has to agree with it."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def pinned():
    lines = [line.partition(";")[0].strip() for line in CONSTRAINTS if line.strip() and not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_constraints_are_exact_versions_without_any_address():
    for line in CONSTRAINTS:
        assert "://" not in line
        assert "@" not in line
        assert line.startswith("#") or not line.strip() or re.fullmatch(r"[A-Za-z0-9._-]+==[^ ;]+( ; .+)?", line), line


def test_every_dependency_is_pinned():
    names = {re.split(r"[\[<>=!~ ]", item)[0].lower().replace("_", "-") for item in PROJECT["dependencies"]}
    known = {name.lower().replace("_", "-") for name in pinned()}
    assert names <= known


def test_the_conda_environment_carries_the_same_requirements():
    found = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(item["pip"] for item in found["dependencies"] if isinstance(item, dict))
    extras = PROJECT["optional-dependencies"]
    assert sorted(pip) == sorted([*PROJECT["dependencies"], *extras["lab"], *extras["examples"]])
    assert found["name"] == "portfolio_lab"
    python = next(item for item in found["dependencies"] if str(item).startswith("python"))
    assert PROJECT["requires-python"].replace(" ", "") in python.replace(" ", "")


@pytest.mark.parametrize(("name", "pin"), [("duckdb", "1.5.5"), ("sqlglot", "30.17.0")])
def test_the_two_pins_that_the_engine_needs_hold(name, pin):
    assert version(name) == pin
    assert f"{name}=={pin}" in PROJECT["dependencies"]


def test_canary_ibis_calls_that_a_newer_duckdb_dropped():
    """If this still passes with a newer DuckDB, the pin can go."""
    import ibis

    con = ibis.duckdb.connect()
    table = con.create_table("t", ibis.memtable({"x": [1.0, 2.0, 4.0]}))
    assert con.execute(table.x.sum()) == 7.0
    assert "t" in con.list_tables()
    assert hasattr(con.con, "fetch_record_batch")


def test_canary_ibis_expressions_that_a_newer_sqlglot_breaks():
    """If this still passes with a newer sqlglot, the pin can go."""
    import ibis

    con = ibis.duckdb.connect()
    days = con.create_table("d", ibis.memtable({"c": ["a", "a", "b"], "x": [3, 1, 2]}))
    window = ibis.window(group_by="c", order_by="x")
    found = con.execute(days.mutate(before=days.x.lag().over(window)).order_by(["c", "x"]))
    assert found["before"].fillna(-1).tolist() == [-1, 1, -1]


def test_pandas_is_one_that_lifelines_allows():
    assert version("pandas").startswith("2.")
