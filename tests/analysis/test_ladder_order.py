import pandas as pd

from portfolio_lab.analysis.ladder_order import sort_by_ladder


def test_classes_come_first_and_stages_go_down_the_ladder():
    table = pd.DataFrame(
        {
            "abc_class": ["not ranked", "C0", "A", "A", "N", "A"],
            "stage": ["prospect", "inactive", "inactivated", "active", "active", "pre_inactive"],
            "n": range(6),
        }
    )
    assert sort_by_ladder(table)["n"].tolist() == [3, 5, 2, 1, 4, 0]
    assert table["n"].tolist() == list(range(6))


def test_stages_alone_are_ordered_and_equal_rows_keep_their_order():
    stages = ["ex_customer", "inactive", "active", "prospect", "active"]
    table = pd.DataFrame({"stage": stages, "n": range(5)})
    assert sort_by_ladder(table)["n"].tolist() == [3, 2, 4, 1, 0]
