import pytest
from fixtures.fake_review import AS_OF, fake_parts, fake_run_file, make_review

from portfolio_lab.reports.runner import skip
from portfolio_lab.reports.runner.parts import PreparedData, Report, Request
from portfolio_lab.reports.runner.records import CarriedFrom, Manifest, ReportEntry
from portfolio_lab.reports.runner.skip import (
    CHANGED,
    KEY_PARTS,
    Before,
    GoodBuild,
    first_difference,
    plan_reports,
    shared_key,
    skip_key,
)

DATA = PreparedData("f1", {}, frozenset({"orders"}))


@pytest.fixture(autouse=True)
def _same_code(monkeypatch):
    """Sources may be edited while tests run."""
    monkeypatch.setattr(skip, "code_hash", lambda: "this")


@pytest.fixture
def request_(tmp_path):
    folder = make_review(tmp_path, a="1", b="2")
    return Request(fake_run_file(folder), AS_OF, folder / "reports")


def reports_of(request) -> tuple[Report, ...]:
    return fake_parts(request.run_file.root).reports(request.run_file, DATA)


def key_of(request, *, data=DATA, before=None, report=None):
    return skip_key(report or reports_of(request)[0], shared_key(request, data, before or Before()))


def entry(key: dict, *, status: str = "ok", carried: str | None = None) -> ReportEntry:
    origin = CarriedFrom(build="0001_x", as_of=carried, ran_at="t") if carried else None
    return ReportEntry(status=status, title="A", question="?", reason="", difference=None, sentence="", skip_key=key,
                       carried_from=origin)  # fmt: skip


def good(request, reports: dict[str, ReportEntry], *, as_of: str = "2026-09-30") -> GoodBuild:
    manifest = Manifest(build=f"0001_{as_of}", run="demo", as_of=as_of, status="published", reports=reports)
    return GoodBuild(request.run_dir / ".builds" / f"0001_{as_of}", manifest)


def test_each_part_of_the_key_sees_its_own_change_only(request_, monkeypatch):
    from dataclasses import replace

    base, report = key_of(request_), reports_of(request_)[0]
    run_file = request_.run_file
    changed = {
        "as_of": key_of(replace(request_, as_of=AS_OF.replace(day=29))),
        "parameters": key_of(request_, report=replace(report, parameters={"n": 2})),
        "policy": key_of(request_, report=replace(report, policy_hash="other")),
        "run_file": key_of(replace(request_, run_file=_copy(run_file, currency="USD"))),
        "data": key_of(request_, data=replace(DATA, fingerprint="f2")),
        "notebook": key_of(request_, report=replace(report, notebook=reports_of(request_)[1].notebook)),
        "previous": key_of(request_, before=Before(earlier=(good(request_, {"a": entry({})}, as_of="2026-06-30"),))),
    }
    monkeypatch.setattr(skip, "code_hash", lambda: "other")
    changed["code"] = key_of(request_)
    monkeypatch.setattr(skip, "code_hash", lambda: "this")
    monkeypatch.setattr(skip, "needed_versions", lambda: {"python": "4"})
    changed["environment"] = key_of(request_)
    assert set(changed) == set(KEY_PARTS) == set(CHANGED)
    for part, key in changed.items():
        assert [name for name in KEY_PARTS if key[name] != base[name]] == [part]
        assert first_difference(key, base) == part


def _copy(run_file, **changes):
    return run_file.model_copy(update=changes).read_from(run_file.path, root=run_file.root)


def test_limits_and_other_reports_do_not_matter(request_):
    from dataclasses import replace

    other = _copy(request_.run_file, limits=request_.run_file.limits.model_copy(update={"cell_seconds": 1}))
    assert key_of(replace(request_, run_file=other)) == key_of(request_)


def test_the_first_difference_is_named_in_the_order_of_interest():
    key = dict.fromkeys(KEY_PARTS, "1")
    assert first_difference(key, key) is None
    assert first_difference(key, key | {"code": "2", "data": "2"}) == "data"
    assert first_difference(key, {}) == "as_of"


def test_what_an_earlier_review_said_matters_only_through_its_nearest_results(request_):
    newer = good(request_, {"a": entry({"data": "1"})}, as_of="2026-06-30")
    older = good(request_, {"a": entry({"data": "2"})}, as_of="2026-03-31")
    hidden = good(request_, {"a": entry({"data": "3"})}, as_of="2026-03-31")
    assert key_of(request_, before=Before(earlier=(newer, older))) == key_of(
        request_, before=Before(earlier=(newer, hidden))
    )
    assert key_of(request_, before=Before(earlier=(older,))) != key_of(request_, before=Before(earlier=(hidden,)))


def test_plan_says_for_each_what_and_why(request_):
    same = good(request_, {"a": entry(key_of(request_)), "b": entry({"as_of": "2026-09-30"})})
    plan = plan_reports(request_, DATA, reports_of(request_), Before(same))
    assert [(step.action, step.difference) for step in plan.steps] == [("carry", None), ("run", "parameters")]
    assert plan.steps[0].reason == "nothing that it depends on has changed"
    assert plan.steps[1].reason == "its parameters have changed"


@pytest.mark.parametrize("status", ["error", "timeout", "killed"])
def test_a_result_that_is_none_is_never_carried(request_, status):
    same = good(request_, {"a": entry(key_of(request_), status=status)})
    assert plan_reports(request_, DATA, reports_of(request_), Before(same)).steps[0].action == "run"
    left_out = good(request_, {"a": entry(key_of(request_), status="skipped")})
    assert plan_reports(request_, DATA, reports_of(request_), Before(left_out)).steps[0].action == "run"


def test_a_carried_result_is_carried_on_with_its_origin(request_):
    same = good(request_, {"a": entry(key_of(request_), status="skipped", carried="2026-09-30")})
    step = plan_reports(request_, DATA, reports_of(request_), Before(same)).steps[0]
    assert step.action == "carry" and skip.carried_from(step).build == "0001_x"


def test_unasked_reports_are_carried_from_the_same_date_first(request_):
    from dataclasses import replace

    asked = replace(request_, only=("b",))
    same, earlier = good(request_, {"a": entry({})}), good(request_, {"a": entry({})}, as_of="2026-06-30")
    find = lambda before: plan_reports(asked, DATA, reports_of(asked), before).steps[0]  # noqa: E731
    assert find(Before(same, (earlier,))).source == same.path
    assert find(Before(None, (earlier,))).source == earlier.path
    assert find(Before()).action == "absent"
