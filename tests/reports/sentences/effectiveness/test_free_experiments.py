import pytest

from portfolio_lab.analysis.observational.absences import Absence
from portfolio_lab.analysis.observational.discontinuity import Jump
from portfolio_lab.analysis.observational.instrument import Encouraged
from portfolio_lab.analysis.observational.panels import PreTest
from portfolio_lab.analysis.observational.thresholds import Limit
from portfolio_lab.reports.sentences.effectiveness import free_experiments as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
CONTACTS = Jump(2.0, 0.3, 1.4, 2.6, 1.0, 90, 80, 0.2)
ORDERS = Jump(0.5, 0.2, 0.1, 0.9, 1.0, 90, 80, 0.2)


def test_a_limit_where_contacts_jump_says_what_follows_and_for_whom():
    text = say.limit(Limit("class A", CONTACTS, ORDERS, 40.0), days=91, wording=WORDING)
    assert text == (
        "Customers just beyond the limit of class A get 2.00 more contacts in 91 days (between 1.40 and 2.60 more), "
        "and place 0.50 more orders in that time (between 0.10 and 0.90 more). That holds for customers near it, not "
        "for others."
    )


def test_a_limit_without_a_jump_or_with_a_crowd_concludes_nothing():
    flat = say.limit(Limit("class B", CONTACTS, ORDERS, 5.0), days=91, wording=WORDING)
    assert flat.startswith("At the limit of class B, customers on both sides") and flat.endswith("to learn from.")
    crowd = Jump(0.5, 0.2, 0.1, 0.9, 1.0, 90, 80, -3.0)
    text = say.limit(Limit("inactivated", CONTACTS, crowd, 40.0), days=91, wording=WORDING)
    assert text.endswith("nothing is concluded.") and "place" not in text
    few = say.limit(Limit("class A", None, None, 0.0), days=91, wording=WORDING)
    assert few == "At the limit of class A, too few customers stand near enough on both sides to be compared."


def test_days_off_say_who_was_contacted_and_the_condition():
    found = Absence(Encouraged(0.2, 0.05, 0.08, 0.02, 0.4, 90.0), 300, 4000, 0.21, 0.64, 0.5)
    text = say.absence(found, days=21, wording=WORDING)
    assert "made within a week in 21% of the cases, others in 64%" in text
    assert "placed 0.20 more orders in the 21 days after that week (between 0.10 and 0.30 more;" in text
    assert text.endswith("Right if days off change nothing else for customers.")


@pytest.mark.parametrize(
    ("before", "is_sound", "ends"),
    [
        (PreTest(True, 0.1, 0.2, 2.0), True, "could have made 0.20."),
        (PreTest(True, 0.3, 0.9, 0.0), False, "too weak for the number to be believed (D)."),
        (PreTest(False, 0.1, 0.2, 0.0), False, "moved apart before: nothing is concluded."),
    ],
)
def test_a_change_says_what_the_look_before_could_have_shown(before, is_sound, ends):
    text = say.change("New routes", (-0.5, -0.8, -0.2), before, dip_auc=0.54, wording=WORDING, is_sound=is_sound)
    assert text.startswith("New routes: customers who changed placed 0.50 fewer orders a quarter afterwards")
    assert "(between 0.20 and 0.80 fewer)" in text and text.endswith(ends)
    assert "in 54 of 100 pairs the one who changed had had the deeper dip (50 is chance)" in text


def test_ranges_missing_tables_and_refusals():
    assert say.ranged(-0.1, 0.3, WORDING) == "between 0.10 fewer and 0.30 more"
    assert say.no_table("plan_tasks").startswith(
        "Without the table plan tasks this page cannot say what contacts bring"
    )
    assert (
        say.refused("Routes", "too few customers changed") == "Routes: nothing can be said. Too few customers changed."
    )
    assert (
        say.in_one_line("Days off", (0.1, 0.0, 0.2), WORDING)
        == "Days off: 0.10 more orders (between 0.00 and 0.20 more)."
    )
