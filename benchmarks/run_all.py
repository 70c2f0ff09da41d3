"""Run every benchmark of this folder, one after the other; fail if one of them fails."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OPTIONS = {"bench_runner.py": ["--write"]}


def main() -> int:
    """Return the number of benchmarks that failed."""
    failed = []
    for path in sorted(HERE.glob("bench_*.py")):
        print(f"\n== {path.name}", flush=True)
        if subprocess.run([sys.executable, str(path), *OPTIONS.get(path.name, [])], check=False).returncode:
            failed.append(path.name)
    print(f"\nfailed: {', '.join(failed) or 'none'}")
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())
