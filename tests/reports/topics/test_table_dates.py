from types import SimpleNamespace

import pandas as pd

from portfolio_lab.reports.topics.table_dates import read_table


def test_dates_come_in_one_unit_and_nothing_else_changes():
    frame = pd.DataFrame({"day": pd.to_datetime(["2026-01-02", None]).astype("datetime64[s]"), "n": [1, 2]})
    review = SimpleNamespace(table=lambda name: {"contacts": frame}[name])
    found = read_table(review, "contacts")
    assert found["day"].dtype == "datetime64[ns]"
    assert found["day"].iloc[0] == pd.Timestamp("2026-01-02")
    assert found["n"].tolist() == [1, 2]
    assert frame["day"].dtype == "datetime64[s]"
