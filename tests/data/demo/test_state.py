import numpy as np

from portfolio_lab.data.demo.state import Log, draw_gaps, first_state


def test_gaps_have_mean_one_and_are_more_even_the_more_regular(past):
    gaps = draw_gaps(past.customers, past.draws)
    assert abs(gaps.mean() - 1) < 0.02
    spread = {k: gaps[(past.customers["regularity"] == k).to_numpy()].std() for k in (1.0, 4.0)}
    assert abs(spread[1.0] - 1) < 0.05
    assert abs(spread[4.0] - 0.5) < 0.03


def test_old_customers_start_between_two_orders_and_new_ones_with_their_first(past):
    gaps = draw_gaps(past.customers, past.draws)
    state = first_state(past.customers, gaps, past.draws)
    old = past.customers["is_old"].to_numpy()
    assert (state.clock[old] < state.gap[old]).all()
    assert (state.gap[~old] == 0).all()
    assert (state.last_order[old] < 0).all()


def test_the_log_gives_back_what_was_noted_in_the_order_of_customers_and_days():
    log = Log()
    log.note("x", np.array([3, 1]), 5, value=np.array([30, 10]), kind=2)
    log.note("x", np.array([1]), 4, value=np.array([11]), kind=1)
    log.note("x", np.array([], dtype=int), 6, value=np.array([]), kind=1)
    assert log.frame("x").to_dict("list") == {
        "row": [1, 1, 3],
        "t": [4, 5, 5],
        "value": [11, 10, 30],
        "kind": [1, 2, 2],
    }
    assert log.frame("nothing").empty


def test_sums_add_up():
    log = Log()
    log.add("s", np.array([1, 2]))
    log.add("s", np.array([10, 20]))
    assert log.sums["s"].tolist() == [11, 22]
