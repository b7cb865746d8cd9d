"""Who approves a campaign, and what counts as approved."""

from __future__ import annotations

import pytest

from campaigns_of_tests import ANN, BOB, a_campaign, an_actor, live, off, total
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.four_eyes import FourEyes
from dealwright.core.errors import InputError
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till
from ledgers import SetClock


def test_nobody_approves_what_is_theirs_however_they_write_their_name(books: Campaigns) -> None:
    both = an_actor("Ann", "planner", "approver")
    books.draft(a_campaign(), by=both)
    books.move("tea", "submit", by=both)
    for name in ("Ann", "ANN", " ann ", "\uff21nn"):
        answer = books.move("tea", "approve", by=an_actor(name, "admin"))
        assert answer.verdict.code == "own_approval"
    standing = books.standing("tea")
    assert standing is not None
    assert standing.state == "submitted"


def test_below_the_threshold_no_second_person_is_needed_and_nobody_is_said_to_have_approved(till: Till) -> None:
    books = open_campaigns(till, rules=HouseRules(four_eyes=FourEyes(threshold_minor=5_001)))
    books.draft(a_campaign(), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert answer.standing is not None
    assert (answer.standing.state, answer.standing.approved_by) == ("approved", "")


def test_what_nothing_bounds_is_above_every_threshold(till: Till) -> None:
    books = open_campaigns(till, rules=HouseRules(four_eyes=FourEyes(threshold_minor=10**15)))
    books.draft(a_campaign(promotions=(off(10, budget=None),)), by=ANN)
    answer = books.move("tea", "submit", by=ANN)
    assert answer.standing is not None
    assert answer.standing.state == "submitted"


def test_new_terms_of_a_live_campaign_count_once_a_second_person_approved_them(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    answer = books.revise(a_campaign(20), by=ANN)
    assert answer.standing is not None
    assert (answer.standing.version, answer.standing.proposed) == (1, 2)
    assert total(till) == 900
    assert books.move("tea", "approve", by=ANN).verdict.code == "role_missing"
    assert total(till) == 900
    assert books.move("tea", "approve", by=BOB)
    assert total(till) == 800
    assert [one.terms.promotions[0].benefit for one in books.versions("tea")] == [
        off(10).benefit,
        off(20).benefit,
    ]


def test_whoever_looked_at_an_older_revision_changes_nothing(books: Campaigns, clock: SetClock) -> None:
    live(books, clock)
    standing = books.standing("tea")
    assert standing is not None
    assert books.move("tea", "pause", by=BOB, revision=standing.revision)
    answer = books.move("tea", "resume", by=BOB, revision=standing.revision)
    assert answer.verdict.code == "changed_meanwhile"
    books.move("tea", "resume", by=BOB)
    books.revise(a_campaign(30), by=ANN)
    assert books.move("tea", "approve", by=BOB, version=1).verdict.code == "other_version"
    assert books.move("tea", "approve", by=BOB, version=2)


def test_who_acts_has_a_name_and_is_not_the_machine(books: Campaigns) -> None:
    with pytest.raises(InputError, match="has a name"):
        books.draft(a_campaign(), by=an_actor("  ", "admin"))
    with pytest.raises(InputError, match="acts by itself"):
        books.draft(a_campaign(), by=an_actor("Dealwright", "admin"))
    assert books.all() == ()
