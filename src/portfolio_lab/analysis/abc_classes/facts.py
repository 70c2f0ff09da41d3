"""The numbers of the report that a manager would repeat."""

import pandas as pd

from portfolio_lab.analysis.abc_classes.concentration import compute_concentration
from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.abc_classes.phases import SMALL_N


def compute_facts(classes: pd.DataFrame, customers: pd.DataFrame) -> dict[str, float | int | None]:
    """Return the report's facts by name: counts, ``base_amount`` in currency units, shares 0..1.

    ``classes`` is the contract Classes, ``customers`` the table of ``build_customers``. Gini and top 20 are over
    positive values; with fewer than ten of them ``gini`` is n/(n-1) times the plain one, None for one alone.
    """
    concentration = compute_concentration(classes)
    is_small = concentration.n_customers < SMALL_N
    in_class = classes["abc_class"].value_counts()
    a_cents = classes.loc[classes["abc_class"] == "A", "amount_cents"].sum()
    base_cents = classes.loc[classes["amount_cents"] > 0, "amount_cents"].sum()
    return {
        "n_customers": len(classes),
        "base_amount": concentration.base_amount,
        **{f"n_{name.lower()}": int(in_class.get(name, 0)) for name in CLASSES},
        "a_amount_share": int(a_cents) / int(base_cents),
        "gini": concentration.gini_corrected if is_small else concentration.gini,
        "top20_share": concentration.top20_share,
        "largest_customer_share": concentration.largest_customer_share,
        "n_unstable": int(customers["is_unstable"].sum()),
    }


def name_gini_method(classes: pd.DataFrame) -> str:
    """Return how the fact ``gini`` was computed, in words: the correction for small groups changes the number."""
    n = int((classes["amount_cents"] > 0).sum())
    plain = "Gini coefficient of the positive values"
    return f"{plain}, times n/(n-1) because there are fewer than {SMALL_N}" if n < SMALL_N else plain
