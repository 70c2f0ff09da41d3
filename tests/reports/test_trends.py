from portfolio_lab.reports.trends import describe_course, draw_sparkline, trace_fact

IN = {"locale": "en_GB", "currency": "EUR"}


def fact(value, method="", unit="customers"):
    return {"value": value, "unit": unit, "method": method, "definition": "d"}


def history(*facts):
    return [(f"2026-0{i}-01", each) for i, each in enumerate(facts, start=1)]


def test_points_come_in_the_order_of_time_and_know_a_changed_method():
    points = trace_fact(history(fact(1), fact(2), fact(3, "new"), fact(4, "new"))[::-1])
    assert [point.fact["value"] for point in points] == [1, 2, 3, 4]
    assert [point.is_redefined for point in points] == [False, False, True, False]


def test_the_line_runs_from_the_lowest_to_the_highest_value():
    drawn = draw_sparkline(trace_fact(history(fact(1), fact(3), fact(2))), **IN)
    assert 'd="M4.0 28.0L72.0 4.0L140.0 16.0"' in drawn
    assert '<circle cx="140.0" cy="16.0" r="3"/>' in drawn


def test_the_line_is_level_when_nothing_changes():
    assert 'd="M4.0 16.0L140.0 16.0"' in draw_sparkline(trace_fact(history(fact(5), fact(5))), **IN)


def test_the_line_breaks_at_a_missing_value_and_at_a_changed_method():
    missing = draw_sparkline(trace_fact(history(fact(1), fact(2), fact(None), fact(3), fact(4))), **IN)
    changed = draw_sparkline(trace_fact(history(fact(1), fact(2), fact(3, "new"), fact(4, "new"))), **IN)
    assert missing.count("<path") == changed.count("<path") == 2


def test_nothing_is_drawn_for_one_value_or_for_words():
    assert draw_sparkline(trace_fact(history(fact(1))), **IN) == ""
    assert draw_sparkline(trace_fact(history(fact("a"), fact("b"))), **IN) == ""
    assert draw_sparkline(trace_fact(history(fact(None), fact(None))), **IN) == ""


def test_the_course_in_words_is_the_text_alternative():
    points = trace_fact(history(fact(1200), fact(0.5, "new", "share")))
    words = "1,200 on 1 January 2026; 50.0% on 1 February 2026, by a changed method"
    assert describe_course(points, **IN) == words
    assert f'aria-label="{words}"' in draw_sparkline(points, **IN)
