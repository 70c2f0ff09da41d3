"""What the words of the pages mean, for a reader who is not in the trade."""

import re

GLOSSARY = (
    (
        "A, B, C",
        r"\bclass(es)?\b",
        "Customers ranked by value: A are the few who together bring the greater part, B the next, C the many "
        "small ones.",
    ),
    (
        "C0",
        r"\bC0\b",
        "Customers without any purchase in the period that the ranking looks at.",
    ),
    (
        "N",
        r"\bnet negative\b",
        "Customers whose returns and credits exceed their purchases.",
    ),
    (
        "Prospect",
        r"\bprospects?\b",
        "A known customer who has never bought.",
    ),
    (
        "Active",
        r"\bactive\b",
        "Bought recently enough, by the company's own rule.",
    ),
    (
        "Pre-inactive",
        r"\bpre-inactive\b",
        "Silent for longer than usual; still time to act.",
    ),
    (
        "Inactivated",
        r"\binactivated\b",
        "Has just passed the limit beyond which silence counts as inactivity.",
    ),
    (
        "Inactive",
        r"\binactive\b",
        "Silent beyond that limit for a while.",
    ),
    (
        "Ex-customer",
        r"\bex-customers?\b",
        "Has formally ended the relation, or has been silent for so long that it counts as ended.",
    ),
    (
        "Positivation",
        r"\bpositivation\b",
        "Customers of the portfolio with a purchase in the period, as a share of the customers of the portfolio.",
    ),
    (
        "Rupture",
        r"\bruptures?\b",
        "A customer who bought in each recent period and not in this one.",
    ),
    (
        "Gross retention",
        r"\bgross retention\b",
        "What is left of the sales of an earlier period: without what the same customers bought less or no more.",
    ),
    (
        "Net retention",
        r"\bnet retention\b",
        "The same, with what those customers bought more; newcomers do not count in either.",
    ),
    (
        "Cycle",
        r"\bcycles?\b",
        "The days that usually lie between two purchases of one customer.",
    ),
    (
        "Gini",
        r"\bgini\b",
        "How unequally value is spread over customers: 0 if all bring the same, close to 1 if one brings everything.",
    ),
    (
        "Median",
        r"\bmedian\b",
        "The middle value: half lie below it, half above.",
    ),
    (
        "Interval",
        r"\binterval\b|\bbetween [\d€$£]",
        "The range in which the true value lies with the stated confidence, 95% unless said otherwise.",
    ),
    (
        "Kappa",
        r"\bkappa\b",
        "Agreement beyond what chance alone would bring: 0 is chance, 1 is full agreement.",
    ),
    (
        "Bootstrap",
        r"\bbootstrap\b",
        "Drawing the data again and again to see how far a result depends on chance.",
    ),
    (
        "Censored",
        r"\bcensored\b",
        "A stay that had not ended when we looked: it counts for as long as it was seen.",
    ),
    (
        "Survival",
        r"\bsurvival\b",
        "The share of customers who are still active a given time after they became so.",
    ),
    (
        "Uplift",
        r"\buplift\b",
        "What an action adds to what would have happened without it.",
    ),
    (
        "Net asset value",
        r"\bnet asset value\b|\bnav\b",
        "What the customers of a portfolio are worth on a day: the present value of the margin expected of them.",
    ),
    (
        "Time-weighted return",
        r"\btime-weighted\b|\btwr\b",
        "The growth of a portfolio with the effect of customers moved in or out taken away.",
    ),
    (
        "Present value",
        r"\bpresent value\b",
        "Future money at today's worth, by the company's discount rate.",
    ),
    (
        "Hold-out",
        r"\bhold-out\b",
        "Customers deliberately left without the action, so that its effect can be seen.",
    ),
)


def terms_used(text: str) -> list[tuple[str, str]]:
    """Return the terms, with their meaning, that occur in the words of a page."""
    return [(term, meaning) for term, pattern, meaning in GLOSSARY if re.search(pattern, text, re.IGNORECASE)]
