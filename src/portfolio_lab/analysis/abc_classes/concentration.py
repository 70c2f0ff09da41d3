"""How much of the value hangs on few customers: Gini, top 20 %, Herfindahl-Hirschman, whale curve."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class Concentration:
    """Concentration of the positive values; shares are of their sum.

    ``gini`` is 0 when all bring the same; ``gini_corrected`` is n/(n-1) times that, None for one customer alone.
    ``hhi`` is the sum of squared shares and ``n_equivalent`` = 1/hhi: as concentrated as so many equal customers.
    """

    n_customers: int
    base_amount: float
    gini: float
    gini_corrected: float | None
    n_top20: int
    top20_share: float
    largest_customer_share: float
    hhi: float
    n_equivalent: float


class WhaleCurve(pa.DataFrameModel):
    """One row per customer that is not at zero, by falling value, after the origin: cumulative amount in currency."""

    n_customers: Series[np.int64] = pa.Field(ge=0)
    cumulative_amount: Series[float]


@dataclass(frozen=True)
class WhalePeak:
    """The highest point of the whale curve and how far it falls until the last customer (currency units)."""

    n_customers_at_peak: int
    peak_amount: float
    end_amount: float
    drop_amount: float
    n_negative: int


def compute_gini(values: np.ndarray) -> float:
    """Return the Gini coefficient of values that are not negative: 0 = all equal, (n-1)/n = one has it all.

    Raises AnalysisError for a negative value, none at all or a sum of zero (Gini, 1912; mean difference form).
    """
    x = np.sort(np.asarray(values, dtype=float))
    if not len(x) or x[0] < 0 or not x.sum() > 0:
        raise AnalysisError(
            "the Gini coefficient needs values of zero or more, with a positive sum",
            remedy="leave net negative customers out of it",
            value=float(x[0]) if len(x) else "no values",
        )
    weights = 2 * np.arange(1, len(x) + 1) - len(x) - 1
    return float(weights @ x / (len(x) * x.sum()))


def correct_gini(gini: float, n: int) -> float | None:
    """Return the Gini coefficient without its bias in small groups, n/(n-1) times; None when n is 1."""
    return gini * n / (n - 1) if n > 1 else None


def compute_concentration(ranking: pd.DataFrame) -> Concentration:
    """Return how concentrated the positive values of a ranking are; "top 20" is the first ceil(20 %) of them."""
    cents = np.sort(ranking.loc[ranking["amount_cents"] > 0, "amount_cents"].to_numpy())[::-1]
    gini = compute_gini(cents)
    n, base, n_top20 = len(cents), int(cents.sum()), -(-len(cents) // 5)
    hhi = float(((cents / base) ** 2).sum())
    return Concentration(
        n_customers=n,
        base_amount=base / 100,
        gini=gini,
        gini_corrected=correct_gini(gini, n),
        n_top20=n_top20,
        top20_share=int(cents[:n_top20].sum()) / base,
        largest_customer_share=int(cents[0]) / base,
        hhi=hhi,
        n_equivalent=1 / hhi,
    )


def count_customers_for(ranking: pd.DataFrame, *, share: float) -> int:
    """Return how many of the largest customers it takes to bring at least that share (0..1) of the base."""
    cents = np.sort(ranking.loc[ranking["amount_cents"] > 0, "amount_cents"].to_numpy())[::-1]
    return int(np.searchsorted(np.cumsum(cents), share * float(cents.sum()))) + 1


def build_whale_curve(ranking: pd.DataFrame) -> pd.DataFrame:
    """Return the cumulative amount over the customers by falling value, losses last (contract WhaleCurve)."""
    cents = np.sort(ranking.loc[ranking["amount_cents"] != 0, "amount_cents"].to_numpy())[::-1]
    cumulative = np.concatenate([[0], np.cumsum(cents)]) / 100
    return WhaleCurve.validate(
        pd.DataFrame({"n_customers": np.arange(len(cumulative)), "cumulative_amount": cumulative})
    )


def find_whale_peak(curve: pd.DataFrame) -> WhalePeak:
    """Return the peak of a whale curve and the drop after it: what net negative customers take back."""
    peak = int(curve["cumulative_amount"].to_numpy().argmax())
    peak_amount, end_amount = (float(curve["cumulative_amount"].iloc[i]) for i in (peak, -1))
    return WhalePeak(
        n_customers_at_peak=peak,
        peak_amount=peak_amount,
        end_amount=end_amount,
        drop_amount=round(peak_amount - end_amount, 2),
        n_negative=len(curve) - 1 - peak,
    )
