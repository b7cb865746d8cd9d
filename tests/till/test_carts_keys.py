"""One request, one answer, however often it is sent and whatever else happens."""

from __future__ import annotations

from counted_till import a_cart, held, left, limited, refused
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order, Outcome, Swept
from dealwright.till import Till
from ledgers import SetClock


def test_the_same_key_and_request_give_the_same_bytes(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    first = held(till, a_cart(), "o1")
    assert held(till, a_cart(), "o1") == first
    raw = till.carts.by_key("hold o1").raw
    order = till.carts.commit(first.hold_id, key="c")
    assert till.carts.commit(first.hold_id, key="c") == order
    assert till.carts.by_key("hold o1").raw == raw
    assert left(till, "uses/TEN") == (0, 0, 1)
    assert len(till.ledger.outbox.pending(10)) == 1


def test_the_same_key_with_another_request_is_refused_and_changes_nothing(till: Till) -> None:
    till.stock.load("TEA", 9)
    first = held(till, a_cart(), "o1")
    refused(till.carts.hold(a_cart(units=3), key="hold o1", order_id="o1"), "key_reused")
    refused(till.carts.commit(first.hold_id, key="hold o1"), "key_reused")
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 7, 2, 0)
    assert till.carts.by_key("hold o1").answer == first


def test_a_refusal_is_kept_under_its_key(till: Till) -> None:
    till.stock.load("TEA", 1)
    no = refused(till.carts.hold(a_cart(), key="k", order_id="o1"), "sold_out")
    till.stock.load("TEA", 5)
    assert till.carts.hold(a_cart(), key="k", order_id="o1") == no
    assert till.carts.by_key("k").state == "refused"
    held(till, a_cart(), "o1")


def test_what_became_of_a_request_is_found_by_its_key(till: Till) -> None:
    assert till.carts.by_key("hold o1") == Outcome("unknown")
    first = held(till, a_cart(), "o1")
    outcome = till.carts.by_key("hold o1")
    assert (outcome.state, outcome.answer) == ("committed", first)
    assert b'"hold_id":"hold_1"' in outcome.raw


def test_a_hold_becomes_one_order_whatever_the_keys(till: Till) -> None:
    hold = held(till, a_cart(), "o1")
    assert isinstance(till.carts.commit(hold.hold_id, key="c1"), Order)
    refused(till.carts.commit(hold.hold_id, key="c2"), "already_committed")
    refused(till.carts.release(hold.hold_id, key="r"), "already_committed")
    refused(till.carts.commit("hold_9", key="c3"), "hold_unknown")


# Expiry


def test_a_sweep_gives_back_what_expired_once(till: Till, clock: SetClock) -> None:
    till.promotions.put([limited(total=5)])
    till.stock.load("TEA", 10)
    held(till, a_cart(), "o1", seconds=60)
    held(till, a_cart(), "o2", seconds=120)
    assert till.sweep() == Swept(holds=0)
    clock.forward(60)
    assert till.sweep() == Swept(holds=1)
    assert till.sweep() == Swept(holds=0)
    assert left(till, "uses/TEN") == (4, 1, 0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 8, 2, 0)
    (pending,) = till.ledger.outbox.pending(10)
    assert (pending.message.kind, pending.message.subject) == ("hold_expired", "o1")


def test_an_order_can_be_held_again_after_its_hold_expired(till: Till, clock: SetClock) -> None:
    till.stock.load("TEA", 2)
    held(till, a_cart(), "o1", seconds=60)
    clock.forward(61)
    again = till.carts.hold(a_cart(), key="again", order_id="o1")
    assert isinstance(again, Held)
    assert till.sweep() == Swept(holds=0)
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 2, 0)


# Returns and cancellations
