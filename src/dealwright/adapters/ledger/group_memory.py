"""Groups in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from dealwright.adapters.ledger.sale_memory import SaleMemory
from dealwright.app.till.ledger_ports import Request
from dealwright.app.till.sale_ports import GroupAnswer, GroupChange, GroupView, Member
from dealwright.engine.group import Group, GroupStanding, GroupState, seats_account
from dealwright.engine.outcomes import Refused


class MemoryGroups:
    """See `GroupBooks`."""

    def __init__(self, memory: SaleMemory) -> None:
        self._memory = memory
        self._groups: dict[str, Group] = {}
        self._states: dict[str, GroupState] = {}
        self._members: dict[str, dict[str, Member]] = {}

    def add(self, group: Group) -> Group:
        """See `GroupBooks.add`."""
        with self._memory.lock:
            if group.group_id not in self._groups:
                self._memory.load(seats_account(group.group_id), group.seats, cause=group.group_id)
                self._groups[group.group_id] = group
                self._states[group.group_id] = "open"
                self._members[group.group_id] = {}
            return self._groups[group.group_id]

    def change(
        self,
        group_id: str,
        decide: Callable[[GroupView], GroupChange | Refused],
        *,
        customer_id: str | None,
        request: Request | None,
    ) -> GroupAnswer | Refused | None:
        """See `GroupBooks.change`."""
        with self._memory.lock:
            before = self._memory.answered(request)
            if before is not None:
                return cast(GroupAnswer | Refused, before)
            view = self.view(group_id)
            if view is None:
                return Refused("group_unknown", f"no group is called {group_id!r}")
            if customer_id is not None:
                shown = {name: one for name, one in view.members.items() if name == customer_id}
                view = replace(view, members=shown)
            change = decide(view)
            if isinstance(change, Refused):
                return change
            self._memory.write(
                moves=change.moves,
                messages=change.messages,
                paybacks=change.paybacks,
                request=request,
                answer=change.answer,
            )
            self._members[group_id].update({one.customer_id: one for one in change.members})
            self._states[group_id] = change.state or self._states[group_id]
            return change.answer

    def view(self, group_id: str) -> GroupView | None:
        """See `GroupBooks.view`."""
        with self._memory.lock:
            group = self._groups.get(group_id)
            if group is None:
                return None
            members = dict(self._members[group_id])
            standing = GroupStanding(
                self._states[group_id],
                self._memory.ledger.clock.now(),
                self._memory.left(seats_account(group_id)),
                sum(one.state == "paid" for one in members.values()),
            )
            return GroupView(group, standing, members)

    def due(self, *, limit: int) -> tuple[str, ...]:
        """See `GroupBooks.due`."""
        with self._memory.lock:
            now = self._memory.ledger.clock.now()
            due = [
                (group.deadline, name)
                for name, group in self._groups.items()
                if self._states[name] == "open" and group.deadline <= now
            ]
            return tuple(name for _, name in sorted(due)[:limit])
