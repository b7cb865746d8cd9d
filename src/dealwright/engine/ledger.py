"""Which accounts a priced cart draws on, and how amounts move between their states.

One double-entry ledger counts three things alike: units of stock, uses of promotions and codes, money of budgets.
An account is loaded with an amount (a limit, a delivery, a budget), and every unit of it is in one of three states:
available -> held -> used. A move takes from one state what it gives to another, so the states always sum to what
was loaded, and no state can fall below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart
from dealwright.core.ids import fingerprint
from dealwright.engine.evaluation import Applied, Evaluation
from dealwright.engine.usage import HeldCode, Usage

State = Literal["loaded", "available", "held", "used"]

# Rows that many carts want are locked last and for the shortest time; every writer uses this one order.
_LOCK_RANKS = {"customer": 0, "code": 1, "seats": 2, "uses": 3, "units": 4, "stock": 5, "budget": 6}
MAIN_POOL = "main"
_LONGEST_PART = 600
MOST_AMOUNT = 2**62  # of one account; a limit above it is none
_EPOCH = date(1970, 1, 1)
_NO_LINES: Mapping[str, int] = MappingProxyType({})
_UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Demand:
    """`amount` that a cart draws from one account.

    `limit` opens the account, loaded with that much, when it does not exist; without one it must exist.
    `comes_back` says whether a cancelled order gives it back. `promotion_id` is empty for stock, `of_lines` (units
    by line) empty for all else.
    """

    account: str
    amount: int
    limit: int | None = None
    comes_back: bool = True
    promotion_id: str = ""
    of_lines: Mapping[str, int] = field(default_factory=lambda: _NO_LINES)


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` of `account` goes from one state to another; what is taken from "loaded" is new.

    `limit` is what the account is loaded with from now on, `None` if that does not change. `cause` is the hold or
    order that the entry in the books names.
    """

    account: str
    amount: int
    source: State
    target: State
    cause: str
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """How much of an account is in each state; the three sum to `loaded_units`."""

    account: str
    available: int
    held: int
    used: int

    @property
    def loaded(self) -> int:
        """All there is."""
        return self.available + self.held + self.used


@dataclass(frozen=True, slots=True)
class Delta:
    """What all moves of one change do to one account."""

    account: str
    available: int
    held: int
    used: int
    limit: int | None = None


def part(text: str) -> str:
    """A name as one part of an account's name: whatever it holds, every database can keep and find it.

    >>> part("A/B 50%")
    'A%2FB 50%25'
    """
    escaped = text.replace("%", "%25").replace("/", "%2F").replace("\0", "%00")
    # A name this long is no name people chose; indexes take keys of bounded length only.
    return escaped if len(escaped) <= _LONGEST_PART else f"{escaped[:50]}~{fingerprint(text)}"


def stock_account(sku: str, *, pool: str = MAIN_POOL) -> str:
    """Units of a sku that a pool (a warehouse, a store, a flash sale) can sell."""
    return f"stock/{part(pool)}/{part(sku)}"


def uses_account(promotion_id: str) -> str:
    """How often a promotion may be used in all."""
    return f"uses/{part(promotion_id)}"


def customer_account(promotion_id: str, customer_id: str, *, window: date | None = None) -> str:
    """How often one customer may use a promotion, inside one window of days if the limit has windows."""
    name = f"uses/{part(promotion_id)}/customer/{part(customer_id)}"
    return name if window is None else f"{name}/{window.isoformat()}"


def units_account(promotion_id: str) -> str:
    """Units sold at a promotion's price."""
    return f"units/{part(promotion_id)}"


def customer_units_account(promotion_id: str, customer_id: str) -> str:
    """Units one customer may have at a promotion's price."""
    return f"units/{part(promotion_id)}/customer/{part(customer_id)}"


def code_account(code: str) -> str:
    """How often one code may be used."""
    return f"code/{part(code)}"


def budget_account(promotion_id: str) -> str:
    """Money a promotion may cost, in minor units."""
    return f"budget/{part(promotion_id)}"


def lock_order(account: str) -> tuple[int, str]:
    """The place of an account in the one order in which everybody locks.

    >>> sorted(["budget/A", "stock/main/TEA", "uses/A", "uses/A/customer/7"], key=lock_order)
    ['uses/A/customer/7', 'uses/A', 'stock/main/TEA', 'budget/A']
    """
    kind, *rest = account.split("/")
    return _LOCK_RANKS["customer" if rest[1:2] == ["customer"] and kind in ("uses", "units") else kind], account


def window_start(promotion: Promotion, at: datetime) -> date | None:
    """The first day of the window of days that `at` is in, in the promotion's zone; None without windows.

    Windows follow one another from the day the promotion starts (1970-01-01 if it has no start).
    """
    days = promotion.limits.per_customer_days
    if days is None:
        return None
    zone = ZoneInfo(promotion.schedule.zone)
    start = promotion.schedule.start
    first = _EPOCH if start is None else start.astimezone(zone).date()
    today = at.astimezone(zone).date()
    return date.fromordinal(today.toordinal() - (today - first).days % days)


