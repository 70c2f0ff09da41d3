from portfolio_lab.data.demo.seeds import stream


def test_seed_topic_and_block_make_a_stream_and_nothing_else_does():
    first = stream(1, "contacts", 2).random(5).tolist()
    assert stream(1, "contacts", 2).random(5).tolist() == first
    others = [stream(2, "contacts", 2), stream(1, "orders", 2), stream(1, "contacts", 3)]
    assert all(other.random(5).tolist() != first for other in others)


def test_a_stream_is_the_same_on_every_machine():
    assert stream(1, "contacts").integers(0, 1000, 4).tolist() == [993, 302, 977, 758]
