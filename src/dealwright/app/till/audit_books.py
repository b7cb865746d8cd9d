"""Holds every balance against the entries and the holds that must add up to it."""

from __future__ import annotations

from collections.abc import Iterator

from dealwright.app.till.ledger_ports import Audit, BookFacts
from dealwright.engine.ledger import Balance


def audit_books(audit: Audit) -> tuple[str, ...]:
    """One sentence per thing that is wrong; empty when the books are right. Nobody may write meanwhile."""
    facts = audit.facts()
    return (*_wrong_balances(facts), *_wrong_counts(facts))


def _wrong_balances(facts: BookFacts) -> Iterator[str]:
    for account in sorted({*facts.balances, *facts.moved, *facts.held}):
        balance = facts.balances.get(account, Balance(account, 0, 0, 0))
        moved = facts.moved.get(account, {})
        for state, amount in (("held", balance.held), ("used", balance.used)):
            if moved.get(state, 0) != amount:
                yield f"{account}: {amount} are {state}, its entries say {moved.get(state, 0)}"
        # Limits load accounts by themselves; only what was delivered has entries.
        if account.startswith("stock/") and -moved.get("loaded", 0) != balance.loaded:
            yield f"{account}: {balance.loaded} are loaded, its entries say {-moved.get('loaded', 0)}"
        if facts.held.get(account, 0) > balance.held:
            yield f"{account}: {balance.held} are held, carts hold {facts.held[account]}"
        if min(balance.available, balance.held, balance.used) < 0:
            yield f"{account}: a state is below zero: {balance}"


def _wrong_counts(facts: BookFacts) -> Iterator[str]:
    if facts.n_committed_holds != facts.n_orders:
        yield f"{facts.n_committed_holds} holds are committed, but there are {facts.n_orders} orders"
    if facts.n_order_messages != facts.n_orders:
        yield f"{facts.n_order_messages} messages tell of {facts.n_orders} orders"
