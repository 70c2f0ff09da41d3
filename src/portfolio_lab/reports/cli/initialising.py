"""The command ``init``: looks at a folder, workbook or database and proposes a run file."""

import re
import shlex
import sys
from pathlib import Path

from portfolio_lab.errors import Fault, RunFileError
from portfolio_lab.reports.run_file.locate import project_root


def propose_run(source: str, *, run: str, out: Path | None, force: bool) -> int:
    """Write a run file that proposes how a source may be read, and say what is sure and what is asked; return 0.

    Raises RunFileError for a run file that exists already, DataError for a source that is not there.
    """
    root = project_root()
    name = run or _name_of(source)
    target = (out or root / "params" / f"{name}.yaml").absolute()
    _refuse_what_exists(target, name, force=force)
    from portfolio_lab.data.proposals import propose, write_proposal
    from portfolio_lab.data.source import survey_source

    proposal = propose(survey_source(_found_from_here(source), root=root))
    typed = name if out is None else str(target)
    text = write_proposal(proposal, run=name, source=_as_in_run_file(source, root), typed=typed)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    _tell(proposal, target, typed)
    return 0


def _refuse_what_exists(target: Path, name: str, *, force: bool) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        remedy = "give a name of letters, digits, - and _: --run my_company"
        raise RunFileError([Fault("is no name for a run", remedy, key="--run", value=name)])
    if target.exists() and not force:
        remedy = "give another name with --run, or --force to replace it"
        raise RunFileError([Fault("exists already; it was left as it is", remedy, file=str(target))])


def _name_of(source: str) -> str:
    """Return a name for the run, from the last part of its source."""
    last = re.split(r"[/\\]", source.split("?")[0].rstrip("/\\"))[-1]
    bare = re.sub(r"(?i)\.(xlsx|xlsm|duckdb|ddb|csv|txt|tsv|parquet|pq|gz)$", "", last)
    return re.sub(r"[^A-Za-z0-9_-]+", "_", bare).strip("_-").lower()[:64] or "my_company"


def _found_from_here(source: str) -> str:
    """A path that was typed starts at the folder in which it was typed."""
    return source if "://" in source else str(Path(source).expanduser().absolute())


def _as_in_run_file(source: str, root: Path) -> str:
    """Return the source as a run file says it: relative to the project where it lies within."""
    if "://" in source:
        return source
    path = Path(source).expanduser().resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _tell(proposal, target: Path, typed: str) -> None:
    columns = [(table, column) for table in proposal.tables for column in table.columns]
    sure = [column for _, column in columns if column.is_sure]
    lines = [f"Wrote {target}.", f"Recognised {_tables_in_words(proposal)}; sure of {len(sure)} columns."]
    lines += [f"Check: {table.table}.{column.column} is {column.source}? {column.why}"
              for table, column in columns if not column.is_sure]  # fmt: skip
    lines += [f"Check: is {table.source} the table {table.table}?" for table in proposal.tables if not table.is_sure]
    lines += [f"Asked: {table.table}: {question}" for table in proposal.tables for question in table.questions]
    lines += [f"Asked: where is {table.table}.{column}?" for table in proposal.tables for column in table.unmatched]
    lines += [f"Asked: {note}" for note in proposal.notes]
    if proposal.needs_orders:
        lines.append("Asked: which table holds the order lines? None was recognised.")
    lines += [f"Not recognised: {other}" for other in proposal.unrecognised]
    lines.append("Asked: currency, locale, time zone and country, at the top of the file.")
    lines.append(f"Then: portfolio-lab check {shlex.quote(typed)}")
    sys.stdout.write("\n".join(lines) + "\n")


def _tables_in_words(proposal) -> str:
    listed = [f"{table.table} in {table.source}" for table in proposal.tables]
    return ", ".join(listed) or "no table"
