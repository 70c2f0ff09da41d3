import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.absences import build_task_rows, fit_absence
from portfolio_lab.errors import AnalysisError

START = pd.Timestamp("2025-01-06")


def company(rng, *, n=900, n_weeks=40, lift=0.5):
    """A task a quarter per customer; owners are away one week in six; contacts made raise orders by ``lift``.

    In good weeks (half of them) everybody orders more and owners are away less.
    """
    owner = np.arange(n) % 12
    off = rng.random((12, n_weeks)) < np.where(np.arange(n_weeks) % 2, 0.08, 0.30)
    who, week = np.divmod(np.arange(n * n_weeks), n_weeks)
    due = week % 13 == who % 13
    who, week = who[due], week[due]
    keen = rng.normal(size=n)
    is_away = off[owner[who], week]
    made = (rng.random(len(who)) < np.where(is_away, 0.1, 0.75 - 0.1 * (keen[who] > 0))).astype(bool)
    rate = 0.4 + 0.4 * (week % 2) + 0.2 * (keen[who] > 0) + lift * made
    n_orders = rng.poisson(rate)
    ids = np.char.add("c", np.char.zfill(np.arange(n).astype(str), 4))
    monday = START + pd.to_timedelta(7 * week, unit="D")
    tasks = pd.DataFrame({"customer_id": ids[who], "due_date": monday, "channel": "call"})
    contacts = pd.DataFrame({"customer_id": ids[who][made], "contact_date": (monday + pd.Timedelta(days=1))[made]})
    row = np.repeat(np.arange(len(who)), n_orders)
    turn = pd.Series(row).groupby(row).cumcount().to_numpy()
    orders = pd.DataFrame(
        {"customer_id": ids[who][row], "order_date": monday[row] + pd.to_timedelta(7 + turn, unit="D")}
    )
    assignments = pd.DataFrame(
        {"customer_id": ids, "salesperson_id": np.char.add("s", owner.astype(str)), "start_date": START}
    )
    o, w = np.nonzero(off)
    first = START + pd.to_timedelta(7 * w, unit="D")
    absences = pd.DataFrame(
        {
            "salesperson_id": np.char.add("s", o.astype(str)),
            "start_date": first,
            "end_date": first + pd.Timedelta(days=6),
        }
    )
    return tasks, assignments, absences.assign(kind="holiday"), orders.assign(is_purchase_day=True), contacts


def find(seed, **options):
    tasks, assignments, absences, orders, contacts = company(np.random.default_rng(seed), **options)
    rows = build_task_rows(tasks, assignments, absences)
    return fit_absence(rows, orders, contacts, contact_days=7, follow_days=14)


def test_the_effect_of_a_contact_comes_back_from_days_off():
    found = [find(seed) for seed in range(8)]
    covered = sum(low <= 0.5 <= high for low, high in (each.found.interval() for each in found))
    assert covered >= 6 and abs(np.mean([each.found.effect for each in found]) - 0.5) < 0.06
    assert found[0].contacted_if_away < 0.2 < 0.6 < found[0].contacted_if_there


def test_the_week_is_held_equal():
    tasks, assignments, absences, orders, contacts = company(np.random.default_rng(1), lift=0.0)
    rows = build_task_rows(tasks, assignments, absences)
    low, high = fit_absence(rows, orders, contacts, contact_days=7, follow_days=14).found.interval()
    assert low < 0 < high
    season_only = rows.assign(due_date=rows["due_date"].min())
    with pytest.raises(AnalysisError, match="days off hardly change who is contacted"):
        fit_absence(season_only, orders, contacts, contact_days=7, follow_days=14)


def test_who_is_away_when():
    day = START + pd.to_timedelta([0, 4, 5, 9, 30], unit="D")
    tasks = pd.DataFrame({"customer_id": "a", "due_date": day, "channel": "call"})
    tasks = pd.concat([tasks, tasks.head(1).assign(customer_id="nobody's")])
    stays = pd.DataFrame({"customer_id": ["a"], "salesperson_id": ["s"], "start_date": [START]})
    away = pd.DataFrame(
        {
            "salesperson_id": ["s", "s"],
            "start_date": START + pd.to_timedelta([1, 20], unit="D"),
            "end_date": [START + pd.Timedelta(days=5), pd.NaT],
            "kind": ["holiday", "leaver"],
        }
    )
    rows = build_task_rows(tasks, stays, away)
    assert rows["is_away"].tolist() == [False, True, True, False]
    assert rows["owner"].unique().tolist() == ["s"]


def test_few_days_off_are_refused():
    tasks, assignments, absences, orders, contacts = company(np.random.default_rng(1), n=100, n_weeks=14)
    rows = build_task_rows(tasks, assignments, absences.head(2))
    with pytest.raises(AnalysisError, match="too few tasks fell on a day away"):
        fit_absence(rows, orders, contacts, contact_days=7, follow_days=14)
