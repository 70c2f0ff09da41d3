"""Nothing of the machine on which a file was written, and no registry's address, is in the project."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEAKS = re.compile(r"(/home/[a-z]|/Users/[A-Z]|[A-Z]:\\\\Users|files\.python" + r"hosted|index-url|extra-index)")


def test_no_path_of_a_machine_and_no_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".parquet") or not path.is_file() or path == Path(__file__):
            continue
        found += [
            f"{name}: {hit.group()}" for hit in LEAKS.finditer(path.read_text(encoding="utf-8", errors="replace"))
        ]
    assert found == []
