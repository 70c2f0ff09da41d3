"""An e-mail experiment as a shop would export it: three arms named with blanks, everything written as text.

The women's e-mail brings visits nearly only from customers who bought women's goods before (column ``womens``); the
men's e-mail from everybody alike.
"""

import numpy as np
import pandas as pd

CONTROL, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
BASE_RATE, MENS_EFFECT = 0.106, 0.077
WOMENS_EFFECTS = {"0": 0.01, "1": 0.08}


def email_experiment(rng: np.random.Generator, *, n: int = 64_000) -> pd.DataFrame:
    """Return one row per customer, all columns text: segment (the arm), what was known before, three outcomes."""
    womens = rng.integers(0, 2, n)
    segment = rng.choice([CONTROL, MENS, WOMENS], n)
    of_womens = np.where(womens == 1, WOMENS_EFFECTS["1"], WOMENS_EFFECTS["0"])
    rate = BASE_RATE + MENS_EFFECT * (segment == MENS) + of_womens * (segment == WOMENS)
    visit = (rng.random(n) < rate).astype(int)
    conversion = visit * (rng.random(n) < 0.06)
    frame = pd.DataFrame(
        {
            "recency": rng.integers(1, 13, n),
            "history": rng.gamma(1.0, 240.0, n).round(2),
            "mens": np.where(rng.random(n) < 0.1, 1, 1 - womens),
            "womens": womens,
            "zip_code": rng.choice(["Urban", "Suburban", "Rural"], n),
            "newbie": rng.integers(0, 2, n),
            "channel": rng.choice(["Web", "Phone", "Multichannel"], n),
            "segment": segment,
            "visit": visit,
            "conversion": conversion,
            "spend": np.where(conversion, rng.gamma(2.0, 55.0, n), 0.0).round(2),
        }
    )
    return frame.astype(str)