def limit_demands(
    applied: Applied,
    promotion: Promotion,
    *,
    customer_id: str,
    at: datetime,
    code: str = "",
    code_uses: int | None = None,
) -> tuple[Demand, ...]:
    """What one applied promotion draws on its limits; `code_uses` is how often its code may be used."""
    limits, name = promotion.limits, promotion.id
    wanted = [] if code_uses is None else [_Account(code_account(code), "uses", code_uses)]
    wanted += _accounts(promotion, customer_id=customer_id, at=at)
    amounts = {"uses": 1, "units": applied.n_units, "money": applied.discount_minor}
    return tuple(
        [
            Demand(
                account,
                amounts[measure],
                min(limit, MOST_AMOUNT),
                comes_back=limits.returns_on_cancel or measure == "money",
                promotion_id=name,
            )
            for account, measure, limit in wanted
            if amounts[measure] > 0
        ]
    )


def limit_accounts(promotion: Promotion, *, customer_id: str, at: datetime) -> tuple[str, ...]:
    """The accounts of a promotion's limits that concern this customer now; codes have their own."""
    return tuple([account.name for account in _accounts(promotion, customer_id=customer_id, at=at)])


class _Account(NamedTuple):
    """An account that a limit opens, what it counts, and how much of that there is."""

    name: str
    measure: Literal["uses", "units", "money"]
    limit: int


def _accounts(promotion: Promotion, *, customer_id: str, at: datetime) -> list[_Account]:
    """One for each limit there is: most promotions have none, and names are made for those that have."""
    limits, name = promotion.limits, promotion.id
    if limits == _UNLIMITED:
        return []
    found = []
    if limits.per_customer is not None:
        window = window_start(promotion, at)
        found.append(_Account(customer_account(name, customer_id, window=window), "uses", limits.per_customer))
    if limits.units_per_customer is not None:
        found.append(_Account(customer_units_account(name, customer_id), "units", limits.units_per_customer))
    if limits.total is not None:
        found.append(_Account(uses_account(name), "uses", limits.total))
    if limits.units is not None:
        found.append(_Account(units_account(name), "units", limits.units))
    if limits.budget_minor is not None:
        found.append(_Account(budget_account(name), "money", limits.budget_minor))
    return found


def usage_of(
    promotions: Iterable[Promotion],
    spent: Mapping[str, int],
    *,
    codes: Mapping[str, HeldCode],
    customer_id: str,
    at: datetime,
) -> Usage:
    """What an evaluation must know of the past; `spent` is what every account has held or used."""
    names = {one.id: window_start(one, at) for one in promotions if one.limits != _UNLIMITED}
    return Usage(
        codes=codes,
        uses={name: spent.get(uses_account(name), 0) for name in names},
        customer_uses={
            name: spent.get(customer_account(name, customer_id, window=window), 0) for name, window in names.items()
        },
        spent_minor={name: spent.get(budget_account(name), 0) for name in names},
        units={name: spent.get(units_account(name), 0) for name in names},
        customer_units={name: spent.get(customer_units_account(name, customer_id), 0) for name in names},
    )


def stock_demands(cart: Cart, evaluation: Evaluation) -> tuple[Demand, ...]:
    """Units of every sku that leave the shelf, gifts that are not lines of the cart included."""
    pools = {line.line: line.store or cart.store or MAIN_POOL for line in cart.lines}
    lines = tuple(
        Demand(
            stock_account(line.sku, pool=pools.get(line.line, cart.store or MAIN_POOL)),
            line.quantity,
            of_lines={line.line: line.quantity},
        )
        for line in evaluation.lines
    )
    return lines + tuple(demand for applied in evaluation.applied for demand in gift_demands(cart, applied))


def gift_demands(cart: Cart, applied: Applied) -> tuple[Demand, ...]:
    """Units of an applied promotion's gifts that are not lines of the cart: they leave the shelf of its store."""
    return tuple(
        Demand(stock_account(gift.sku, pool=cart.store or MAIN_POOL), gift.quantity)
        for gift in applied.gifts
        if not gift.line
    )


def merged(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """One demand per account, in lock order."""
    by_account: dict[str, Demand] = {}
    for demand in demands:
        known = by_account.get(demand.account)
        if known is not None:
            lines = {**known.of_lines, **demand.of_lines}
            demand = replace(demand, amount=known.amount + demand.amount, of_lines=lines)
        by_account[demand.account] = demand
    return tuple(by_account[account] for account in sorted(by_account, key=lock_order))


def moves(demands: Iterable[Demand], *, source: State, target: State, cause: str) -> tuple[Move, ...]:
    """The demands as moves of accounts that exist."""
    return tuple(Move(demand.account, demand.amount, source, target, cause) for demand in demands)


def deltas(given: Iterable[Move]) -> tuple[Delta, ...]:
    """One delta per account, in lock order.

    >>> deltas((Move("uses/A", 1, "held", "available", "hold_1"), Move("uses/A", 1, "available", "held", "hold_2")))
    (Delta(account='uses/A', available=0, held=0, used=0, limit=None),)
    """
    sums: dict[str, dict[State, int]] = {}
    limits: dict[str, int] = {}
    for move in given:
        states = sums.setdefault(move.account, {"loaded": 0, "available": 0, "held": 0, "used": 0})
        states[move.source] -= move.amount
        states[move.target] += move.amount
        if move.limit is not None:
            limits[move.account] = move.limit
    return tuple(
        Delta(
            account, sums[account]["available"], sums[account]["held"], sums[account]["used"], limits.get(account)
        )
        for account in sorted(sums, key=lock_order)
    )
