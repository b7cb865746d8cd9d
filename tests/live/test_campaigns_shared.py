"""One campaign in the hands of several processes and people at once."""

from __future__ import annotations

from campaigns_of_tests import ANN, BOB, START, a_campaign, scheduled, total, within_a_second
from dealwright.live.campaigns import open_campaigns
from dealwright.till import open_till
from ledgers import SetClock, at_once


def test_what_one_process_does_the_other_sees(stored_url: str, clock: SetClock) -> None:
    with open_till(stored_url, clock=clock) as one, open_till(stored_url, clock=clock) as other:
        here, there = open_campaigns(one), open_campaigns(other)
        scheduled(here, a_campaign(10))
        clock.time = START
        assert there.tend().launched == ["tea"]
        assert here.tend().is_idle
        within_a_second(one, 900)
        here.revise(a_campaign(20), by=ANN)
        assert there.move("tea", "approve", by=BOB)
        within_a_second(one, 800)
        assert here.move("tea", "roll_back", by=BOB)
        within_a_second(other, 900)
        assert here.move("tea", "pause", by=BOB)
        within_a_second(other, 1000)


def test_of_two_who_approve_at_once_one_does_and_the_till_ends_as_the_books_say(
    stored_url: str,
    clock: SetClock,
) -> None:
    with open_till(stored_url, clock=clock) as till:
        books = open_campaigns(till)
        scheduled(books, a_campaign(10))
        clock.time = START
        books.tend()
        actions = ("pause", "resume", "pause", "resume", "roll_back", "pause")
        at_once(6, lambda n: open_campaigns(till).move("tea", actions[n], by=BOB))  # type: ignore[arg-type]
        standing = books.standing("tea")
        assert standing is not None
        books.tend()
        assert total(till) == (900 if standing.state == "live" else 1000)
        found = books.audit.verify()
        assert found.is_whole
        assert found.head.number == standing.revision
