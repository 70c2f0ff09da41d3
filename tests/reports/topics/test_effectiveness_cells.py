"""Contacts by class, stage and channel on the page: sixty cells of known truth, small ones grey, words for all."""

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import Shown, contacts_in_sixty_cells

from portfolio_lab.analysis.observational.contact_effects import ContactEffects, estimate_contact_effects
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_cells as page

WORDING = Wording("en_GB", "EUR")
KEYS = ["abc_class", "stage", "channel"]


def show(rows):
    """What the page shows of such rows."""
    out, found = Shown(), estimate_contact_effects(rows)
    page.show_lines(out, found, days=7, wording=WORDING)
    return out, found


def compare(rows):
    """Raw and shrunk squared errors, how far the best line is too good, the share of false verdicts, coverage."""
    out, _ = show(rows)
    table = out.tables["contact_effects"]
    assert (table["share"] * table["effect"]).sum() == pytest.approx(out.facts["contact_effect"], abs=1e-10)
    truth = rows[rows["is_treated"]].groupby(KEYS)["effect_hidden"].first()
    own = table[~table["is_grey"]].set_index(KEYS)
    true, clear = truth.loc[own.index], own["reading"].isin(["more orders", "fewer orders"])
    best = own["shrunk_effect"].idxmax()
    return (
        ((own["effect"] - true) ** 2).mean(),
        ((own["shrunk_effect"] - true) ** 2).mean(),
        own.loc[best, "shrunk_effect"] - true.loc[best],
        (clear & (true == 0)).sum() / max(clear.sum(), 1),
        ((own["low"] <= true) & (true <= own["high"])).mean(),
    )


def test_sixty_cells_on_the_page_average_back_and_lose_their_luck():
    gains = np.array([compare(contacts_in_sixty_cells(np.random.default_rng(seed))) for seed in range(4)])
    raw, shrunk, lead, false, covered = gains.mean(axis=0)
    assert shrunk <= 0.5 * raw and abs(lead) <= 0.02
    assert false <= 0.05 + 2 * gains[:, 3].std() / 2 and covered >= 0.99


@pytest.mark.full
def test_sixty_cells_of_full_size_on_the_page_keep_the_same_limits():
    n_runs = 40
    runs = [compare(contacts_in_sixty_cells(np.random.default_rng(100 + k), largest=900)) for k in range(n_runs)]
    gains = np.array(runs)
    raw, shrunk, lead, false, covered = gains.mean(axis=0)
    assert shrunk <= 0.5 * raw and abs(lead) <= 0.02
    assert false <= 0.05 + 2 * gains[:, 3].std() / np.sqrt(n_runs) and covered >= 0.99


@pytest.fixture(scope="module")
def shown():
    """Some channels are rare: fewer than thirty contacted in most of their classes and stages."""
    rng = np.random.default_rng(3)
    rows = contacts_in_sixty_cells(rng, largest=120)
    rare = rows["channel"].isin(["email", "message"]) & (rng.random(len(rows)) < 0.75)
    return show(rows[~rare].reset_index(drop=True))


def test_small_groups_are_joined_grey_and_said_to_be_so(shown):
    out, found = shown
    table, options = out.tables["contact_effects"], out.options["contact_effects"]
    grey = table["is_grey"]
    small = (found.cells[["n_treated", "n_control"]].min(axis=1) < 30) | (found.cells["n_events"] < 5)
    assert grey.any() and (~grey).sum() == (~small).sum()
    assert options["muted"] == "is_grey" and len(options["columns"]) <= 8
    assert set(table.loc[grey, "reading"]) <= {page.JOINED, page.TOO_FEW}
    assert table.loc[grey, "shrunk_effect"].isna().all() and not table.loc[grey, "is_clear"].any()
    assert not table.loc[~grey, "reading"].isin([page.JOINED, page.TOO_FEW]).any()
    assert grey.is_monotonic_increasing and table.loc[~grey, "shrunk_effect"].is_monotonic_decreasing
    assert "small groups, joined" in out.texts[0] and "grey" in out.texts[0]


