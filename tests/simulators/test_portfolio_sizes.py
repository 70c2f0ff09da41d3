import numpy as np
from simulators.portfolio_sizes import simulate_sizes


def test_a_naive_line_sees_a_fall_but_not_where_it_begins():
    sizes, results = simulate_sizes(n_people=2000, n_large=500, slope=0.0018)
    assert np.polyfit(sizes, results, 1)[0] < -0.0003
    assert abs(results[sizes <= 120].mean() - results[(sizes > 120) & (sizes <= 180)].mean()) < 0.01
    assert results[sizes <= 180].mean() - results[sizes >= 320].mean() > 0.2
