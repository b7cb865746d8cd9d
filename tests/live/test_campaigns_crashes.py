"""A process dies while a campaign is moved: the books are whole, and the next tick brings the till to them."""

from __future__ import annotations

from signal import SIGKILL

import pytest

from campaigns_of_tests import ANN, BOB, START, TEA_AND_CAKE, a_campaign, die_moving, off, scheduled, total
from dealwright.campaign.life import Action
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import SetClock, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from sale_workers import exit_code_of

BOTH = (off(10), off(10, "CAKE"))
LESS = (off(50),)


def two_versions(till: Till, clock: SetClock) -> Campaigns:
    """Version 2, half off tea alone, runs; version 1 took a tenth off tea and cake."""
    books = open_campaigns(till)
    scheduled(books, a_campaign(promotions=BOTH))
    clock.time = START
    books.tend()
    books.revise(a_campaign(promotions=LESS), by=ANN)
    books.move("tea", "approve", by=BOB)
    assert total(till, TEA_AND_CAKE) == 1500
    return books


@pytest.mark.parametrize(
    ("action", "state", "price"), [("pause", "paused", 2000), ("roll_back", "live", 1800), ("end", "ended", 2000)]
)
def test_killed_between_the_books_and_the_till_the_next_tick_mends_it(
    stored_url: str,  # noqa: F811
    action: Action,
    state: str,
    price: int,
) -> None:
    clock = SetClock()
    with open_till(stored_url, clock=clock) as till:
        books = two_versions(till, clock)
        n_entries = books.audit.verify().head.number
        ended = exit_code_of(die_moving, stored_url, "after_commit_before_reply", 1, action, clock.time)
        assert ended == -SIGKILL
        standing = books.standing("tea")
        assert standing is not None
        assert standing.state == state  # it is written …
        assert [one.version for one in till.promotions.all()] == [7]  # … and the till does not know
        books.tend()
        assert total(till, TEA_AND_CAKE) == price
        found = books.audit.verify()
        assert found.is_whole
        assert found.head.number == n_entries + 1  # mending is no deed of its own


def test_killed_before_the_books_are_written_nothing_happened(stored_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(stored_url, clock=clock) as till:
        books = two_versions(till, clock)
        before = (books.standing("tea"), books.audit.head(), till.promotions.all())
        assert exit_code_of(die_moving, stored_url, "before_commit", 1, "pause", clock.time) == -SIGKILL
        books.tend()
        assert (books.standing("tea"), books.audit.head(), till.promotions.all()) == before
        assert total(till, TEA_AND_CAKE) == 1500


@pytest.mark.parametrize("at_pass", [2, 3])
def test_killed_while_the_till_is_written_no_cart_is_priced_by_a_mixture(
    stored_url: str,  # noqa: F811
    at_pass: int,
) -> None:
    """Passes of `before_commit`: the books, the promotions at the till, then those that are taken away."""
    clock = SetClock()
    with open_till(stored_url, clock=clock) as till:
        books = open_campaigns(till)
        scheduled(books, a_campaign(promotions=BOTH))
        clock.time = START
        books.tend()
        books.revise(a_campaign(promotions=LESS), by=ANN)
        assert exit_code_of(die_moving, stored_url, "before_commit", at_pass, "approve", clock.time) == -SIGKILL
        with open_till(stored_url, clock=clock) as other:
            assert total(other, TEA_AND_CAKE) == (1800 if at_pass == 2 else 1500)
            open_campaigns(other).tend()
            assert total(other, TEA_AND_CAKE) == 1500
            assert [one.id for one in other.promotions.all()] == ["TEA"]


def test_what_somebody_takes_from_the_till_by_hand_comes_back(till_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        books = two_versions(till, clock)
        assert till.promotions.retire("TEA")
        assert total(till, TEA_AND_CAKE) == 2000
        books.tend()
        assert total(till, TEA_AND_CAKE) == 1500


def test_a_campaign_that_the_till_refuses_is_paused_with_the_reason(till_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        books = open_campaigns(till)
        scheduled(books, a_campaign(10))
        clock.time = START
        books.tend()
        by_hand = Promotion("TEA", "EUR", PercentOff(off(99).benefit.percent), version=99)  # type: ignore[attr-defined]
        till.promotions.put([by_hand])
        assert list(books.tend().held_back) == ["tea"]
        standing = books.standing("tea")
        assert standing is not None
        assert standing.state == "paused"
        assert "version 99 is in force" in standing.reason
        assert total(till) == 1000


def test_an_action_nobody_knows_is_refused_with_the_nearest(till_url: str) -> None:  # noqa: F811
    with open_till(till_url) as till, pytest.raises(InputError, match="did you mean 'pause'"):
        open_campaigns(till).move("tea", "pauze", by=BOB)  # type: ignore[arg-type]
