from ruamel.yaml import YAML

from portfolio_lab.analysis.stage_tuning.proposal import propose_stage_policy
from portfolio_lab.policy import Policy, StagePolicy, StageRule
from portfolio_lab.reports.topics.policy_file import FILE_NAME, render_policy, write_policy

PROPOSAL = propose_stage_policy(
    (StageRule(pre_inactive_days=47, inactive_days=80),), in_force=StagePolicy(), version="2026-09-30"
)


def test_file_can_be_pasted_into_a_run_file_and_means_the_proposal(tmp_path):
    text = write_policy(PROPOSAL, str(tmp_path))
    assert (tmp_path / "tables" / FILE_NAME).read_text(encoding="utf-8") == text
    policy = Policy.model_validate(YAML(typ="safe", pure=True).load(text)["policy"])
    assert (policy.stages.rules[0].pre_inactive_days, policy.stages.rules[0].inactive_days) == (47, 80)
    assert policy.stages.version == "2026-09-30"


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_policy(PROPOSAL, "") == render_policy(PROPOSAL)
    assert list(tmp_path.iterdir()) == []


def test_the_file_says_what_to_do_with_it():
    assert render_policy(PROPOSAL).startswith("# Proposed by the back-test; to adopt it")
