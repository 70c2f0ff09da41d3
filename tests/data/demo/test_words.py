from portfolio_lab.data.demo import words


def test_places_belong_to_the_four_teams_and_lie_in_spain():
    assert {place[1] for place in words.PLACES} == set(range(len(words.TEAMS)))
    spots = [spot for place in words.PLACES for spot in place[2]]
    assert all(35 < latitude < 44 and -10 < longitude < 5 for _, latitude, longitude in spots)
    assert len({spot[0] for spot in spots}) == len(spots)


def test_names_hold_accents_apostrophes_and_ampersands():
    text = " ".join([*words.COMPANY_LAST, *words.FAMILY_NAMES, *words.FIRST_NAMES])
    assert all(mark in text for mark in "ñéó'&")


def test_every_cause_has_a_detail_and_every_aspect_a_reason():
    causes = {*words.CLAIM_CAUSES, *words.INFORMATION_CAUSES, *words.AFTER_SALES_CAUSES}
    assert causes == set(words.DETAILS)
    assert set(words.ASPECTS) == set(words.REASONS)


def test_families_have_a_margin_and_some_a_shelf_life():
    assert len(words.FAMILIES) == 12
    assert all(0.2 < family[2] < 0.45 for family in words.FAMILIES)
    assert 0 < sum(family[4] > 0 for family in words.FAMILIES) < 12
