import pandas as pd
import pytest

from portfolio_lab.analysis.acquisition import prospects
from portfolio_lab.analysis.acquisition.prospects import UNKNOWN

AS_OF = pd.Timestamp("2026-09-30")
PEOPLE = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "created_date": pd.to_datetime(["2026-09-01", "2024-01-01", None, "2026-09-01"]),
        "potential_amount": [100.0, None, 500.0, 900.0],
    }
)
STAGES = pd.DataFrame({"customer_id": list("abcd"), "stage": ["prospect", "prospect", "prospect", "active"]})


def test_prospects_come_by_potential_with_their_age():
    found = prospects.select_prospects(PEOPLE, STAGES, as_of=AS_OF)
    assert found["customer_id"].tolist() == ["c", "a", "b"]
    assert found["age_days"].tolist()[1:] == [29, 1003]
    assert (
        prospects.select_prospects(PEOPLE.drop(columns="potential_amount"), STAGES, as_of=AS_OF)["potential_amount"]
        .isna()
        .all()
    )


def test_prospects_by_age():
    table = prospects.summarise_prospects(prospects.select_prospects(PEOPLE, STAGES, as_of=AS_OF))
    assert table["age_band"].tolist() == ["under 3 months", "2 years and more", UNKNOWN]
    assert table["n_known"].tolist() == [1, 0, 1]
    assert table["potential_amount"].tolist() == [100, 0, 500]


@pytest.mark.parametrize(("days", "band"), [(90, "under 3 months"), (91, "3 to 6 months"), (730, "2 years and more")])
def test_bands_on_both_sides_of_their_lines(days, band):
    one = pd.DataFrame({"age_days": [days], "potential_amount": [1.0]})
    assert prospects.summarise_prospects(one)["age_band"].tolist() == [band]
