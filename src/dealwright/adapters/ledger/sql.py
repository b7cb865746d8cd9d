"""The ledger's ports over a SQL database: a change becomes steps of one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from dealwright.adapters.ledger import faults, frozen, queries, rows
from dealwright.adapters.ledger import statements as sql
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.steps import BusyError, Database, LostError, Step
from dealwright.app.till.ledger_ports import (
    Change,
    Conflict,
    HoldRecord,
    KeptAnswer,
    Message,
    OrderRecord,
    OrderStep,
    PendingMessage,
    Request,
)
from dealwright.engine.ledger import Balance, deltas


class SqlBooks:
    """Writes changes and reads what was kept."""

    def __init__(self, database: Database, kind: sql.Kind) -> None:
        self._database = database
        self._kind: sql.Kind = kind

    def write(self, change: Change) -> Conflict | None:
        """See `Books.write`."""
        steps = list(self._steps(change))
        faults.hit("before_write")
        try:
            misfit = self._write(steps, is_repeatable=change.request is not None or bool(change.ends))
        except BusyError:
            return self._busy(change)
        if misfit is None:
            faults.hit("after_commit_before_reply")
            return None
        return self._conflict(misfit, change)

    def _write(self, steps: list[Step], *, is_repeatable: bool) -> str | None:
        """Write; once more if the connection was lost and writing twice does no harm."""
        try:
            return self._database.write(steps)
        except LostError:
            if not is_repeatable:
                raise
        return self._database.write(steps)

    def kept(self, key: str) -> KeptAnswer | Literal["in_progress"] | None:
        """See `Books.kept`."""
        probe = _keep_step(self._kind, Request(key, ""), b"", None, 0)
        try:
            found = self._database.waiting_rows(queries.read_kept(), {"key": key}, probe=probe)
        except BusyError:
            return "in_progress"
        return _kept_answer(found[0]) if found else None

    def _busy(self, change: Change) -> Conflict:
        kept = None if change.request is None else self.kept(change.request.key)
        if isinstance(kept, KeptAnswer):
            return Conflict("key", kept=kept)
        return Conflict("in_progress" if kept == "in_progress" else "busy")

    def _conflict(self, misfit: str, change: Change) -> Conflict:
        match misfit:
            case "key":
                assert change.request is not None
                kept = self._database.rows(queries.read_kept(), {"key": change.request.key})
                return Conflict("key", kept=_kept_answer(kept[0]))
            case "hold" | "order_has_hold" | "order":
                return Conflict(misfit, names=tuple(end.hold_id for end in change.ends))
            case _:
                return Conflict("accounts", names=tuple(delta.account for delta in deltas(change.moves)))

    def _steps(self, change: Change) -> Iterator[Step]:
        at, kind = micros(change.at), self._kind
        if change.request is not None:
            assert change.answer is not None
            raw, hold_id = frozen.answer_bytes(change.answer)
            yield _keep_step(kind, change.request, raw, hold_id, at)
        if change.ends:
            ends = sorted(change.ends, key=lambda end: end.hold_id)
            yield Step("hold", sql.end_holds(kind), rows.as_rows(rows.end_row(end, at) for end in ends), len(ends))
        if change.hold is not None:
            yield Step("order_has_hold", sql.add_hold(kind), rows.hold_values(change.hold))
        if change.order is not None:
            yield Step("order", sql.add_order(kind), rows.order_values(change.order))
        if change.step is not None:
            yield from _order_steps(kind, change.step)
        if change.messages:
            yield Step(
                "messages", sql.add_messages(kind), rows.as_rows(map(rows.message_row, change.messages)), None
            )
        if change.moves:
            yield from self._account_steps(change, at)

    def _account_steps(self, change: Change, at: int) -> Iterator[Step]:
        moved = deltas(change.moves)
        entries = (
            {
                "account": move.account,
                "source": move.source,
                "target": move.target,
                "amount": move.amount,
                "cause": move.cause,
                "at": at,
            }
            for move in change.moves
        )
        yield Step("entries", sql.add_entries(self._kind), rows.as_rows(entries), None)
        opened = [{"account": delta.account, "limit": delta.limit} for delta in moved if delta.limit is not None]
        opened += [{"account": account, "limit": 0} for account in change.opens]
        if opened:
            yield Step("open", sql.open_accounts(self._kind), rows.as_rows(opened), None)
        yield Step("accounts", sql.move_accounts(self._kind), rows.as_rows(map(rows.delta_row, moved)), len(moved))


class SqlReads:
    """Reads accounts, holds and orders as they are committed now."""

    def __init__(self, database: Database, kind: sql.Kind) -> None:
        self._database = database
        self._kind: sql.Kind = kind

    def balances(self, accounts: Sequence[str]) -> Mapping[str, Balance]:
        """See `Accounts.balances`."""
        if not accounts:
            return {}
        found = self._database.rows(queries.read_balances(self._kind), {"accounts": json.dumps(list(accounts))})
        return {row[0]: Balance(*row) for row in found}

    def holders(self, account: str, *, limit: int) -> tuple[HoldRecord, ...]:
        """See `Accounts.holders`."""
        return self._holds(queries.read_holders(self._kind), {"quoted": frozen.quoted(account), "most": limit})

    def hold(self, hold_id: str) -> HoldRecord | None:
        """See `Holds.hold`."""
        return next(iter(self._holds(queries.read_hold(), {"hold_id": hold_id})), None)

    def hold_of(self, order_id: str) -> HoldRecord | None:
        """See `Holds.hold_of`."""
        return next(iter(self._holds(queries.read_hold_of(), {"order_id": order_id})), None)

    def due(self, at: datetime, *, limit: int) -> tuple[HoldRecord, ...]:
        """See `Holds.due`."""
        return self._holds(queries.read_due(), {"at": micros(at), "most": limit})

    def order(self, order_id: str) -> OrderRecord | None:
        """See `Orders.order`."""
        found = self._database.rows(queries.read_order(), {"order_id": order_id})
        return rows.order_record(found[0]) if found else None

    def _holds(self, statement: Any, values: Mapping[str, Any]) -> tuple[HoldRecord, ...]:
        return tuple(rows.hold_record(row) for row in self._database.rows(statement, values))


class SqlOutbox:
    """Messages on their way."""

    def __init__(self, database: Database, kind: sql.Kind) -> None:
        self._database = database
        self._kind: sql.Kind = kind

    def pending(self, limit: int) -> tuple[PendingMessage, ...]:
        """See `Outbox.pending`."""
        found = self._database.rows(queries.read_pending(), {"most": limit})
        return tuple(
            PendingMessage(number, Message(kind, subject, instant(at), json.loads(body)))
            for number, kind, subject, at, body in found
        )

    def done(self, numbers: Iterable[int], *, at: datetime) -> None:
        """See `Outbox.done`."""
        sent = ({"number": number, "at": micros(at)} for number in sorted(numbers))
        self._database.write([Step("sent", sql.mark_sent(self._kind), rows.as_rows(sent), None)])


def _keep_step(kind: sql.Kind, request: Request, raw: bytes, hold_id: str | None, at: int) -> Step:
    values = {
        "key": request.key,
        "fingerprint": request.fingerprint,
        "answer": raw,
        "hold_id": hold_id,
        "at": at,
    }
    return Step("key", sql.keep_answer(kind), values)


def _kept_answer(row: tuple[Any, ...]) -> KeptAnswer:
    fingerprint, raw, evaluation = row
    answer = frozen.answer_from(bytes(raw), evaluation)
    return KeptAnswer(fingerprint, frozen.full_bytes(bytes(raw), evaluation), answer)


def _order_steps(kind: sql.Kind, step: OrderStep) -> Iterator[Step]:
    after = step.after
    new = {
        "of_order": after.order.order_id,
        "revision_before": step.before.revision,
        "new_state": after.order.state,
        "new_revision": after.revision,
        "new_returned": frozen.counts_bytes(after.order.returned),
        "new_refunded_minor": after.order.refunded_minor,
        "new_delivery_refunded_minor": after.delivery_refunded_minor,
    }
    yield Step("order", sql.step_order(), new)
    refund = {
        "refund_id": step.refund.refund_id,
        "order_id": step.refund.order_id,
        "at": micros(step.at),
        "amount_minor": step.refund.amount_minor,
        "refund": frozen.refund_bytes(step.refund),
    }
    yield Step("order", sql.add_refund(kind), refund)
