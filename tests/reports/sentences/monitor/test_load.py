import numpy as np
import pandas as pd

from portfolio_lab.analysis.load import SizeEffect
from portfolio_lab.reports.sentences.monitor import load as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
TABLE = pd.DataFrame(
    {
        "owner": ["Ana", "Ben", "Cyd"], "n_customers": [330, 100, 90], "load_rate": [0.58, 0.3, 0.2],
        "kept_share": [0.5, 0.8, 0.9], "contacts_asked": [100.0, 50.0, 50.0], "contacts_kept": [50.0, 40.0, 45.0],
        "is_overloaded": [True, False, False], "reason": ["stands out", "", ""],
    }
)  # fmt: skip


def test_who_stands_out_is_set_beside_the_others():
    text = say.load(TABLE, wording=WORDING)
    assert text.startswith(
        "**One is overloaded**: Ana, with 330 customers, whose plan needs 58% of the minutes there are"
    )
    assert "against 25% for the colleague in the middle, and who kept 50% of it, against 85% by the others" in text


def test_more_than_there_is_and_nobody():
    heavy = TABLE.assign(load_rate=[1.2, np.nan, 0.2], reason=["more than there is", "more than there is", ""],
                         is_overloaded=[True, True, False])  # fmt: skip
    text = say.load(heavy, wording=WORDING)
    assert (
        "**Two are overloaded**: Ana, with 330 customers, whose plan needs 120% of the minutes there are; Ben" in text
    )
    assert "on somebody who was away" in text
    calm = say.load(TABLE.assign(is_overloaded=False), wording=WORDING)
    assert calm == "**Nobody is overloaded**: the heaviest load is 58% of the minutes there are, Ana."


def test_where_the_time_goes():
    table = pd.DataFrame({"abc_class": ["A", "B"], "stage": ["active", "pre_inactive"], "minutes": [90.0, 30.0],
                          "minutes_share": [0.75, 0.25], "money_share": [0.9, 0.1]})  # fmt: skip
    text = say.time(table, money="margin_amount", wording=WORDING)
    assert text.startswith(
        "2 hours of contact were recorded. The largest part, 75.0%, went to active customers of class A, who"
    )
    assert (
        "furthest above the margin with pre-inactive customers of class B: 25.0% of the time, 10.0% of the margin"
        in text
    )
    prospects = table.assign(abc_class=["A", "not ranked"], stage=["active", "prospect"])
    assert "above the margin with prospects: 25.0%" in say.time(prospects, money="margin_amount", wording=WORDING)
    assert say.time(table.assign(minutes=0.0), money="amount", wording=WORDING).startswith("No contact of the period")
    assert say.label_time("amount")["money_share"] == "Share of sales"


def test_sizes_are_told_only_where_a_fall_is_visible():
    seen = SizeEffect(23, True, 0.01, 180.4, 150.0, 210.0, -0.001)
    unseen = SizeEffect(23, False, 0.4, 180.4, 150.0, 210.0, -0.001)
    text = say.sizes({"positivation_rate": seen, "retention_rate": unseen, "satisfaction_mean": None}, wording=WORDING)
    assert (
        "**From about 180 customers on the share that bought falls** (95% interval 150 to 210; 23 salespeople)." in text
    )
    assert text.endswith("who stayed falls with the size of the portfolio.")
    assert "What portfolio size does to satisfaction cannot be said" in text
    both = say.sizes({"positivation_rate": unseen, "satisfaction_mean": unseen}, wording=WORDING)
    assert both == (
        "It is **not visible in these data** (23 salespeople) that the share that bought or satisfaction falls with "
        "the size of the portfolio."
    )
    nobody = say.sizes({"positivation_rate": None, "retention_rate": None}, wording=WORDING)
    assert nobody.count(".") == 1
