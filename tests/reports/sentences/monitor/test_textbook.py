import numpy as np

from portfolio_lab.analysis.textbook import Finding, tabulate_findings
from portfolio_lab.reports.sentences.monitor import textbook as say
from portfolio_lab.reports.sentences.wording import Wording

TABLE = tabulate_findings(
    [
        Finding("ruptures", "share", 0.8, 0.8, lacks="contacts"),
        Finding("top20", "share", 0.8, 0.8, 0.756, 0.71, 0.79, 1856, "customers"),
        Finding("winning_cost", "times", 2.0, 6.0, 2.03, 1.75, 2.32, 258, "customers won"),
        Finding("returned", "times", 1.0, np.inf, 1.07, 1.01, 1.12, 1051, "returns"),
    ]
)


def test_rows_in_words_with_interval_and_how_to_read_it():
    rows = say.word_findings(TABLE, wording=Wording("en_GB", "EUR")).to_numpy().tolist()
    assert rows[0][1:] == ["–", "–", "–", "not known", "it would need contacts"]
    assert rows[1][1:5] == ["75.6%", "71.0% to 79.0%", "1,856 customers", "ours is lower"]
    assert rows[2][1:5] == ["2.03 times", "1.75 times to 2.32 times", "258 customers won", "too uncertain to say"]
    assert rows[3][4] == "our data agree"


def test_how_many_hold():
    assert say.summary(TABLE[:1]) == "None of one sayings can be looked at in these data."
    assert say.summary(TABLE[1:3]).endswith("none agree, one does not, one stays unclear.")
    assert say.summary(TABLE) == (
        "Of four sayings, three can be looked at in these data: one agrees, one does not, one stays unclear."
    )
