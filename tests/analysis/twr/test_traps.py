import pytest

from portfolio_lab.analysis.twr.traps import compute_silent_alive, compute_trap_examples


def test_the_sound_definition_and_the_traps_have_their_published_numbers():
    table = compute_trap_examples().set_index("definition")
    assert len(table) == 7
    first = table["year_1"].dropna().to_numpy()
    second = table["year_2"].dropna().to_numpy()
    assert first == pytest.approx([0.16875, -0.15, 0.31875, 0.31875, 0.075, 0.01875], abs=1e-12)
    assert second == pytest.approx([0.10, -0.20, 0.30, 0.10], abs=1e-12)
    assert "1.000 under BG/NBD, 0.389 under MBG/NBD, 0.294 under Pareto/NBD" in table["why"].iloc[-1]


def test_only_one_model_keeps_a_silent_customer_for_sure():
    alive = compute_silent_alive()
    assert alive["bg_nbd"] == 1
    assert max(alive["mbg_nbd"], alive["pareto_nbd"]) < 0.4
