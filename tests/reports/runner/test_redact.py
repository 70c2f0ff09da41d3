import json
from urllib.parse import quote

import nbformat
import pytest
from fixtures.fake_review import fake_parts, make_review, run_fake, run_json

from portfolio_lab.reports.runner.redact import make_redactor

SECRET = "p@ss'w\"örd/7"


@pytest.mark.parametrize("written", [SECRET, quote(SECRET, safe=""), repr(SECRET), repr(repr(SECRET)), f"a{SECRET}b"])
def test_a_secret_is_found_in_every_form(written):
    redact = make_redactor({"DB_PASSWORD": SECRET})
    said = redact({"text": [f"postgres://user:{written}@host"]})["text"][0]
    assert "${DB_PASSWORD}" in said and "örd" not in said and quote("örd") not in said


def test_a_short_secret_is_not_found_inside_numbers():
    redact = make_redactor({"PORT": "5432"})
    assert redact("host:5432, 15432 rows, 54321") == "host:${PORT}, 15432 rows, 54321"


def test_the_longer_of_two_secrets_is_taken_first():
    assert make_redactor({"A": "long-secret", "B": "long-secret-more"})("long-secret-more long-secret") == "${B} ${A}"


def test_places_are_renamed_and_other_values_stay():
    redact = make_redactor({}, places={"/srv/x.tmp": "reports/x"})
    assert redact({"a": ("/srv/x.tmp/run.yaml", 1, None, 2.5, True)}) == {
        "a": ("reports/x/run.yaml", 1, None, 2.5, True)
    }


def test_nothing_that_the_runner_writes_holds_the_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_DB_PASSWORD", SECRET)
    leak = "import os\nsecret = os.environ['LAB_DB_PASSWORD']\nprint(secret)\nsecret"
    fails = f"{leak}\nraise ValueError(f'cannot reach postgres://me:{{secret}}@db')"
    dies = "import os\nos.write(2, os.environ['LAB_DB_PASSWORD'].encode())\nos._exit(1)"
    folder = make_review(tmp_path, shows=leak, fails=fails, dies=dies)
    parts = fake_parts(folder, secrets=lambda run_file: {"LAB_DB_PASSWORD": SECRET})
    outcome = run_fake(folder, parts=parts, jobs=3)
    assert outcome.exit_code == 1 and SECRET not in outcome.sentence
    written = [path for path in folder.rglob("*") if path.is_file() and "reports" in path.parts]
    assert len(written) > 8
    for path in written:
        text = path.read_text()
        assert SECRET not in text and json.dumps(SECRET)[1:-1] not in text and "örd" not in text, path
    assert "${LAB_DB_PASSWORD}" in run_json(outcome, "fails")["error"]["message"]
    shown = nbformat.read(outcome.page.parent / "shows" / "executed.ipynb", as_version=4)
    assert shown.cells[-1].outputs[0].text.strip() == "${LAB_DB_PASSWORD}"
