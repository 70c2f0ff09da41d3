"""A run file is read strictly: every fault at once, each with line, key, value and remedy."""

from datetime import date

import pytest

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.run_file import (
    dump_run_file,
    read_run_file,
    report_params,
    resolve_as_of,
    secret_names,
)
from portfolio_lab.reports.run_file.locate import root_above

GOOD = "run: mine\nas_of: 2026-09-30\ndata: {source: here}\n"


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path):
    with pytest.raises(RunFileError) as refused:
        read_run_file(path)
    return refused.value.faults


def test_defaults_are_filled_in(write):
    run = read_run_file(write("run: mine\ndata: {source: here}\n"))
    assert (run.as_of, run.period, run.currency, run.locale) == ("last_period_end", "quarter", "EUR", "en_GB")
    assert run.policy.abc.cuts == (80, 95)
    assert run.limits.memory_mb == 4096


def test_words_that_yaml_1_1_took_for_something_else_stay_words(write):
    run = read_run_file(write(GOOD + 'title: NO\ncountry: "NO"\n'))
    assert (run.title, run.country) == ("NO", "NO")


def test_all_faults_are_named_at_once_with_line_and_remedy(write):
    path = write(
        "run: ../x\n"
        "as_of: 2026-13-01\n"
        "perod: month\n"
        "data:\n"
        "  source: 12\n"
        "  tables:\n"
        "    orders: {columns: {custmer_id: x}}\n"
        "    order: {}\n"
        "policy: {abc: {cuts: [95, 80]}, stage: {}}\n"
        "reports:\n"
        "  abc_clases: {}\n"
        "  abc_classes: {n_bootstrap: many, sed: 1, as_of: x}\n"
    )
    found = {fault.key: (fault.line, fault.problem, fault.remedy) for fault in faults_of(path)}
    assert found["run"][0] == 1
    assert found["as_of"] == (2, "is not a day", "write it as 2026-09-30, or last_period_end")
    assert found["perod"][2].startswith("did you mean 'period'?")
    assert found["data.source"][:2] == (5, "must be text")
    assert found["data.tables.orders.columns.custmer_id"][2].startswith("did you mean 'customer_id'?")
    assert found["data.tables.order"][2].startswith("did you mean 'orders'?")
    assert found["policy.abc"][:2] == (9, "cuts must be two rising percentages between 0 and 100, such as [80, 95]")
    assert found["policy.stage"][2].startswith("did you mean 'stages'?")
    assert found["reports.abc_clases"][2].startswith("did you mean 'abc_classes'?")
    assert found["reports.abc_classes.n_bootstrap"][0] == 12
    assert found["reports.abc_classes.sed"][2].startswith("did you mean 'seed'?")
    assert found["reports.abc_classes.as_of"][2] == "leave it out: the runner sets it"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("run: a\nrun: b\n", "duplicate key"),
        ("run: [a\n", "expected"),
        ("- a\n- b\n", "does not hold keys and values"),
        ("", "does not hold keys and values"),
        ("run: !!python/object/apply:os.system ['true']\n", "tag"),
        ("run: !mine x\ndata: {source: x}\n", "has the tag !mine"),
        ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
         "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
         "unfolds to too many values"),
        ("run: mine\n", "key data: is missing"),
        (GOOD + "limits: {memory_mb: 1}\n", "limits.memory_mb"),
        (GOOD + "currency: eur\n", "currency"),
        (GOOD + "locale: xx_YY_zz\n", "is not a locale"),
        (GOOD + "period: week\n", "'month', 'quarter' or 'year'"),
        (GOOD + 'title: "a\\nb"\n', "title"),
        ("run: mine\nas_of: 20260930\ndata: {source: x}\n", "as_of"),
        ("run: mine\nas_of: 2026-09-30 10:00\ndata: {source: x}\n", "is not a day"),
        ("run: 7\ndata: {source: x}\n", "put it in quotation marks"),
    ],
)  # fmt: skip
def test_a_run_file_that_cannot_be_used_is_refused(write, text, words):
    assert words in "\n".join(map(str, faults_of(write(text))))


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"run: \xff\n")
    assert faults_of(tmp_path / "x.yaml")[0].problem == "is not UTF-8 text"
    (tmp_path / "y.yaml").write_text("#" * 1_000_001)
    assert "larger" in faults_of(tmp_path / "y.yaml")[0].problem


