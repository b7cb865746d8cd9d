"""Groups in a SQL database: the group's row is locked, everything about it is decided, then written at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from dealwright.adapters.ledger import sale_statements as sql
from dealwright.adapters.ledger import sale_steps as steps
from dealwright.adapters.ledger import sale_tables as tables
from dealwright.adapters.ledger.instants import instant, micros
from dealwright.adapters.ledger.sale_keys import answered_before, carried_out
from dealwright.adapters.ledger.sale_transaction import Look, MisfitError, Query, Transactions
from dealwright.adapters.ledger.steps import Step
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.sale_ports import GroupAnswer, GroupChange, GroupView, Member
from dealwright.engine.group import Group, GroupStanding, seats_account
from dealwright.engine.ledger import Move
from dealwright.engine.outcomes import Refused


class SqlGroups:
    """See `GroupBooks`. Everybody who changes a group locks its row before anything else."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._kind = transactions.kind

    def add(self, group: Group) -> Group:
        """See `GroupBooks.add`."""
        load = Move(seats_account(group.group_id), group.seats, "loaded", "available", group.group_id)
        with self._transactions.begin() as transaction:
            at = micros(transaction.look().now)
            opening = [
                Step("group", sql.add(self._kind, tables.groups), _group_values(group)),
                *steps.move_steps(self._kind, [load], at=at, opens=True),
            ]
            try:
                transaction.commit(opening)
            except MisfitError as misfit:
                if misfit.args[0] != "group":
                    raise
        found = self.view(group.group_id)
        assert found is not None
        return found.group

    def change(
        self,
        group_id: str,
        decide: Callable[[GroupView], GroupChange | Refused],
        *,
        customer_id: str | None,
        request: Request | None,
    ) -> GroupAnswer | Refused | None:
        """See `GroupBooks.change`."""
        return carried_out(lambda: self._change(group_id, decide, customer_id, request))

    def view(self, group_id: str) -> GroupView | None:
        """See `GroupBooks.view`."""
        rows = [self._transactions.read(query) for query in self._queries(group_id, None, locks=False)]
        return _view(Look(self._transactions.now(), rows))

    def due(self, *, limit: int) -> tuple[str, ...]:
        """See `GroupBooks.due`."""
        values = {"at": micros(self._transactions.now()), "most": limit}
        return tuple(row[0] for row in self._transactions.read(Query(sql.due_groups(), values)))

    def _change(
        self,
        group_id: str,
        decide: Callable[[GroupView], GroupChange | Refused],
        customer_id: str | None,
        request: Request | None,
    ) -> GroupAnswer | Refused | None:
        with self._transactions.begin() as transaction:
            kept = sql.known_key(self._kind, request)
            look = transaction.look(*self._queries(group_id, customer_id, locks=True), kept)
            before = answered_before(look.rows[4], request)
            if before is not None:
                return cast(GroupAnswer | Refused, before)
            view = _view(look)
            if view is None:
                return Refused("group_unknown", f"no group is called {group_id!r}")
            change = decide(view)
            if isinstance(change, Refused):
                return change
            transaction.commit([*self._steps(view, change, request, at=micros(look.now))])
            return change.answer

    def _queries(self, group_id: str, customer_id: str | None, *, locks: bool) -> Sequence[Query]:
        of_group = {"group_id": group_id}
        shown = {**of_group, "customer_id": "" if customer_id is None else customer_id}
        return (
            Query(sql.by_name(tables.groups, "group_id", locks=locks), of_group),
            Query(sql.members_of(), of_group) if customer_id is None else Query(sql.one_member(), shown),
            Query(sql.count_paid(), of_group),
            Query(sql.read_account(), {"account": seats_account(group_id)}),
        )

    def _steps(self, view: GroupView, change: GroupChange, request: Request | None, *, at: int) -> Iterable[Step]:
        kind, group_id = self._kind, view.group.group_id
        if request is not None and change.answer is not None:
            yield steps.keep_step(kind, request, change.answer, at=at)
        if change.members:
            rows = (_member_values(group_id, member) for member in change.members)
            yield Step("members", sql.put(kind, tables.members), sql.as_rows(rows), len(change.members))
        yield from steps.payback_steps(kind, f"group/{group_id}", change.paybacks, at=at)
        if change.state is not None:
            yield Step("state", sql.set_group_state(), {"of_group": group_id, "state_after": change.state})
        if change.messages:
            yield steps.message_step(kind, change.messages)
        yield from steps.move_steps(kind, change.moves, at=at)


def _view(look: Look) -> GroupView | None:
    groups, shown, paid, seats, *_ = look.rows
    if not groups:
        return None
    group_id, n_seats, deadline, price_minor, currency, sku, state = groups[0]
    members = [Member(*row[1:]) for row in shown]
    return GroupView(
        Group(group_id, n_seats, instant(deadline), price_minor, currency, sku),
        GroupStanding(state, look.now, seats_left=seats[0][0], n_paid=paid[0][0]),
        {member.customer_id: member for member in members},
    )


def _group_values(group: Group) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "seats": group.seats,
        "deadline": micros(group.deadline),
        "price_minor": group.price_minor,
        "currency": group.currency,
        "sku": group.sku,
        "state": "open",
    }


def _member_values(group_id: str, member: Member) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "customer_id": member.customer_id,
        "state": member.state,
        "payment": member.payment,
    }
