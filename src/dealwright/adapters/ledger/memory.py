"""The ledger in memory: for tests, demonstrations and notebooks; nothing survives the process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from dealwright.adapters.ledger import faults, frozen
from dealwright.app.till.ledger_ports import (
    BookFacts,
    Change,
    Conflict,
    HoldEnd,
    HoldRecord,
    KeptAnswer,
    Message,
    OrderRecord,
    PendingMessage,
)
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError
from dealwright.engine.ledger import Balance, Delta, Move, deltas
from dealwright.engine.outcomes import Refunded


class MemoryLedger:
    """All ports of a ledger; one lock makes every change one step."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[str, KeptAnswer] = {}
        self._holds: dict[str, HoldRecord] = {}
        self._held_of: dict[str, str] = {}  # order -> its hold that is held
        self._orders: dict[str, OrderRecord] = {}
        self._refunds: dict[str, Refunded] = {}
        self._balances: dict[str, Balance] = {}
        self._entries: list[Move] = []
        self._messages: list[Message] = []
        self._sent: dict[int, datetime] = {}

    def write(self, change: Change) -> Conflict | None:
        """See `Books.write`."""
        faults.hit("before_write")
        with self._lock:
            moved = deltas(change.moves)
            balances = {delta.account: self._after(delta, change.opens) for delta in moved}
            conflict = self._conflict(change, balances)
            if conflict is not None:
                return conflict
            faults.hit("before_commit")
            self._apply(change, {name: after for name, after in balances.items() if after is not None})
        faults.hit("after_commit_before_reply")
        return None

    def kept(self, key: str) -> KeptAnswer | Literal["in_progress"] | None:
        """See `Books.kept`."""
        with self._lock:
            return self._kept.get(key)

    def balances(self, accounts: Sequence[str]) -> Mapping[str, Balance]:
        """See `Accounts.balances`."""
        with self._lock:
            return {name: self._balances[name] for name in accounts if name in self._balances}

    def holders(self, account: str, *, limit: int) -> tuple[HoldRecord, ...]:
        """See `Accounts.holders`."""
        with self._lock:
            drawing = [
                hold
                for hold in map(self._holds.__getitem__, self._held_of.values())
                if any(demand.account == account for demand in hold.demands)
            ]
        return tuple(sorted(drawing, key=lambda hold: hold.expires_at)[:limit])

    def hold(self, hold_id: str) -> HoldRecord | None:
        """See `Holds.hold`."""
        with self._lock:
            return self._holds.get(hold_id)

    def hold_of(self, order_id: str) -> HoldRecord | None:
        """See `Holds.hold_of`."""
        with self._lock:
            name = self._held_of.get(order_id)
            return None if name is None else self._holds[name]

    def due(self, at: datetime, *, limit: int) -> tuple[HoldRecord, ...]:
        """See `Holds.due`."""
        with self._lock:
            due = [hold for hold in map(self._holds.__getitem__, self._held_of.values()) if hold.expires_at <= at]
        return tuple(sorted(due, key=lambda hold: (hold.expires_at, hold.hold_id))[:limit])

    def order(self, order_id: str) -> OrderRecord | None:
        """See `Orders.order`."""
        with self._lock:
            return self._orders.get(order_id)

    def facts(self) -> BookFacts:
        """See `Audit.facts`."""
        with self._lock:
            moved: dict[str, Counter[str]] = {}
            for move in self._entries:
                states = moved.setdefault(move.account, Counter())
                states[move.source] -= move.amount
                states[move.target] += move.amount
            held: Counter[str] = Counter()
            for name in self._held_of.values():
                held.update({demand.account: demand.amount for demand in self._holds[name].demands})
            return BookFacts(
                dict(self._balances),
                moved,
                held,
                sum(hold.state == "committed" for hold in self._holds.values()),
                len(self._orders),
                sum(message.kind == "order_committed" for message in self._messages),
            )

    def pending(self, limit: int) -> tuple[PendingMessage, ...]:
        """See `Outbox.pending`."""
        with self._lock:
            waiting = [number for number in range(len(self._messages)) if number not in self._sent][:limit]
            return tuple(PendingMessage(number, self._messages[number]) for number in waiting)

    def messages(self, *, after: int, kinds: Collection[str]) -> tuple[PendingMessage, ...]:
        """Messages of these kinds behind a number, delivered or not."""
        with self._lock:
            later = enumerate(self._messages[after + 1 :], after + 1)
            return tuple(PendingMessage(number, one) for number, one in later if one.kind in kinds)

    def refund(self, refund_id: str) -> Refunded:
        """What a return gave back."""
        with self._lock:
            return self._refunds[refund_id]

    def done(self, numbers: Iterable[int], *, at: datetime) -> None:
        """See `Outbox.done`."""
        with self._lock:
            self._sent.update(dict.fromkeys(numbers, at))

    def _after(self, delta: Delta, opens: tuple[str, ...]) -> Balance | None:
        """The balance when the delta is written; None if the account does not exist or has not enough."""
        balance = self._balances.get(delta.account)
        if balance is None:
            if delta.limit is None and delta.account not in opens:
                return None
            balance = Balance(delta.account, delta.limit or 0, 0, 0)
        renewed = 0 if delta.limit is None else delta.limit - balance.loaded
        after = Balance(
            delta.account,
            balance.available + delta.available + renewed,
            balance.held + delta.held,
            balance.used + delta.used,
        )
        return after if min(after.available, after.held, after.used) >= 0 else None

    def _conflict(self, change: Change, balances: Mapping[str, Balance | None]) -> Conflict | None:
        if change.request is not None and change.request.key in self._kept:
            return Conflict("key", kept=self._kept[change.request.key])
        if not all(self._can_end(end) for end in change.ends):
            return Conflict("hold", names=tuple(end.hold_id for end in change.ends))
        ended = {end.hold_id for end in change.ends}
        if change.hold is not None and self._is_taken(change.hold.order_id, but_for=ended):
            return Conflict("order_has_hold", names=tuple(sorted(ended)))
        if change.order is not None and change.order.order.order_id in self._orders:
            return Conflict("order", names=tuple(sorted(ended)))
        if change.step is not None and self._revision(change.step.before) != change.step.before.revision:
            return Conflict("order")
        if None in balances.values():
            return Conflict("accounts", names=tuple(balances))
        return None

    def _can_end(self, end: HoldEnd) -> bool:
        hold = self._holds.get(end.hold_id)
        return (
            hold is not None
            and hold.state == "held"
            and (end.alive_at is None or hold.expires_at > end.alive_at)
            and (end.dead_at is None or hold.expires_at <= end.dead_at)
        )

    def _is_taken(self, order_id: str, *, but_for: set[str]) -> bool:
        return order_id in self._orders or self._held_of.get(order_id, "") not in {"", *but_for}

    def _revision(self, record: OrderRecord) -> int:
        return self._orders[record.order.order_id].revision

    def _apply(self, change: Change, balances: Mapping[str, Balance]) -> None:
        for end in change.ends:
            hold = self._holds[end.hold_id]
            self._holds[end.hold_id] = replace(hold, state=end.state)
            del self._held_of[hold.order_id]
        if change.hold is not None:
            self._holds[change.hold.hold_id] = change.hold
            self._held_of[change.hold.order_id] = change.hold.hold_id
        for record in (change.order, change.step.after if change.step else None):
            if record is not None:
                self._orders[record.order.order_id] = record
        if change.step is not None:
            self._refunds[change.step.refund.refund_id] = change.step.refund
        if change.request is not None:
            assert change.answer is not None
            raw, hold_id = frozen.answer_bytes(change.answer)
            priced = None if hold_id is None else frozen.evaluation_bytes(self._holds[hold_id].evaluation)
            kept = KeptAnswer(change.request.fingerprint, frozen.full_bytes(raw, priced), change.answer)
            self._kept[change.request.key] = kept
        self._messages += change.messages
        self._entries += change.moves
        self._balances.update(balances)
        self._balances.update({name: Balance(name, 0, 0, 0) for name in change.opens if name not in self._balances})


