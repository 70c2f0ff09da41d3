"""Claims, information requests, after-sales cases, and the satisfaction that follows from them."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.past import Past, known_date
from portfolio_lab.data.schema import EVENT_KINDS

CAUSES_BY_KIND = (words.CLAIM_CAUSES, words.INFORMATION_CAUSES, words.AFTER_SALES_CAUSES)
SURVEY_SHARE = 0.30
SURVEY_EVERY = 125


def events_table(past: Past) -> pd.DataFrame:
    """Return the source table ``service_events``; answers and closures after the last day are not known yet."""
    world, events = past.world, past.known["events"]
    n = len(events)
    t = events["t"].to_numpy()
    chance = past.chance("event cause", n)
    cause = [
        CAUSES_BY_KIND[k][int(u**1.4 * len(CAUSES_BY_KIND[k]))] for k, u in zip(events["kind"], chance, strict=True)
    ]
    about = (past.chance("event product", n) < 0.7) & (events["kind"].to_numpy() != 1)
    return pd.DataFrame(
        {
            "customer_id": past.ids(events["row"]),
            "opened_date": world.calendar.days[t],
            "kind": np.array(EVENT_KINDS)[events["kind"]],
            "first_response_date": known_date(world, t + events["wait"].to_numpy()),
            "closed_date": known_date(world, t + events["solve"].to_numpy()),
            "cause": np.array(cause, dtype=object),
            "detail": np.array([words.DETAILS[c] for c in cause], dtype=object),
            "product_id": np.where(about, world.assortment.ids[past.of("staple", events["row"])], None),
        }
    )


def satisfaction_table(past: Past) -> pd.DataFrame:
    """Return the source table ``satisfaction``: every half year some of those who bought in it."""
    days = range(SURVEY_EVERY, past.world.calendar.n_days, SURVEY_EVERY)
    parts = [_survey(past, t) for t in days]
    frame = pd.concat(parts, ignore_index=True).sort_values(["row", "t", "aspect"], kind="stable")
    aspect = np.array(words.ASPECTS, dtype=object)[frame["aspect"]]
    low = (frame["score"] <= 5).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": past.ids(frame["row"]),
            "survey_date": past.world.calendar.days[frame["t"]],
            "score": frame["score"].to_numpy(dtype=float),
            "aspect": aspect,
            "reason": np.where(low, np.array([words.REASONS[a] for a in aspect], dtype=object), None),
        }
    )


def _survey(past: Past, t: int) -> pd.DataFrame:
    """Scores of 0 to 10 by aspect: they fall with late deliveries, slow answers and a salesperson of little skill."""
    world, orders, gone_t = past.world, past.known["orders"], past.state.gone_t
    n, n_aspects = len(past.customers), len(words.ASPECTS)
    chance = past.draws.stream(f"survey {t}").random((n, 2))
    noise = past.draws.stream(f"survey scores {t}").standard_normal((n, n_aspects + 1))
    recent = orders[(orders["t"] > t - SURVEY_EVERY) & (orders["t"] <= t)]
    bought = np.bincount(recent["row"], minlength=n)
    late_share = np.bincount(recent["row"], weights=recent["is_late"], minlength=n) / np.maximum(bought, 1)
    n_cases, slow = _cases(past, t)
    base = 7.6 + 0.7 * noise[:, -1]
    score = base[:, None] + 0.9 * noise[:, :n_aspects]
    score[:, 0] -= 4.0 * late_share
    score[:, 1] -= 0.4 * n_cases + 2.2 * slow
    score[:, 4] += 1.2 * world.people.skill[past.customers["last_owner"]]
    row = np.flatnonzero((bought > 0) & (gone_t > t) & (chance[:, 0] < SURVEY_SHARE))
    day = np.minimum(t + np.floor(10 * chance[row, 1]).astype(int), world.calendar.n_days - 1)
    day = np.minimum(day, gone_t[row] - 1)
    return pd.DataFrame(
        {
            "row": np.repeat(row, n_aspects),
            "t": np.repeat(day, n_aspects),
            "aspect": np.tile(np.arange(n_aspects), len(row)),
            "score": np.clip(np.round(score[row]), 0, 10).ravel(),
        }
    )


def _cases(past: Past, t: int) -> tuple[np.ndarray, np.ndarray]:
    """Number of cases of the half year before t per customer, and whether one of them waited too long."""
    events, late_after = past.known["events"], past.world.parameters.late_response_after_days
    cases = events[(events["t"] > t - SURVEY_EVERY) & (events["t"] <= t - late_after)]
    n = len(past.customers)
    slow = np.bincount(cases["row"], weights=cases["wait"] > late_after, minlength=n) > 0
    return np.bincount(cases["row"], minlength=n), slow
