import numpy as np

from portfolio_lab.data.demo.past import TOPICS, known_date


def test_what_the_old_system_knew_is_lost_and_all_else_is_kept(past):
    legacy = past.customers["legacy"].to_numpy()
    assert legacy.any()
    for topic in TOPICS:
        whole, known = past.log.frame(topic), past.known[topic]
        lost = legacy[whole["row"]] & (whole["t"] < past.world.cut_over)
        assert len(known) == len(whole) - lost.sum()
    assert (past.state.gone_t[legacy] >= past.world.cut_over).all()


def test_dates_outside_the_period_are_not_known(past):
    dates = known_date(past.world, np.array([-1, 0, past.world.calendar.n_days]))
    assert np.isnat(dates).tolist() == [True, False, True]


def test_who_is_locked_is_in_default_and_not_released(past):
    locked = np.flatnonzero(past.customers["is_locked"])
    held = past.ruptures[past.ruptures["cause"] == "default"]
    assert set(locked) <= set(held["row"])
    assert len(locked)
