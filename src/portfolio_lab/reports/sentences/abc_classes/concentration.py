"""Sentences on concentration, the whale curve and the RFM scores."""

import pandas as pd

from portfolio_lab.analysis.abc_classes.concentration import Concentration, WhalePeak
from portfolio_lab.reports.sentences.wording import Wording, capitalised, has_or_have, is_or_are


def concentrated(found: Concentration, *, gini: float | None, wording: Wording) -> str:
    """Return Gini and the number of equal customers that the concentration corresponds to."""
    if gini is None:
        return "With one customer there is nothing to compare, so no Gini coefficient is given."
    equal = wording.count(round(found.n_equivalent), "equal customer")
    return (
        f"The Gini coefficient is {wording.number(gini, digits=2)} (0 if all brought the same, 1 if one brought "
        f"everything). Risk is spread as if there were {equal} (Herfindahl-Hirschman index "
        f"{wording.number(found.hhi, digits=3)})."
    )


def whale(peak: WhalePeak, *, wording: Wording) -> str:
    """Return what net negative customers take back from the peak of the whale curve."""
    reached = f"{wording.money(peak.peak_amount)} of {wording.measure} is reached after "
    reached += wording.count(peak.n_customers_at_peak, "customer")
    if not peak.n_negative:
        return f"{reached}; nobody is net negative, so the curve does not fall after its peak."
    verb = "takes" if peak.n_negative == 1 else "take"
    share = wording.share(peak.drop_amount / peak.peak_amount)
    return (
        f"{reached}; then {wording.count(peak.n_negative, 'net negative customer')} {verb} back "
        f"{wording.money(peak.drop_amount)} ({share})."
    )


def rfm(customers: pd.DataFrame, *, wording: Wording) -> str:
    """Return who is best in all three scores and who buys often but not lately; from ``build_customers``' table."""
    base = customers["amount"].clip(lower=0).sum()
    best = customers[customers["rfm"] == "555"]
    fading = customers[customers["rfm"].str.match(r"[12][45]", na=False)]
    share, late = (wording.share(some["amount"].clip(lower=0).sum() / base) for some in (best, fading))
    first = "Nobody is in the best fifth of all three scores (555)."
    if len(best):
        who = f"{capitalised(wording.count(len(best), 'customer'))} {is_or_are(len(best))}"
        first = f"{who} in the best fifth of all three scores (555), with {share} of {wording.measure}."
    if not len(fading):
        return f"{first} Nobody who bought often has been silent for long."
    who = f"{capitalised(wording.count(len(fading), 'customer'))} bought often but {has_or_have(len(fading))} not"
    return f"{first} {who} bought lately (recency 1 or 2, frequency 4 or 5), with {late} of {wording.measure}."


def regularity(by_class: pd.DataFrame, *, wording: Wording) -> str:
    """Return how regularly the customers of A buy; ``by_class`` of ``summarise_demand``."""
    row = by_class.set_index("abc_class").loc["A"]
    n, n_irregular = int(row[["X", "Y", "Z"]].sum()), int(row["Z"])
    if not n:
        return "No customer of A has been buying for long enough to be called regular or not."
    known = f"Of {wording.count(n, 'customer')} of A known for long enough to tell"
    if not n_irregular:
        return f"{known}, all buy in a steady rhythm (X or Y)."
    verb = "buys" if n_irregular == 1 else "buy"
    return f"{known}, {wording.number(n_irregular)} {verb} without a steady rhythm (Z)."
