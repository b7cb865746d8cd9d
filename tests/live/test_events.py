"""Events come twice, late and in disorder; what is counted is what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.adapters.ledger import faults
from dealwright.app.events.event_ports import Backlog, Counts, Minute, Taken
from dealwright.core.errors import InputError
from dealwright.live.events import Events, Store, open_events
from dealwright.monitor.tally import Tally
from dealwright.till import open_till
from ledgers import at_once, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from shop_events import START, Told, drawn_events, event, events_over, order_line, shuffled, told


@pytest.fixture
def store(till_url: str) -> Iterator[Store]:  # noqa: F811
    with ExitStack() as stack:
        yield open_events(stack.enter_context(open_till(till_url)), campaigns=Told()).store


@pytest.fixture
def events(store: Store) -> Events:
    return events_over(store)


ORDER = event(
    "1",
    "order",
    {
        "order_id": "o-1",
        "customer": "c-2",
        "currency": "EUR",
        "lines": [
            order_line("S9", 2, 1800, discount_minor=200, promotion_ids=["P1"], cost_minor=1000),
            order_line("S1", 1, 500),
        ],
    },
    minute=3.5,
)


def test_an_order_is_counted_in_its_minute_with_the_lines_that_used_the_campaigns_promotion(events: Events) -> None:
    assert events.take([ORDER]) == Counts(1, accepted=1)
    assert events.tallies("tea") == (
        Tally(
            "tea",
            "",
            START + timedelta(minutes=3),
            n_exposed=1,
            n_buyers=1,
            n_orders=1,
            units=2,
            net_minor=1800,
            cost_minor=1000,
            discount_minor=200,
            n_redemptions=1,
        ),
    )


def test_who_is_held_out_is_counted_by_the_products_of_the_campaign(events: Events) -> None:
    body = {"order_id": "o-1", "customer": "c-1", "lines": [order_line("S1")]}
    events.take([event("1", "order", body), event("2", "view", {"customer": "c-2", "sku": "S1"})])
    held, treated = events.tallies("held")
    assert (held.arm, held.n_exposed, held.n_buyers, held.net_minor) == ("holdout", 1, 1, 900)
    assert (treated.arm, treated.n_exposed, treated.n_buyers, treated.n_orders) == ("treatment", 1, 0, 0)
    assert not held.is_cost_known


def test_a_product_seen_after_the_end_of_the_campaign_is_no_sight_of_it(events: Events) -> None:
    last, after = 24 * 60 - 0.01, 24 * 60
    events.take([event("1", "view", {"customer": "c-2", "sku": "S1"}, minute=after)])
    assert events.tallies("held") == ()
    events.take([event("2", "view", {"customer": "c-2", "sku": "S1"}, minute=last)])
    assert [one.n_exposed for one in events.tallies("held")] == [1]


def test_a_customer_counts_once_in_the_minute_of_the_first_sight_though_that_is_told_last(events: Events) -> None:
    for number, minute in enumerate((9, 4, 7)):
        events.take([event(f"{number}", "view", {"customer": "c-2", "promotion_ids": ["P1"]}, minute=minute)])
    assert [(one.start.minute, one.n_exposed) for one in events.tallies("tea")] == [(4, 1)]


def test_a_cancellation_that_comes_before_its_order_gives_all_of_it_back_in_its_own_minute(events: Events) -> None:
    events.take([event("2", "cancellation", {"order_id": "o-1"}, minute=8)])
    assert events.tallies("tea") == ()
    events.take([ORDER])
    assert [(one.start.minute, one.net_minor, one.returned_minor) for one in events.tallies("tea")] == [
        (3, 1800, 0),
        (8, 0, 1800),
    ]


def test_no_more_comes_back_than_was_paid_however_often_it_is_told(events: Events) -> None:
    back = {"order_id": "o-1", "lines": [{"sku": "S9", "quantity": 1, "refund_minor": 1500}]}
    events.take([event("3", "return", back, minute=6), ORDER, event("2", "return", back, minute=5)])
    events.take([event("4", "cancellation", {"order_id": "o-1"}, minute=7)])
    assert [one.returned_minor for one in events.tallies("tea")] == [0, 1500, 300]


def test_of_an_order_told_again_the_highest_revision_counts(events: Events) -> None:
    changed = {**ORDER["body"], "revision": 1, "lines": [order_line("S9", 1, 100, promotion_ids=["P1"])]}
    events.take([event("2", "order", changed, minute=4)])
    events.take([ORDER])
    assert [(one.n_orders, one.net_minor) for one in events.tallies("tea")] == [(0, 0), (1, 100)]


def test_the_same_batch_sent_again_changes_nothing(events: Events) -> None:
    batch = drawn_events(seed=1, n=200)
    assert events.take(batch) == Counts(200, accepted=200)
    before = told(events)
    assert events.take(batch) == Counts(200, duplicates=200)
    assert told(events) == before


def test_an_event_of_a_closed_minute_corrects_it_and_is_told_as_a_correction(events: Events) -> None:
    events.take([event("1", "view", {"customer": "c-2", "promotion_ids": ["P1"]}, minute=60)])
    assert events.closed_until() == START + timedelta(minutes=55)
    late = event("2", "view", {"customer": "c-4", "promotion_ids": ["P1"]}, minute=54.5)
    just = event("3", "view", {"customer": "c-6", "promotion_ids": ["P1"]}, minute=55.5)
    assert events.take([late, just]) == Counts(2, accepted=1, corrected=1)
    assert [(one.start.minute, dict(one.change)) for one in events.corrections()] == [(54, {"n_exposed": 1})]
    assert sum(one.n_exposed for one in events.tallies("tea")) == 3


def test_disorder_duplicates_and_lateness_leave_every_minute_as_in_the_orderly_run(events: Events) -> None:
    orderly = events_over(MemoryEvents())
    batch = drawn_events(seed=7, n=1500)
    orderly.take_all(batch)
    came = shuffled(batch, seed=8)
    counts = Counts()
    for start in range(0, len(came), 100):
        taken = events.take(came[start : start + 100])
        assert isinstance(taken, Counts)
        counts += taken
    assert told(events) == told(orderly)
    assert counts.sent == len(came)
    assert counts.duplicates == len(came) - len(batch)
    assert counts.corrected > 0
    assert counts.quarantined == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), order=st.randoms(use_true_random=False), size=st.integers(1, 40))
def test_any_order_in_any_batches_with_any_repeats_counts_the_same(seed: int, order: object, size: int) -> None:
    batch = drawn_events(seed, 60)
    orderly, other = events_over(MemoryEvents()), events_over(MemoryEvents())
    orderly.take_all(batch)
    came = [*batch, *order.sample(batch, 20)]  # type: ignore[attr-defined]
    order.shuffle(came)  # type: ignore[attr-defined]
    for start in range(0, len(came), size):
        other.take(came[start : start + size])
    assert told(other) == told(orderly)
    assert sum((one.counts for one in other.sources()), Counts()).duplicates == 20


def test_a_crash_before_the_commit_leaves_nothing_and_the_batch_can_be_sent_again(store: Store) -> None:
    if isinstance(store, MemoryEvents):
        pytest.skip("memory does not outlive its process")
    events = events_over(store)
    batch = drawn_events(seed=3, n=50)
    faults.arm("before_commit", "raise")
    with pytest.raises(faults.FaultError):
        events.take(batch)
    assert events.sources() == ()
    faults.arm("after_commit_before_reply", "raise")
    with pytest.raises(faults.FaultError):
        events.take(batch)
    assert events.take(batch) == Counts(50, duplicates=50)


def test_six_who_send_the_same_events_at_once_count_each_once(events: Events) -> None:
    batch = drawn_events(seed=9, n=120)
    orderly = events_over(MemoryEvents())
    orderly.take_all(batch)

    def send(number: int) -> Counts:
        own = batch[20 * number :] + batch[: 20 * number]
        parts = (events.take(own[start : start + 30]) for start in range(0, 120, 30))
        return sum((one for one in parts if isinstance(one, Counts)), Counts())

    counts = sum((one for one in at_once(6, send) if isinstance(one, Counts)), Counts())
    assert (counts.sent, counts.accepted + counts.corrected, counts.duplicates) == (720, 120, 600)
    assert told(events) == told(orderly)


def test_what_cannot_be_taken_is_kept_with_its_reasons_and_once(events: Events) -> None:
    unknown = event("1", "view", {"campaign_id": "coffee"})
    foreign = event("2", "order", {**ORDER["body"], "currency": "USD"})
    ahead = event("3", "view", {}, minute=4 * 24 * 60 + 5)
    for _ in range(2):
        counts = events.take([unknown, foreign, ahead, '{"source": ', b"\xff"])
    assert counts == Counts(5, duplicates=5)
    letters = events.dead_letters()
    assert [one.event_id for one in letters] == ["1", "2", "3", "", ""]
    assert "no campaign is called 'coffee'" in letters[0].problems[0]
    assert "counts in EUR; given USD" in letters[1].problems[0]
    assert "300 s ahead of our clock" in letters[2].problems[0]
    assert sum((one.counts for one in events.sources()), Counts()) == Counts(10, duplicates=5, quarantined=5)


def test_a_second_event_under_the_same_id_does_not_replace_the_first(events: Events) -> None:
    other = {**ORDER, "body": {**ORDER["body"], "order_id": "o-2"}}
    assert events.take([ORDER, other]) == Counts(2, accepted=1, quarantined=1)
    assert events.take([other]) == Counts(1, duplicates=1)
    (letter,) = events.dead_letters()
    assert "sent another event as '1' before" in letter.problems[0]
    assert events.replay().taken == 0
    assert [one.n_orders for one in events.tallies("tea")] == [1]


def test_what_was_a_dead_letter_can_come_again_as_a_contradiction(store: Store) -> None:
    soon = {"customer": "c-2", "promotion_ids": ["P1"]}
    ahead, other = event("1", "view", soon, minute=10), event("1", "view", soon, minute=-10)
    early = events_over(store, at=START)
    early.take([ahead])
    later = events_over(store)
    assert later.take([other, ahead]) == Counts(2, accepted=1, duplicates=1)
    assert [one.start for one in later.tallies("tea")] == [START - timedelta(minutes=10)]


def test_a_telling_of_an_order_that_says_nothing_of_campaigns_takes_nothing_back(store: Store) -> None:
    plain = {"order_id": "o-1", "lines": [order_line("S9")]}
    ours = {"order_id": "o-1", "lines": [order_line("S9", promotion_ids=["P1"])]}
    events = events_over(store)
    events.take([event("1", "order", ours)])
    events.take([event("2", "order", plain, minute=5)])
    assert [one.net_minor for one in events.tallies("tea")] == [900]
    events.take([event("3", "order", {**plain, "revision": 1}, minute=6)])
    assert [one.net_minor for one in events.tallies("tea")] == []


def test_dead_letters_live_again_when_what_was_missing_is_there(store: Store) -> None:
    early = events_over(store, at=START)
    early.take([event("1", "view", {"customer": "c-2", "promotion_ids": ["P1"]}, minute=10), "{"])
    assert early.replay().taken == 0
    later = events_over(store)
    done = later.replay()
    assert (done.taken, [one.text for one in done.refused]) == (1, ["{"])
    assert [one.n_exposed for one in later.tallies("tea")] == [1]
    assert sum((one.counts for one in later.sources()), Counts()) == Counts(2, accepted=1, quarantined=1)
    assert later.replay().taken == 0


def test_a_dead_letter_is_taken_as_it_was_corrected(events: Events) -> None:
    wrong = event("1", "view", {"customer": "c-2", "promotion_ids": "P1"})
    events.take([wrong])
    (letter,) = events.dead_letters()
    assert letter.problems == ("body.promotion_ids is a list of 0 to 500; given 'P1'",)
    right = json.dumps({**wrong, "body": {"customer": "c-2", "promotion_ids": ["P1"]}})
    assert events.replay(letter.number, corrected=right).taken == 1
    assert events.dead_letters() == ()
    assert events.dead_letters(state="replayed")[0].number == letter.number
    with pytest.raises(InputError, match=f"no dead letter {letter.number} waits"):
        events.replay(letter.number)
    with pytest.raises(InputError, match="a correction is of one dead letter"):
        events.replay(corrected=right)


def test_a_dropped_letter_is_never_tried_again(events: Events) -> None:
    events.take([event("1", "view", {"campaign_id": "coffee"})])
    (letter,) = events.dead_letters()
    assert events.drop(letter.number, 999) == 1
    assert events.drop(letter.number) == 0
    assert events.replay() == events.replay()
    assert events.dead_letters(state="dropped")[0].event_id == "1"


def test_a_dropped_letter_that_is_sent_again_waits_again_under_its_number(events: Events) -> None:
    wrong = event("1", "view", {"campaign_id": "coffee"})
    events.take([wrong])
    (letter,) = events.dead_letters()
    events.drop(letter.number)
    assert events.take([wrong]) == Counts(1, quarantined=1)
    assert [one.number for one in events.dead_letters()] == [letter.number]
    assert events.dead_letters(state="dropped") == ()
    assert events.take([wrong]) == Counts(1, duplicates=1)


def test_orders_of_two_sources_under_one_number_are_two_orders(events: Events) -> None:
    other = {**ORDER, "source": "shop-2", "body": {**ORDER["body"], "customer": "c-4"}}
    assert events.take([ORDER, other]) == Counts(2, accepted=2)
    assert [(one.n_orders, one.net_minor) for one in events.tallies("tea")] == [(2, 3600)]


def test_nobody_but_its_own_source_cancels_an_order_or_gives_it_back(events: Events) -> None:
    back = {"order_id": "o-1", "lines": [{"sku": "S9", "quantity": 1, "refund_minor": 900}]}
    events.take([ORDER])
    events.take(
        [
            event("2", "cancellation", {"order_id": "o-1"}, minute=4, source="shop-2"),
            event("3", "return", back, minute=4, source="shop-2"),
        ]
    )
    assert [(one.n_orders, one.returned_minor) for one in events.tallies("tea")] == [(1, 0)]
    events.take([event("2", "cancellation", {"order_id": "o-1"}, minute=4)])
    assert sum(one.returned_minor for one in events.tallies("tea")) == 1800


def test_every_event_can_be_read_again_as_it_was_taken(events: Events) -> None:
    late = event("0", "view", {"sku": "S1", "shelf": "left"}, minute=-60)
    events.take([ORDER])
    events.take([late, ORDER])
    first, second = events.recorded()
    assert (json.loads(first.text), first.is_late) == (ORDER, False)
    assert (json.loads(second.text), second.is_late) == (late, True)
    assert events.recorded(kind="view") == events.recorded(after=first.number) == (second,)
    assert first.received_at == START + timedelta(days=4)


def test_when_too_much_waits_nothing_is_taken_and_the_sender_learns_when_to_come_again(events: Events) -> None:
    full = events_over(events.store, most_waiting=10)
    with full._queue.place(8):
        backlog = full.take(drawn_events(seed=1, n=3))
        assert isinstance(backlog, Backlog)
        assert not backlog
        assert (backlog.n_waiting, backlog.most_waiting, backlog.retry_after_seconds) == (8, 10, 1)
        assert "nothing was taken" in backlog.reason
    assert full.sources() == ()
    assert full.take(drawn_events(seed=1, n=3)) == Counts(3, accepted=3)


def test_a_batch_beyond_the_limit_is_refused_whole(events: Events) -> None:
    with pytest.raises(InputError, match="at most 10,000 events; split it"):
        events.take(ORDER for _ in range(10_001))
    assert events.sources() == ()


def test_customers_are_kept_under_a_pseudonym_where_there_is_a_key(store: Store) -> None:
    events = events_over(store, pseudonym_key=b"secret")
    view = event("1", "view", {"customer": "ann@example.com", "promotion_ids": ["P1"]})
    assert events.take([view]) == Counts(1, accepted=1)
    assert events.take([view]) == Counts(1, duplicates=1)
    plain = events_over(store)
    assert plain.take([{**view, "event_id": "2"}]) == Counts(1, quarantined=1)
    (letter,) = plain.dead_letters()
    assert "ann@example.com" not in letter.text
    assert not letter.is_whole


def test_the_arm_is_that_of_the_customer_the_shop_knows_though_only_a_pseudonym_is_kept(store: Store) -> None:
    events = events_over(store, pseudonym_key=b"secret")
    body = {"order_id": "o-1", "customer": "c-1", "lines": [order_line("S1")]}
    events.take([event("1", "view", {"customer": "c-2", "sku": "S1"}), event("2", "order", body)])
    events.take([event("3", "failure", {"code": "refused", "promotion_ids": ["P3"], "customer": "c-1"})])
    assert [(one.arm, one.n_exposed, one.n_orders, one.n_errors) for one in events.tallies("held")] == [
        ("holdout", 1, 1, 1),
        ("treatment", 1, 0, 0),
    ]
    assert not [one.text for one in events.recorded() if '"c-' in one.text]


def test_a_letter_whose_customer_is_only_a_pseudonym_has_no_arm_until_it_is_sent_again(store: Store) -> None:
    held, tea = ({"customer": "c-1", "promotion_ids": [name]} for name in ("P3", "P1"))
    seen = [event("1", "view", held, minute=10), event("2", "view", tea, minute=10)]
    events_over(store, at=START, pseudonym_key=b"secret").take(seen)
    events = events_over(store, pseudonym_key=b"secret")
    done = events.replay()
    assert (done.taken, [one.event_id for one in done.refused]) == (1, ["1"])
    assert "send the event again" in done.refused[0].problems[0]
    assert events.take(seen) == Counts(2, accepted=1, duplicates=1)
    assert [(one.arm, one.n_exposed) for one in events.tallies("held")] == [("holdout", 1)]
    assert [one.n_exposed for one in events.tallies("tea")] == [1]


def test_an_order_that_would_make_a_minute_larger_than_the_database_can_hold_is_a_dead_letter(store: Store) -> None:
    minute = Minute("tea", "", int(START.timestamp()) * 1_000_000)
    nearly = [0, 0, 1, 1, 2**63 - 1000, 0, 0, 0, 0, 0, 0]
    with store.batch() as batch:
        batch.write(Taken(0, changes={minute: nearly}))
    events = events_over(store)
    small, large = (
        event(name, "order", {"order_id": name, "lines": [order_line("S9", 1, amount, promotion_ids=["P1"])]})
        for name, amount in (("small", 99), ("large", 10**12))
    )
    assert events.take([small, large]) == Counts(2, accepted=1, quarantined=1)
    assert [(one.net_minor, one.n_orders) for one in events.tallies("tea")] == [(2**63 - 901, 2)]
    (letter,) = events.dead_letters()
    assert letter.event_id == "large"
    assert "more than 64 bits hold" in letter.problems[0]
    assert events.replay().taken == 0
    assert events.take([small, large]) == Counts(2, duplicates=2)
