import pandas as pd
import pytest

from portfolio_lab.analysis.service import causes
from portfolio_lab.analysis.service.causes import NO_PRODUCT, NOT_SAID, OTHERS

CASES = pd.DataFrame(
    {
        "cause": ["late", "late", "late", "broken", None, "broken", "wrong"],
        "product_id": ["1", "2", None, "1", "9", "1", "2"],
    }
)
PRODUCTS = pd.DataFrame({"product_id": ["1", "2"], "family": ["Tools", None]})


def test_causes_come_by_falling_number_with_the_share_so_far():
    found = causes.summarise_causes(CASES)
    assert found["cause"].tolist() == ["late", "broken", NOT_SAID, "wrong"]
    assert found["n"].tolist() == [3, 2, 1, 1]
    assert found["cumulative_share"].tolist() == pytest.approx([3 / 7, 5 / 7, 6 / 7, 1])


@pytest.mark.parametrize(("share", "n"), [(0.4, 1), (3 / 7, 1), (0.5, 2), (1.0, 4)])
def test_how_many_causes_make_up_a_share(share, n):
    assert causes.count_for_share(causes.summarise_causes(CASES), share=share) == n


def test_without_a_cause_nothing_is_said_and_nothing_counted():
    none = causes.summarise_causes(CASES.drop(columns="cause"))
    assert none[["cause", "n"]].to_numpy().tolist() == [[NOT_SAID, 7]]
    assert causes.count_for_share(causes.summarise_causes(CASES.iloc[:0]), share=0.5) == 0


def test_a_case_without_a_known_product_has_no_family():
    found = causes.derive_families(CASES, PRODUCTS)
    assert found.tolist() == ["Tools", NO_PRODUCT, NO_PRODUCT, "Tools", NO_PRODUCT, "Tools", NO_PRODUCT]
    assert set(causes.derive_families(CASES, None)) == {NO_PRODUCT}


def test_small_families_are_counted_together_and_the_unnamed_come_last():
    names = [f"F{i}" for i in range(8) for _ in range(8 - i)]
    cases = pd.DataFrame({"cause": "late", "family": [*names, NO_PRODUCT]})
    table = causes.cross_causes(cases)
    assert table.columns.tolist() == ["F0", "F1", "F2", "F3", "F4", OTHERS, NO_PRODUCT]
    assert table.loc["late"].tolist() == [8, 7, 6, 5, 4, 6, 1]
