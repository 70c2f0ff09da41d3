from portfolio_lab.data.demo.attributes import PRICE_LISTS, attributes_table


def test_every_customer_has_a_first_price_list_and_some_a_second(past):
    lists = attributes_table(past).query("attribute == 'price_list'")
    per_customer = lists.groupby("customer_id").size()
    assert len(per_customer) == len(past.customers)
    assert set(per_customer) == {1, 2}
    assert set(lists["value"]) == set(PRICE_LISTS)


def test_a_change_changes_something(past):
    table = attributes_table(past).sort_values(["customer_id", "attribute", "valid_from"])
    before = table.groupby(["customer_id", "attribute"])["value"].shift()
    assert not (table["value"] == before).any()
    assert not table.duplicated(["customer_id", "attribute", "valid_from"]).any()
