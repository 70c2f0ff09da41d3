"""What earlier reviews said, and whether it held, in words."""

from collections.abc import Mapping

import pandas as pd

from portfolio_lab.reports.sentences.effectiveness.cards import VERDICTS
from portfolio_lab.reports.sentences.wording import Wording, listed

NONE = "No earlier review has judged these plans; from the next one on, its verdicts stand beside the new ones."


def memory(compared: pd.DataFrame, *, names: Mapping[str, str], wording: Wording) -> str:
    """Return what the last reviews said, which verdicts changed since, and which numbers later evidence bears out.

    ``compared`` as from ``compare_with_earlier``.
    """
    if compared.empty:
        return NONE
    day = wording.date(pd.Timestamp(compared["earlier_as_of"].max()).date())
    start = f"{wording.count(len(compared), 'verdict')} of earlier reviews, the last of {day}, can be set against now."
    return " ".join(part for part in (start, _changed(compared, names), _borne_out(compared, names, wording)) if part)


def name_held(row: tuple) -> str:
    """Return, for a row of ``compare_with_earlier``, whether its earlier number held: yes, no, or nothing new."""
    if pd.isna(row.is_borne_out):
        return "no number"
    if not row.is_new_evidence:
        return "nothing new"
    return "yes" if row.is_borne_out else "no"


def _changed(compared: pd.DataFrame, names: Mapping[str, str]) -> str:
    told = [
        f"{_plan(row, names)}, then “{VERDICTS[row.earlier_verdict].lower()}”, is now “{VERDICTS[row.verdict].lower()}”"
        for row in compared[compared["is_changed"]].itertuples()
    ]
    return f"Changed: {listed(told)}." if told else "All verdicts stand as they were."


def _borne_out(compared: pd.DataFrame, names: Mapping[str, str], wording: Wording) -> str:
    """Numbers set against later evidence; one on the same customers is no evidence of its own."""
    known = compared[compared["is_borne_out"].notna()]
    later = known[known["is_new_evidence"]]
    if known.empty:
        return ""
    if later.empty:
        return "No plan has been tried on further customers since, so the numbers are those of then."
    wrong = [_plan(row, names) for row in later[~later["is_borne_out"].astype(bool)].itertuples()]
    text = f"{wording.count(len(later), 'number')} could be tried on further customers since"
    return f"{text}; it did not hold for {listed(wrong)}." if wrong else f"{text}, and held."


def _plan(row: tuple, names: Mapping[str, str]) -> str:
    return f"{names.get(row.plan_id, row.plan_id)} ({row.outcome})"
