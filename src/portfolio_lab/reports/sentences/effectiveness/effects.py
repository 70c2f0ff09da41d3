"""Effects in the words of a director: so many of a hundred customers, or so much money each, with their limits."""

from portfolio_lab.analysis.observational.evaluation import DESIGN
from portfolio_lab.analysis.verdicts import Estimate, PlanCase
from portfolio_lab.reports.sentences.wording import Wording

DONE = {"purchase": "bought", "retention": "bought again", "positivation": "bought", "reactivation": "came back"}
PER_HUNDRED = " of 100"
LEAST = 0.00005  # less than one customer in ten thousand is none in a table
BASES = (100, 10_000, 100_000)


def done(case: PlanCase) -> str:
    """Return what a success is, as a verb in the past: "bought within 90 days"."""
    verb = DONE.get(case.outcome, f"reached “{case.outcome}”")
    return f"{verb} within {case.window_days:.0f} days" if case.window_days else verb


def meant(case: PlanCase) -> str:
    """Return of which customers an effect speaks: where nobody drew them, of those contacted only."""
    return "who were contacted" if case.design == DESIGN else "meant to be treated"


def choose_base(effect: float) -> int:
    """Return the round number of customers that an effect is told of.

    A hundred, as in the tables and the figures beside it; more only where not even a tenth of a customer made the
    difference.
    """
    return next((base for base in BASES if abs(effect) * base >= 0.095), BASES[0] if effect == 0 else BASES[-1])


def difference(case: PlanCase, estimate: Estimate, wording: Wording) -> str:
    """Return the effect with its limits: "Of 100 …, about 7 more bought … (between 4 and 10 more)"."""
    if case.kind == "binary":
        return _natural(case, estimate, wording)
    if case.kind == "days":
        return _days(estimate, wording)
    low, high = wording.money(abs(estimate.low)), wording.money(abs(estimate.high))
    who, size = meant(case).replace("were", "was"), wording.money(abs(estimate.effect))
    return (
        f"Each customer {who} brought {size} {_side(estimate.effect)} "
        f"in {case.outcome} ({_limits(estimate, low, high)})".replace("fewer", "less")
    )


def _natural(case: PlanCase, estimate: Estimate, wording: Wording) -> str:
    base = choose_base(estimate.effect)
    shown = [number(each * base, wording) for each in (estimate.effect, estimate.low, estimate.high)]
    who = f"Of {wording.number(base, digits=0)} customers {meant(case)}"
    return f"{who}, about {shown[0]} {_side(estimate.effect)} {done(case)} ({_limits(estimate, shown[1], shown[2])})"


def _days(estimate: Estimate, wording: Wording) -> str:
    shown = [wording.number(abs(each), digits=1) for each in (estimate.effect, estimate.low, estimate.high)]
    side = "earlier" if estimate.effect >= 0 else "later"
    if estimate.low < 0 < estimate.high:
        return f"Customers came back {shown[0]} days {side} (between {shown[1]} later and {shown[2]} earlier)"
    return f"Customers came back {shown[0]} days {side} ({_limits(estimate, shown[1], shown[2])})"


def number(value: float, wording: Wording) -> str:
    """Return how many of the base, without a sign: whole from ten on, with one digit from one on, else with two."""
    size = abs(value)
    return wording.number(size, digits=0 if size >= 9.95 or size < 0.005 else 1 if size >= 0.995 else 2)


def share_of(effect: float, wording: Wording) -> str:
    """Return an effect as so many of so many customers: "3.1 of 100"."""
    base = choose_base(effect)
    return f"{number(effect * base, wording)} of {wording.number(base, digits=0)} customers"


def size(case: PlanCase, effect: float, wording: Wording) -> str:
    """Return an effect of a case on its own: customers of a hundred, money each, or days."""
    if case.kind == "binary":
        return share_of(effect, wording)
    return wording.money(effect) + " each" if case.kind == "amount" else f"{wording.number(effect)} days"


def signed(case: PlanCase, effect: float, wording: Wording) -> str:
    """Return an effect with its sign for a table: customers of 100, money each, or days."""
    sign = "−" if effect < 0 else "+"
    if case.kind == "binary" and abs(effect) < LEAST:
        return f"0{PER_HUNDRED}"
    if case.kind == "binary":
        return f"{sign}{wording.number(abs(effect) * 100, digits=1 if abs(effect) >= 0.01 else 2)}{PER_HUNDRED}"
    if case.kind == "amount":
        return f"{sign}{wording.money(abs(effect))}"
    return f"{sign}{wording.number(abs(effect), digits=1)} days"


def signed_range(case: PlanCase, low: float, high: float, wording: Wording) -> str:
    """Return the limits of an effect for a table, their unit once: "+2.3 to +12.2 of 100"."""
    return f"{signed(case, low, wording).removesuffix(PER_HUNDRED)} to {signed(case, high, wording)}"


def _side(effect: float) -> str:
    return "fewer" if effect < 0 else "more"


def _limits(estimate: Estimate, low: str, high: str) -> str:
    if estimate.low < 0 < estimate.high:
        return f"between {low} fewer and {high} more"
    first, last = (high, low) if estimate.high <= 0 else (low, high)
    return f"between {first} and {last}"
