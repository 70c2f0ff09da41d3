import numpy as np

from portfolio_lab.data.demo.codes import join_codes, make_codes


def test_codes_have_a_fixed_width():
    assert make_codes("C", np.array([7, 12345]), 5).tolist() == ["C00007", "C12345"]
    assert make_codes("", np.array([101]), 5).tolist() == ["00101"]


def test_two_numbers_are_joined_by_a_hyphen():
    assert join_codes("T", np.array([7]), 5, np.array([12]), 4).tolist() == ["T00007-0012"]