@pytest.mark.parametrize("name", ["nowhere", "../pyproject", "/etc/passwd", "x/y"])
def test_a_name_is_a_word_in_params_and_never_a_path(name):
    with pytest.raises(RunFileError, match="there is no such run file"):
        read_run_file(name)


def test_a_misspelt_name_gets_the_nearest_one():
    with pytest.raises(RunFileError, match="did you mean 'demo'"):
        read_run_file("demoo")


def test_a_resolved_run_file_says_everything_and_reads_the_same(write, tmp_path):
    run = read_run_file(write(GOOD + "reports: {abc_classes: {seed: 3}}\n"))
    text = dump_run_file(run, date(2026, 6, 30))
    again = read_run_file(write(text, "resolved.yaml"))
    assert again.as_of == date(2026, 6, 30)
    assert again.policy == run.policy
    assert again.reports == {"abc_classes": {"seed": 3}}


def test_secrets_are_named_and_never_resolved_into_the_file(write, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "hunter2")
    run = read_run_file(write("run: mine\ndata: {source: 'postgres://u:${DB_PASSWORD}@h/${DB_NAME}'}\n"))
    assert secret_names(run) == ("DB_PASSWORD", "DB_NAME")
    assert "hunter2" not in dump_run_file(run, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        ("month", date(2026, 10, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 12, 31), date(2026, 9, 30)),
        ("year", date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_last_period_end_is_the_last_day_of_the_last_whole_period(write, period, today, expected):
    run = read_run_file(write(f"run: mine\nperiod: {period}\ndata: {{source: x}}\n"))
    assert resolve_as_of(run, today) == expected


def test_a_given_day_wins_and_a_wrong_one_is_refused(write):
    run = read_run_file(write(GOOD))
    assert resolve_as_of(run, date(2027, 1, 1), "2025-01-31") == date(2025, 1, 31)
    with pytest.raises(RunFileError, match="is not a day"):
        resolve_as_of(run, date(2027, 1, 1), "31/01/2025")


def test_parameters_of_a_report_are_defaults_then_the_run_file_then_what_is_given(write):
    run = read_run_file(write(GOOD + "reports: {abc_classes: {seed: 3, n_listed: 7}}\n"))
    params = report_params(run, "abc_classes", seed=5)
    assert (params.seed, params.n_listed, params.n_bootstrap) == (5, 7, 500)
    with pytest.raises(RunFileError, match=r"reports\.abc_classes\.seed"):
        report_params(run, "abc_classes", seed="five")


def test_relative_paths_start_at_the_project_above_or_beside_the_file(tmp_path, write):
    assert read_run_file(write(GOOD)).root == tmp_path
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "deep.yaml").write_text(GOOD)
    assert read_run_file(tmp_path / "params" / "deep.yaml").root == tmp_path


@pytest.mark.parametrize("name", ["demo", "cdnow"])
def test_the_run_files_that_ship_are_valid(name):
    assert read_run_file(name).run == name


def test_a_plain_folder_with_params_is_the_root_of_what_init_writes_there(tmp_path):
    (tmp_path / "params").mkdir()
    assert root_above(tmp_path / "params" / "mine.yaml") == tmp_path
    assert root_above(tmp_path / "mine.yaml") == tmp_path
    (tmp_path / "params" / "pyproject.toml").touch()
    assert root_above(tmp_path / "params" / "mine.yaml") == tmp_path / "params"
