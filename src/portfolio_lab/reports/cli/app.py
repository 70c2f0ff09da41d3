"""The commands and their options. What a command needs is imported when it runs, so that help comes at once."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from portfolio_lab.reports.cli.exits import exit_code_of

EPILOG = "Exit codes: 0 published (or nothing to do); 1 a report failed; 2 refused, nothing was run; 4 already running."

app = typer.Typer(
    name="portfolio-lab",
    help="Turn a company's order history into the review of its customer portfolio.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Run = Annotated[str, typer.Argument(help="name of a run file in params/, or path of one", metavar="RUN")]
OptionalRun = Annotated[Optional[str], typer.Argument(help="name or path of a run file", metavar="[RUN]")]
AsOf = Annotated[str, typer.Option(help="last day whose events are known, as 2026-09-30", metavar="DAY")]
Reports = Annotated[Optional[Path], typer.Option(help="folder of the reports (default: reports/ of the project)")]
Json = Annotated[bool, typer.Option("--json", help="write JSON")]
Only = Annotated[Optional[list[str]], typer.Option(help="run this report and carry the others over; may be repeated")]
Force = Annotated[bool, typer.Option("--force", help="run reports even where nothing has changed")]
Jobs = Annotated[Optional[int], typer.Option(help="notebooks at once (default: one per processor)", min=1, max=64)]
Explain = Annotated[bool, typer.Option("--explain", help="say for each report why it is run or not")]
Pdf = Annotated[bool, typer.Option("--pdf", help="also write the whole review as one PDF")]
Set = Annotated[Optional[list[str]], typer.Option("-p", help="a report's own parameter", metavar="TOPIC.NAME=VALUE")]
Day = Annotated[str, typer.Option(metavar="DAY")]


class TableFormat(StrEnum):
    """How the demo company's tables are written."""

    csv = "csv"
    parquet = "parquet"


@app.command("list", epilog="Examples: portfolio-lab list · portfolio-lab list demo · portfolio-lab list --json")
def list_command(run: OptionalRun = None, as_of: AsOf = "", reports: Reports = None, as_json: Json = False) -> None:
    """List the reports with their parameters; with RUN, say for each why it would or would not be run."""
    from portfolio_lab.reports.cli.listing import list_for_run, list_reports

    raise typer.Exit(list_for_run(run, as_of, reports, as_json=as_json) if run else list_reports(as_json=as_json))


@app.command("check", epilog="Examples: portfolio-lab check demo · portfolio-lab check mine.yaml --json")
def check_command(run: Run, as_of: AsOf = "", as_json: Json = False) -> None:
    """Check a run file and its data without running anything: 0 if they can be used, 2 with every fault if not."""
    from portfolio_lab.reports.cli.checking import check_run

    raise typer.Exit(check_run(run, as_of, as_json=as_json))


@app.command(
    "run",
    epilog="Examples: portfolio-lab run demo · portfolio-lab run demo --as-of 2026-06-30 --only abc_classes"
    " · portfolio-lab run mine.yaml -p abc_classes.n_bootstrap=1000 --explain. " + EPILOG,
)
def run_command(
    run: Run,
    as_of: AsOf = "",
    only: Only = None,
    force: Force = False,
    jobs: Jobs = None,
    explain: Explain = False,
    pdf: Pdf = False,
    reports: Reports = None,
    parameters: Set = None,
) -> None:
    """Run the reports of a review and publish them whole; if one fails, the last good review stays as it is."""
    from portfolio_lab.reports.cli.asking import Asked
    from portfolio_lab.reports.cli.running import run_once

    asked = Asked(run, as_of, tuple(only or ()), tuple(parameters or ()), reports, jobs=jobs, force=force, pdf=pdf)
    raise typer.Exit(run_once(asked, explain=explain))


@app.command("history", epilog="Example: portfolio-lab history demo --from 2025-03-31 --to 2026-09-30")
def history_command(
    run: Run,
    first: Annotated[str, typer.Option("--from", help="first end of a period", metavar="DAY")],
    last: Annotated[str, typer.Option("--to", help="last end of a period", metavar="DAY")],
    jobs: Jobs = None,
    force: Force = False,
    reports: Reports = None,
) -> None:
    """Run past periods as they would have been known then, so that the first review already shows a trend."""
    from portfolio_lab.reports.cli.asking import Asked
    from portfolio_lab.reports.cli.running import run_past

    raise typer.Exit(run_past(Asked(run, reports=reports, jobs=jobs, force=force), first=first, last=last))


@app.command("prune", epilog="Examples: portfolio-lab prune demo --keep 5 · portfolio-lab prune demo --keep 5 --apply")
def prune_command(
    run: Run,
    keep: Annotated[int, typer.Option(help="how many replaced builds and failed attempts stay", min=0)],
    apply: Annotated[bool, typer.Option("--apply", help="remove them; without it they are only listed")] = False,
    reports: Reports = None,
) -> None:
    """Remove replaced builds and failed attempts but the newest; never the last good build of a date."""
    from portfolio_lab.reports.cli.pruning import prune_run

    raise typer.Exit(prune_run(run, reports, keep=keep, apply=apply))


@app.command(
    "init",
    epilog="Examples: portfolio-lab init exports/ · portfolio-lab init sales.xlsx --run my_company"
    " · portfolio-lab init 'postgres://reader:${DB_PASSWORD}@db.example/sales' --run sales",
)
def init_command(
    source: Annotated[str, typer.Argument(help="folder, workbook, file or database of a company", metavar="PATH")],
    run: Annotated[str, typer.Option("--run", help="name of the run (default: after PATH)", metavar="NAME")] = "",
    out: Annotated[Optional[Path], typer.Option(help="run file to write (default: params/NAME.yaml)")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace a run file that exists")] = False,
) -> None:
    """Look at a company's data and propose a run file: what is sure, what to check, what only you can answer.

    Nothing in the data is changed, and a run file that exists is never replaced without --force.
    """
    from portfolio_lab.reports.cli.initialising import propose_run

    raise typer.Exit(propose_run(source, run=run, out=out, force=force))


@app.command(
    "demo",
    epilog="Examples: portfolio-lab demo data/demo · portfolio-lab demo data/demo --customers 3000 --months 42 --seed 1"
    " · portfolio-lab demo /tmp/large --customers 200000 --format parquet",
)
def demo_command(
    folder: Annotated[Path, typer.Argument(help="where the tables are written", metavar="DIR")],
    customers: Annotated[int, typer.Option(help="number of customers")] = 3000,
    months: Annotated[int, typer.Option(help="months of history")] = 42,
    seed: Annotated[int, typer.Option(help="start of the random numbers; the same seed gives the same company")] = 1,
    table_format: Annotated[
        TableFormat, typer.Option("--format", help="csv: one file a table; parquet: one folder of parts a table")
    ] = TableFormat.csv,
) -> None:
    """Write the tables of the demo company, an invented distributor."""
    from portfolio_lab.reports.cli.starting import write_demo_company

    scope = {"n_customers": customers, "n_months": months, "seed": seed, "table_format": table_format.value}
    raise typer.Exit(write_demo_company(folder, **scope))


def main(arguments: list[str] | None = None) -> None:
    """Run the command that was typed, and end with its exit code."""
    sys.exit(exit_code_of(app, sys.argv[1:] if arguments is None else arguments))
