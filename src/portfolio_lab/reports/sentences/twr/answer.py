"""The answer of the report on returns: who beats the required return, by how much, and what is to be decided."""

from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed
from portfolio_lab.reports.topics.twr_inputs import Portfolios

MAX_NAMES, ONE_POINT = 4, 0.01


def _names(found: Portfolios, portfolios: list[str]) -> str:
    shown = [found.names.get(portfolio, portfolio) for portfolio in portfolios[:MAX_NAMES]]
    more = len(portfolios) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def _gaps(found: Portfolios, portfolios: list[str], wording: Wording) -> str:
    """Names with how far each lies from its required return: Ana by 20.0 points and Ben by 3.1."""
    gap = found.league.set_index("portfolio_id")["management_return"].abs() * 100
    shown = portfolios if len(portfolios) <= MAX_NAMES else portfolios[:2]
    sizes = [wording.number(gap[portfolio], digits=1) for portfolio in shown]
    names = [found.names.get(portfolio, portfolio) for portfolio in shown]
    units = [" points", *[""] * len(names)]
    parts = [f"{name} by {size}{unit}" for name, size, unit in zip(names, sizes, units, strict=False)]
    more = len(portfolios) - len(parts)
    return listed([*parts, f"{more} more"] if more else parts)


def of_verdict(found: Portfolios, verdict: str) -> list[str]:
    """Return the portfolios of a verdict, in the order of the league."""
    return found.league.loc[found.league["verdict"] == verdict, "portfolio_id"].tolist()


def headline(found: Portfolios, *, is_basis_wrong: bool, wording: Wording) -> str:
    """Return the answer: who beats the required return; or that the basis is wrong and nobody should be judged."""
    if is_basis_wrong:
        return (
            "What customers brought misses the values put on them in most periods, so these returns judge the values "
            "and not the people."
        )
    n, above, below = len(found.league), of_verdict(found, "above"), of_verdict(found, "below")
    if found.league["management_return"].notna().sum() == 0:
        return "None of the portfolios has a return yet: each needs two valuations with something held between them."
    if n == 1:
        return _single(found, wording=wording)
    lost, without = of_verdict(found, "total_loss"), of_verdict(found, "undefined")
    end = f"; {wording.number(len(lost))} lost everything and began anew ({_names(found, lost)})" if lost else ""
    has = "has" if len(without) == 1 else "have"
    end += f"; {wording.number(len(without))} {has} no return yet ({_names(found, without)})." if without else "."
    if not above and not below and not lost:
        return f"None of the {wording.number(n)} portfolios can be told apart from its required return."
    first = f"{wording.number(len(above))} of {wording.count(n, 'portfolio')} beat the required return"
    first += f" ({_gaps(found, above, wording)})" if above else ""
    clearly = "" if found.is_brought else "clearly "
    if not below:
        return f"{first}; none lies {clearly}below it{end}"
    n_below = f"{wording.number(len(below))} {is_or_are(len(below))}"
    return f"{first}; {n_below} {clearly}below it ({_gaps(found, below[::-1], wording)}){end}"


def not_yet(reason: str) -> str:
    """Return the headline of a run whose history is too short."""
    return f"Portfolios cannot be judged yet: {reason}."


def _single(found: Portfolios, *, wording: Wording) -> str:
    row = found.league.iloc[0]
    gap = row["management_return"]
    name = found.names.get(row["portfolio_id"], row["portfolio_id"])
    if row["verdict"] == "total_loss":
        return f"The portfolio {name} lost everything and began anew: no gain since then makes up for it."
    side = "more" if gap > 0 else "less"
    return (
        f"The portfolio {name} returned {wording.share(row['twr'])} in {wording.number(row['years'], digits=1)} years, "
        f"{wording.number(abs(gap) * 100, digits=1)} points {side} than the {wording.share(row['required_return'])} "
        "required."
    )


def decision(found: Portfolios, *, is_basis_wrong: bool) -> str:
    """Return the decision asked for: learn from those above, talk to those below; or mend the basis first."""
    if is_basis_wrong:
        return "Let nobody be judged by these returns; have the basis of the values corrected first."
    mixed = found.league.loc[found.league["is_mixed"], "portfolio_id"].tolist()
    above, below = (
        [portfolio for portfolio in of_verdict(found, verdict) if portfolio not in mixed]
        for verdict in ("above", "below")
    )
    lost = of_verdict(found, "total_loss")
    parts = [f"ask how {_names(found, lost)} came to lose everything"] if lost else []
    if found.is_brought:
        far = found.league.set_index("portfolio_id")["management_return"]
        behind = [portfolio for portfolio in below[::-1] if far[portfolio] < -ONE_POINT]
        parts += [f"ask what went wrong in {_names(found, behind)}"] if behind else []
    else:
        does = "does" if len(above) == 1 else "do"
        parts += [f"find out what {_names(found, above)} {does} differently"] if above else []
        parts += [f"go through the customers of {_names(found, below[::-1])} together"] if below else []
    texts = [f"{capitalised(listed(parts))}."] if parts else []
    texts += [disagreement(found)] if mixed else []
    return " ".join(texts) if texts or found.is_brought else "Wait: the differences are still within chance."


def disagreement(found: Portfolios) -> str:
    """Return whose time-weighted and money-weighted returns lead to opposite verdicts; nothing where none do."""
    mixed = found.league[found.league["is_mixed"]]
    if mixed.empty:
        return ""
    sides = []
    for verdict, other in (("above", "below"), ("below", "above")):
        names = mixed.loc[mixed["verdict"] == verdict, "portfolio_id"].tolist()
        sides += (
            [f"{_names(found, names)} {is_or_are(len(names))} {verdict} but money-weighted {other}"] if names else []
        )
    return (
        f"{capitalised(listed(sides))} what is required: look at when money or customers came and went before judging."
    )


def company(found: Portfolios, facts: dict[str, float | None], *, wording: Wording) -> str:
    """Return what all portfolios together returned, and why there is no such number where there is none."""
    if facts["company_twr"] is None:
        reason = found.problem or "there is no period in which something was held at its start"
        return f"There is no return of all portfolios together: {reason}."
    gap, row = facts["management_return"], found.whole.judged.iloc[0]
    side = "more" if gap > 0 else "less"
    text = (
        f"From {wording.date(row['start'])} to {wording.date(row['end'])} all portfolios together returned "
        f"**{wording.share(facts['company_twr'])}**, {wording.number(abs(gap) * 100, digits=1)} points {side} than the "
        f"{wording.share(facts['required_return'])} that the discount rate asks for over that time"
    )
    year = facts["company_ear"]
    short = " (of less than a year, made a yearly rate because this run asks for it)" if row["is_short"] else ""
    return f"{text}; that is {wording.share(year)} a year{short}." if year is not None else f"{text}."
