from simulators.likely_a import simulate_growth


def test_the_planted_part_of_the_small_customers_grows_as_planted():
    days, start = simulate_growth(n_small=1000, share_growing=0.2, factor=12.0)
    small = start.iloc[100:]
    assert 0.16 < (small < 48).mean() < 0.24
    by_year = days.groupby(["customer_id", days["order_date"].dt.year])["amount"].sum().unstack()
    early = small.index[small.between(11, 18)]
    assert 10 < (by_year.loc[early, 2024] / by_year.loc[early, 2022]).median() < 14
    still = small.index[small >= 480]
    assert 0.9 < (by_year.loc[still, 2024] / by_year.loc[still, 2022]).median() < 1.1
