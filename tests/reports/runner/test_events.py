from portfolio_lab.reports.runner.events import Event


def test_an_event_without_topic_is_about_the_whole_review():
    event = Event("note", "reading the data")
    assert event.topic is None and event.status is None and (event.n_run, event.n_total) == (0, 0)
