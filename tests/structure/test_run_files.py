"""The run files of the project can be read, and the template explains every key that a run file may have."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from portfolio_lab.reports.catalog import own_params
from portfolio_lab.reports.run_file import RunFile, read_run_file

PARAMS = Path(__file__).parents[2] / "params"
TEMPLATE = PARAMS / "my_company.yaml"


@pytest.mark.parametrize("path", sorted(PARAMS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_run_file_can_be_read_and_bears_its_own_name(path):
    run_file = read_run_file(path)
    assert run_file.run == path.stem
    assert all(set(given) <= set(own_params(topic)) for topic, given in run_file.reports.items())


def keys_of(annotation):
    """Every key of a model and of the models within it."""
    found = set()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            found |= {name} | keys_of(field.annotation)
    for inner in get_args(annotation):
        found |= keys_of(inner)
    return found


def test_the_template_explains_every_key():
    text = TEMPLATE.read_text(encoding="utf-8")
    halves = {"max_satisfaction", "max_tenure_days", "max_kept_share", "min_satisfaction", "min_tenure_days"}
    missing = {key for key in keys_of(RunFile) - halves if not re.search(rf"\b{key}:", text)}
    assert missing == set()
    assert all(f"min_ and {key}" in text for key in halves if key.startswith("max_"))
