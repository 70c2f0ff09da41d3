"""Names as the monitor shows them: for the director, for each salesperson, the likely A and the promises not kept."""

import pandas as pd

from portfolio_lab.analysis.priority_names import (
    build_names_at_risk,
    select_for_director,
    sort_by_owner,
    summarise_by_owner,
)
from portfolio_lab.analysis.promises import find_next_steps, find_open_promises
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import names as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.likely_customers import read_likely_customers
from portfolio_lab.reports.topics.monitor_ruptures import Stopped

N_DIRECTOR, N_SHOWN = 10, 10


def show_names(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the customers at risk on the page: ten for the director, a list for each salesperson as a download."""
    out, known = review.out, stopped.now
    steps = find_next_steps(review.table("contacts")) if review.has("contacts") else None
    causes = stopped.causes[stopped.causes["is_rupture"]]
    names = say.word_next_steps(build_names_at_risk(known, steps, causes), as_of=review.as_of, wording=wording)
    at_risk = float(names["at_risk_amount"].sum())
    out.fact("value_at_risk_amount", at_risk, label="Sales of customers at risk", unit="currency", better="lower")
    out.say(say.at_risk(names, wording=wording))
    if len(names):
        show_lists(review, names)
    if not review.has("contacts"):
        out.missing("contacts", say.NO_CONTACTS)
        return
    show_promises(review, known, wording=wording)


def show_lists(review: Review, names: pd.DataFrame) -> None:
    """Put the director's list on the page and a list for each salesperson beside it; ``names``: with ``todo``."""
    out = review.out
    director = select_for_director(names, n=N_DIRECTOR)
    shown = [name for name in say.DIRECTOR_COLUMNS if director[name].notna().any()]
    out.table("director", director, "For the director: the largest A customers at risk", columns=shown,
              labels=say.NAME_LABELS)  # fmt: skip
    ordered = sort_by_owner(names)
    if names["owner"].notna().any():
        lists = {owner: say.word_list(rows) for owner, rows in ordered.groupby("owner", sort=False)}
        with out.fold(say.fold_lists(len(lists))):
            out.table("at_risk_by_salesperson", summarise_by_owner(names), "Customers at risk by salesperson",
                      labels={"owner": "In charge", "n_a": "Of these in A"}, lists=lists)  # fmt: skip
    else:
        out.missing("assignments", say.NO_OWNERS)
    out.table("at_risk", ordered, "All customers at risk in one list", columns=())


def show_promises(review: Review, known: pd.DataFrame, *, wording: Wording) -> None:
    """Put the promises on the page whose date has passed without a contact."""
    out, contacts = review.out, review.table("contacts")
    if "next_step_date" not in contacts or contacts["next_step_date"].isna().all():
        out.missing("contacts", say.NO_NEXT_STEPS)
        return
    promises = find_open_promises(contacts, as_of=review.as_of)
    by_id = known.set_index("customer_id")
    promises = promises[promises["customer_id"].map(by_id["stage"]) != "ex_customer"]
    table = promises.assign(
        name=promises["customer_id"].map(by_id["name"]).fillna(promises["customer_id"]),
        owner=promises["customer_id"].map(by_id["owner"]),
        abc_class=promises["customer_id"].map(by_id["abc_class"]),
        next_step=say.word_steps(promises["next_step"]),
    )
    by_class = table.sort_values(["abc_class", "overdue_days"], ascending=[True, False], kind="stable")
    out.say(say.promises(by_class, wording=wording))
    first = by_class[by_class["abc_class"] == "A"].head(N_SHOWN).reset_index(drop=True)
    if len(first):
        with out.fold(say.fold_promises(first, by_class)):
            out.table("promises_a", first, "Promises to A customers that are overdue", columns=say.PROMISE_COLUMNS,
                      labels={"owner": "In charge", "next_step_date": "Promised for"})  # fmt: skip
    out.table("promises", by_class.reset_index(drop=True), "All open promises", columns=())


def show_likely(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the customers on the page who will probably be in A within twelve months, and how good such a list was."""
    out, likely = review.out, read_likely_customers(review)
    out.say(say.likely(likely, likely_share=review.policy.monitor.likely_share, wording=wording))
    if likely.problem or likely.named.empty:
        return
    known = stopped.now.set_index("customer_id")
    by_id = likely.named["customer_id"]
    table = likely.named.assign(name=by_id.map(known["name"]).fillna(by_id), owner=by_id.map(known["owner"]))
    columns = [name for name in ("name", "owner", "abc_class", "amount", "p_a") if table[name].notna().any()]
    with out.fold("Who they are"):
        out.table("likely_a", table.reset_index(drop=True), "Likely to be in A a year on",
                  columns=columns, units={"p_a": "share"},
                  labels={"owner": "In charge", "abc_class": "Class", "amount": "Sales of the window",
                          "p_a": "Chance"})  # fmt: skip
