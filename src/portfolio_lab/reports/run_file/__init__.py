"""The run file: one YAML that says what is run, on which data, under which policy. Read strictly, refused whole."""

from portfolio_lab.reports.run_file.locate import ROOT_VARIABLE, find_run_file
from portfolio_lab.reports.run_file.model import Limits, RunFile
from portfolio_lab.reports.run_file.read import (
    dump_run_file,
    read_run_file,
    report_params,
    resolve_as_of,
    secret_names,
)

__all__ = [
    "ROOT_VARIABLE",
    "Limits",
    "RunFile",
    "dump_run_file",
    "find_run_file",
    "read_run_file",
    "report_params",
    "resolve_as_of",
    "secret_names",
]