def test_every_cell_is_kept_for_who_asks_and_lines_and_cells_say_the_same_total(shown):
    out, found = shown
    cells = out.tables["contact_cells"]
    assert out.options["contact_cells"]["columns"] == [] and len(cells) == 60
    for table in (cells, out.tables["contact_effects"]):
        assert (table["share"] * table["effect"]).sum() == pytest.approx(out.facts["contact_effect"], abs=1e-10)
    assert out.facts["n_contact_groups"] == (~found.lines["is_joined"]).sum()
    assert "contact_effects" in out.figures
    caption = out.options["figure contact_effects"]["caption"]
    assert "Shown are the 12 lines and the four grey ones with the most contacted; the table has all" in caption


def lines(**columns):
    frame = {"line": [0, 1, 2], "n_treated": [50, 40, 35], "effect": [0.3, 0.1, 0.2], "low": [0.1, -0.2, 0.05]}
    frame |= {"high": [0.5, 0.4, 0.35], "shrunk_effect": [0.25, 0.12, np.nan], "is_clear": [True, False, False]}
    frame |= {"is_joined": [False, False, True], "is_small": False, "is_comparable": True} | columns
    return pd.DataFrame(frame)


def cells():
    stages = ["active", "pre_inactive", "inactive", "inactivated", "active"]
    return pd.DataFrame(
        {
            "abc_class": ["A", "B", "C", "B", "C"], "stage": stages,
            "channel": ["visit", "message", "visit", "call", "email"], "n_treated": [50, 40, 15, 10, 10],
            "line": [0, 1, 2, 2, 2],
        }
    )  # fmt: skip


def test_lines_have_words_for_who_they_are_and_what_they_show():
    table = page.list_lines(ContactEffects(lines(), cells()), wording=WORDING)
    assert table["customers"].tolist() == ["A · Active", "B · Pre-inactive", "B, C · Active, Inactivated, Inactive"]
    assert table["by"].tolist() == ["visit", "message", "call, email, visit"]
    assert table["reading"].tolist() == ["more orders", "not settled", page.JOINED]
    assert table["between"].tolist() == [
        "+0.10\xa0to\xa0+0.50", "−0.20\xa0to\xa0+0.40", "+0.05\xa0to\xa0+0.35",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "reading"),
    [
        ({"effect": [-0.3, 0.1, 0.2]}, "fewer orders"),
        ({"is_comparable": False}, "groups differ"),
        ({"is_clear": False}, "not settled"),
    ],
)
def test_what_a_line_shows_in_words(columns, reading):
    assert page.list_lines(ContactEffects(lines(**columns), cells()), wording=WORDING)["reading"][0] == reading


def test_too_few_to_tell_have_no_number():
    few = lines(is_small=[False, False, True], low=[0.1, -0.2, np.nan], high=[0.5, 0.4, np.nan])
    table = page.list_lines(ContactEffects(few, cells()), wording=WORDING)
    assert table["reading"][2] == page.TOO_FEW and np.isnan(table["effect"][2]) and table["between"][2] == "–"


def test_only_clear_lines_are_named_with_customers_and_channel():
    text = page.say_lines(page.list_lines(ContactEffects(lines(), cells()), wording=WORDING))
    assert "More orders go with: visit to A · Active." in text and "Nothing is established for message." in text
    assert "call" not in text
    none = page.list_lines(ContactEffects(lines(is_clear=False), cells()), wording=WORDING)
    assert "No class, stage and channel stands out" in page.say_lines(none)
    less = page.list_lines(ContactEffects(lines(effect=[-0.3, 0.1, 0.2]), cells()), wording=WORDING)
    assert "Fewer orders go with: visit to A · Active." in page.say_lines(less)


def test_channels_are_named_or_counted():
    assert page.name_channels(pd.Series(["visit", "call"])) == "call, visit"
    assert page.name_channels(pd.Series(list("abcde"))) == "five channels"


def test_a_channel_that_was_left_out_is_named():
    rows = contacts_in_sixty_cells(np.random.default_rng(5), largest=60)
    few = rows["channel"].eq("message") & (rows.groupby("channel").cumcount() >= 20)
    out, found = show(rows[~few].reset_index(drop=True))
    assert found.left_out == ("message",)
    assert out.texts[-1] == "Too few customers were contacted only by message to compare them."
