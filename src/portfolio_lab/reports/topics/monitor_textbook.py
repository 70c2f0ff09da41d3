"""What textbooks say beside what the company's data say, as the monitor shows it."""

from portfolio_lab.analysis import textbook
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import textbook as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.monitor_people import has_columns
from portfolio_lab.reports.topics.monitor_ruptures import Stopped

DRAWS = {"n_bootstrap": 500, "seed": 1}


def read_findings(review: Review, stopped: Stopped) -> list[textbook.Finding]:
    """Return one finding per saying, those that the data cannot answer too."""
    known, days, as_of = stopped.now, review.order_days(), review.as_of
    costs = textbook.Finding("winning_cost", "times", 2.0, 6.0, lacks="contacts with their cost")
    if has_columns(review, "contacts", "cost_amount"):
        rows = textbook.build_cost_rows(known, review.table("contacts"), days, as_of=as_of)
        costs = textbook.compare_costs(rows, **DRAWS)
    by_id = known.set_index("customer_id")
    since = by_id["created_date"].fillna(by_id["first_purchase_date"])
    margins = textbook.build_margin_rows(days, since, as_of=as_of)
    returns = textbook.build_return_rows(days, by_id["inactive_days"], as_of=as_of)
    return [
        textbook.measure_ruptures(stopped.causes),
        textbook.measure_top20(known["amount"], **DRAWS),
        costs,
        textbook.compare_margins(margins, **DRAWS),
        textbook.compare_margin_rates(margins, **DRAWS),
        textbook.compare_returned(returns, **DRAWS),
    ]


def show_textbook(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the sayings on the page, each with its figure, its interval and how to read it."""
    table = textbook.tabulate_findings(read_findings(review, stopped))
    review.out.say(say.summary(table))
    review.out.table("textbook", say.word_findings(table, wording=wording), "The textbook says, our data say")
