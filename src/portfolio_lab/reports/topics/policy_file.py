"""The proposed stage definition as a file that can be pasted into a run file."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FILE_NAME = "proposed_stage_policy.yaml"
NOTE = "# Proposed by the back-test; to adopt it, replace `stages:` under `policy:` in the run file.\n"


def render_policy(proposal: Mapping[str, Any]) -> str:
    """Return the proposal as YAML, keys in their order."""
    out, yaml = StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.dump({"policy": dict(proposal)}, out)
    return NOTE + out.getvalue()


def write_policy(proposal: Mapping[str, Any], output_dir: str) -> str:
    """Return the proposal as YAML, and write it to ``tables/`` of the report's folder where there is one."""
    text = render_policy(proposal)
    if output_dir:
        folder = Path(output_dir) / "tables"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return text
