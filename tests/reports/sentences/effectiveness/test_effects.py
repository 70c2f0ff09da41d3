"""Effects in the words of a director."""

import pytest

from portfolio_lab.analysis.observational.evaluation import DESIGN
from portfolio_lab.analysis.verdicts import Estimate, PlanCase
from portfolio_lab.reports.sentences.effectiveness import effects

BINARY, AMOUNT = PlanCase("P", "visit", "binary"), PlanCase("P", "spend", "amount")


def estimate(effect, low, high):
    return Estimate(effect, 0.01, low, high, 10, 10, 0.1)


@pytest.mark.parametrize(("effect", "base"), [(0.07, 100), (0.0028, 100), (0.00096, 100), (0.00094, 10_000),
                                              (0.0, 100), (-0.5, 100), (1e-9, 100_000)])  # fmt: skip
def test_the_base_is_a_hundred_unless_next_to_nobody_makes_the_difference(effect, base):
    assert effects.choose_base(effect) == base


@pytest.mark.parametrize(
    ("case", "numbers", "text"),
    [
        (BINARY, (0.0057, 0.0038, 0.0074), "Of 100 customers meant to be treated, about 0.57 more reached “visit” "
         "(between 0.38 and 0.74)"),
        (BINARY, (0.0004, -0.0004, 0.0012), "Of 10,000 customers meant to be treated, about 4.0 more reached “visit” "
         "(between 4.0 fewer and 12 more)"),
        (BINARY, (-0.12, -0.2, -0.04), "Of 100 customers meant to be treated, about 12 fewer reached “visit” "
         "(between 4.0 and 20)"),
        (BINARY, (0.01, -0.02, 0.04), "Of 100 customers meant to be treated, about 1.0 more reached “visit” "
         "(between 2.0 fewer and 4.0 more)"),
        (AMOUNT, (0.2, -0.01, 0.41), "Each customer meant to be treated brought €0.20 more in spend "
         "(between €0.01 less and €0.41 more)"),
        (PlanCase("P", "return", "days"), (8.2, 4.0, 12.0), "Customers came back 8.2 days earlier "
         "(between 4.0 and 12.0)"),
        (PlanCase("P", "return", "days"), (-1.0, -3.0, 1.0), "Customers came back 1.0 days later "
         "(between 3.0 later and 1.0 earlier)"),
    ],
)  # fmt: skip
def test_a_difference_with_its_limits(case, numbers, text, wording):
    assert effects.difference(case, estimate(*numbers), wording) == text


def test_effects_for_tables(wording):
    assert effects.signed(BINARY, 0.074, wording) == "+7.4 of 100"
    assert effects.signed(BINARY, -0.0012, wording) == "−0.12 of 100"
    assert effects.signed(AMOUNT, 0.5, wording) == "+€0.50"
    assert effects.signed(PlanCase("P", "return", "days"), -2.0, wording) == "−2.0 days"
    assert effects.size(BINARY, 0.03, wording) == "3.0 of 100 customers"
    assert effects.size(AMOUNT, 0.5, wording) == "€0.50 each"


@pytest.mark.parametrize(("effect", "text"), [(-0.00004, "0 of 100"), (-0.00006, "−0.01 of 100"), (0.0, "0 of 100")])
def test_next_to_nothing_has_no_sign(wording, effect, text):
    assert effects.signed(PlanCase("", "", "binary"), effect, wording) == text


def test_a_range_names_its_unit_once(wording):
    assert effects.signed_range(BINARY, -0.065, 0.022, wording) == "−6.5 to +2.2 of 100"
    assert effects.signed_range(AMOUNT, -1.0, 2.0, wording) == "−€1.00 to +€2.00"


def test_where_nobody_drew_them_the_effect_speaks_of_those_who_were_contacted(wording):
    kinds = {"purchase": "binary", "sales": "amount"}
    chosen = [PlanCase("P", outcome, kind, design=DESIGN) for outcome, kind in kinds.items()]
    told = [effects.difference(case, estimate(0.07, 0.02, 0.12), wording) for case in chosen]
    assert told[0].startswith("Of 100 customers who were contacted, about 7.0 more")
    assert told[1].startswith("Each customer who was contacted brought")