class MemoryPromotions:
    """Every version of every promotion, in memory."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._versions: dict[tuple[str, int], Promotion] = {}
        self._in_force: dict[str, int] = {}
        self._stamp = 0

    def put(self, promotions: Sequence[Promotion], *, at: datetime) -> None:
        """See `PromotionShelf.put`."""
        del at
        with self._lock:
            problems = [
                edited_promotion(one) for one in promotions if self._versions.get((one.id, one.version), one) != one
            ]
            if problems:
                raise InputError(*problems)
            self._versions.update({(one.id, one.version): one for one in promotions})
            self._in_force.update({one.id: one.version for one in promotions})
            self._stamp += 1

    def retire(self, promotion_id: str, *, at: datetime) -> bool:
        """See `PromotionShelf.retire`."""
        del at
        with self._lock:
            was_in_force = self._in_force.pop(promotion_id, None) is not None
            self._stamp += was_in_force
            return was_in_force

    def all(self) -> tuple[Promotion, ...]:
        """See `PromotionShelf.all`."""
        with self._lock:
            return tuple(self._versions[name] for name in sorted(self._in_force.items()))

    def of(self, versions: Mapping[str, int]) -> tuple[Promotion, ...]:
        """See `Terms.of`."""
        with self._lock:
            return tuple(self._versions[name] for name in sorted(versions.items()) if name in self._versions)

    def stamp(self) -> int:
        """See `PromotionShelf.stamp`."""
        return self._stamp


def edited_promotion(promotion: Promotion) -> str:
    """What is wrong with a promotion whose version is stored with other terms."""
    return (
        f"promotion {promotion.id!r}: version {promotion.version} is stored with other terms; terms are never "
        f"edited: give the new ones version {promotion.version + 1} or higher"
    )
