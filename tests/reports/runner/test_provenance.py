import platform
import subprocess

from portfolio_lab.reports.runner.provenance import (
    code_hash,
    git_state,
    installed_versions,
    needed_versions,
    value_hash,
)


def test_versions_are_those_of_the_installed_distributions():
    from importlib.metadata import version

    found = installed_versions()
    assert found["python"] == platform.python_version()
    assert found["pandas"] == version("pandas") and found["ruamel-yaml"] == version("ruamel.yaml")
    assert found["portfolio-lab"] == version("portfolio-lab")


def test_only_what_the_package_needs_can_change_a_result():
    found = needed_versions()
    assert {"pandas", "numpy", "duckdb", "ibis-framework", "python-dateutil", "portfolio-lab"} <= set(found)
    assert not {"pytest", "ruff", "selenium", "jupyterlab"} & set(found)
    assert set(found) - {"python"} <= set(installed_versions())
    assert "ibis-framework" in found and "pyarrow-hotfix" in found, "what an extra brings counts too"


def test_code_hash_sees_sources_and_templates_but_no_other_file(tmp_path):
    (tmp_path / "a.py").write_text("1")
    first = code_hash(tmp_path)
    (tmp_path / "a.pyc").write_text("cache")
    assert code_hash(tmp_path) == first == code_hash(tmp_path)
    (tmp_path / "page.html").write_text("x")
    second = code_hash(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, code_hash(tmp_path), code_hash()}) == 4


def test_value_hash_ignores_the_order_of_keys():
    assert value_hash({"a": 1, "b": [2]}) == value_hash({"b": [2], "a": 1}) != value_hash({"a": 1, "b": [3]})


def test_git_state_says_commit_and_changes(tmp_path):
    assert git_state(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "a").write_text("1")
    for command in (["init", "-q"], ["add", "a"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    clean = git_state(tmp_path)
    assert len(clean["commit"]) == 40 and clean["dirty"] is False
    (tmp_path / "a").write_text("2")
    assert git_state(tmp_path) == {**clean, "dirty": True}
