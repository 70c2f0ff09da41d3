"""How each way of ending becomes an exit code and a text that a person can act on."""

import sys
from typing import TYPE_CHECKING

from portfolio_lab.errors import InputError, PortfolioLabError

if TYPE_CHECKING:
    import typer

OK, FAILED, REFUSED, LOCKED = 0, 1, 2, 4


def exit_code_of(app: "typer.Typer", arguments: list[str]) -> int:
    """Run a command and return its exit code; every error that is ours is told in plain words on standard error."""
    try:
        return int(app(arguments, standalone_mode=False) or OK)
    except KeyboardInterrupt:
        return _tell("Stopped. Nothing was published.", FAILED)
    except InputError as refusal:
        return _tell(refusal_text(refusal), REFUSED)
    except PortfolioLabError as problem:
        is_locked = type(problem).__name__ == "ReviewLockedError"
        return _tell(str(problem), LOCKED if is_locked else FAILED)
    except BrokenPipeError:
        return FAILED
    except Exception as problem:
        if hasattr(problem, "show") and hasattr(problem, "exit_code"):  # a mistake in the command line itself
            problem.show(file=sys.stderr)
            return REFUSED
        raise


def refusal_text(refusal: InputError) -> str:
    """Return every fault, one a line, under one line that counts them."""
    n = len(refusal.faults)
    head = "One thing is wrong" if n == 1 else f"{n} things are wrong"
    return "\n".join([f"{head}; nothing was run.", *(f"  - {fault}" for fault in refusal.faults)])


def _tell(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code
