"""Keep the secrets of a run file out of what a command says when it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from traceback import format_exception

from portfolio_lab.errors import Fault, InputError, PortfolioLabError, RunError
from portfolio_lab.reports.run_file import RunFile
from portfolio_lab.reports.runner.redact import make_redactor
from portfolio_lab.reports.runner.wiring import secrets_of


@contextmanager
def without_secrets(run_file: RunFile) -> Iterator[None]:
    """Raise what the block raises with each secret as ``${NAME}``; an error that is not ours becomes a RunError.

    The chain of errors is cut, because the message of a database driver may hold the address with its password.
    """
    secrets = secrets_of(run_file)
    redact = make_redactor(secrets)
    try:
        yield
    except InputError as refusal:
        raise type(refusal)([Fault(**redact(asdict(fault))) for fault in refusal.faults]) from None
    except PortfolioLabError as problem:
        raise type(problem)(redact(str(problem))) from None
    except Exception as problem:
        if not secrets:
            raise
        raise RunError(redact("".join(format_exception(problem)))) from None
