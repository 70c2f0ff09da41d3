"""The command ``portfolio-lab``: list, init, check, run, history, prune, demo."""

from portfolio_lab.reports.cli.app import main

__all__ = ["main"]
