"""What a presale asks for and when: a deposit that may count for more, a balance with coupons, rules on default.

Windows are half-open: a moment equal to an end is too late. Amounts are integers in minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dealwright.core.cart import MOST_MINOR, MOST_UNITS
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.engine.ledger import stock_account
from dealwright.engine.outcomes import Refused

MOST_PER_ORDER = 1_000_000

PresaleState = Literal["deposit_paid", "completed", "defaulted", "cancelled"]


@dataclass(frozen=True, slots=True)
class Presale:
    """`units` of a sku for `price_minor` each: `deposit_minor` now, which counts as `deposit_counts_minor` later.

    Deposits are taken in [`deposit_start`, `deposit_end`), balances in [`balance_start`, `balance_end`).
    A customer who does not pay the balance loses `kept_percent` of the deposit. If the shop cancels, it returns
    `shop_returns_percent` of the deposit: 200 is twice the deposit, as Chinese law has it for earnest money.
    """

    presale_id: str
    sku: str
    units: int
    per_customer: int
    price_minor: int
    deposit_minor: int
    deposit_counts_minor: int
    currency: str
    deposit_start: datetime
    deposit_end: datetime
    balance_start: datetime
    balance_end: datetime
    kept_percent: int = 100
    shop_returns_percent: int = 100


@dataclass(frozen=True, slots=True)
class BalanceDue:
    """What is left to pay for a whole order: price = deposit counted + discount + due."""

    price_minor: int
    deposit_counted_minor: int
    discount_minor: int
    due_minor: int


@dataclass(frozen=True, slots=True)
class Division:
    """Where a deposit goes: the shop keeps a part, the customer gets the rest (or more than was paid)."""

    kept_minor: int
    returned_minor: int


@dataclass(frozen=True, slots=True)
class DepositPaid:
    """Units set aside for an order; the balance is to be paid in the window that is told."""

    order_id: str
    presale_id: str
    customer_id: str
    sku: str
    quantity: int
    deposit_minor: int
    balance_minor: int
    currency: str
    balance_start: datetime
    balance_end: datetime


@dataclass(frozen=True, slots=True)
class BalancePaid:
    """The order is paid: `deposit_minor` + `due_minor` is all that it cost."""

    order_id: str
    presale_id: str
    customer_id: str
    deposit_minor: int
    discount_minor: int
    due_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PresaleReturn:
    """An order that ended without delivery: what the shop keeps of the deposit, and what goes back."""

    order_id: str
    presale_id: str
    customer_id: str
    state: PresaleState
    kept_minor: int
    returned_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PresaleOrder:
    """An order as it stands; `payment` is the key the deposit was paid under."""

    order_id: str
    presale_id: str
    customer_id: str
    quantity: int
    state: PresaleState
    payment: str
    deposit_minor: int
    balance_minor: int = 0
    discount_minor: int = 0


def checked_presale(presale: Presale) -> Presale:
    """The same presale; InputError with every mistake in it at once."""
    exponent(presale.currency)
    limits = (
        ("units", presale.units, 1, MOST_UNITS),
        ("per_customer", presale.per_customer, 1, MOST_PER_ORDER),
        ("price_minor", presale.price_minor, 1, MOST_MINOR),
        ("deposit_minor", presale.deposit_minor, 1, presale.price_minor),
        ("deposit_counts_minor", presale.deposit_counts_minor, presale.deposit_minor, presale.price_minor),
        ("kept_percent", presale.kept_percent, 0, 100),
        ("shop_returns_percent", presale.shop_returns_percent, 100, 200),
    )
    problems = [
        f"{name} is a whole number from {least} to {most}; given {given!r}"
        for name, given, least, most in limits
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most
    ]
    problems += [f"{name} must not be empty" for name in ("presale_id", "sku") if not getattr(presale, name)]
    names = ("deposit_start", "deposit_end", "balance_start", "balance_end")
    moments: list[datetime] = [getattr(presale, name) for name in names]
    if any(moment.tzinfo is None for moment in moments):
        problems.append(f"{', '.join(names)} need a time zone, like 2026-11-01T00:00:00+08:00")
    elif not moments[0] < moments[1] <= moments[3] or not moments[0] <= moments[2] < moments[3]:
        told = ", ".join(moment.isoformat() for moment in moments)
        problems.append(f"each window ends after it starts, and the balance's window ends last; given {told}")
    if problems:
        raise InputError(*problems)
    return presale


def presale_account(presale: Presale) -> str:
    """The account of the units that the presale has for itself."""
    return stock_account(presale.sku, pool=f"presale {presale.presale_id}")


def may_pay_deposit(presale: Presale, quantity: int, *, now: datetime, left: int, taken: int) -> Refused | None:
    """Why a deposit for `quantity` units is refused, or None; `taken` is what the customer has in this presale."""
    if now < presale.deposit_start:
        return Refused("not_started", f"deposits are taken from {presale.deposit_start.isoformat()}")
    if now >= presale.deposit_end:
        return Refused("ended", f"deposits were taken until {presale.deposit_end.isoformat()}")
    may_take = max(0, presale.per_customer - taken)
    if quantity > may_take:
        reason = f"a customer may have {presale.per_customer}; this one has {taken} and may take {may_take} more"
        return Refused("customer_limit_reached", reason, missing_quantity=quantity - may_take)
    if quantity > left:
        return Refused(
            "sold_out", f"{left} units are left; {quantity} were asked for", missing_quantity=quantity - left
        )
    return None


def may_pay_balance(presale: Presale, state: PresaleState, *, now: datetime) -> Refused | None:
    """Why a balance is refused, or None."""
    if state == "completed":
        return Refused("already_committed", "the balance is paid")
    if state != "deposit_paid":
        return Refused("already_returned", f"the order has ended: {state}")
    if now < presale.balance_start:
        return Refused("balance_not_due", f"balances are taken from {presale.balance_start.isoformat()}")
    if now >= presale.balance_end:
        return Refused("ended", f"balances were taken until {presale.balance_end.isoformat()}")
    return None


def balance(presale: Presale, quantity: int, *, discount_minor: int = 0) -> BalanceDue:
    """What is to be paid after the deposit; coupons take off the balance, and never more than the balance.

    >>> from datetime import UTC
    >>> days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 5, 10, 12)]
    >>> presale = Presale("P", "COAT", 100, 2, 10_000, 1_000, 2_000, "EUR", *days)
    >>> balance(presale, 1, discount_minor=500)
    BalanceDue(price_minor=10000, deposit_counted_minor=2000, discount_minor=500, due_minor=7500)
    """
    if discount_minor < 0:
        raise InputError(f"a discount is 0 or more minor units; given {discount_minor}")
    price, counted = presale.price_minor * quantity, presale.deposit_counts_minor * quantity
    discount = min(discount_minor, price - counted)
    return BalanceDue(price, counted, discount, price - counted - discount)


def on_default(presale: Presale, deposit_minor: int) -> Division:
    """Where the deposit goes when the balance was not paid in time; a half cent stays with the customer.

    >>> from datetime import UTC
    >>> days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 5, 10, 12)]
    >>> presale = Presale("P", "COAT", 100, 2, 10_000, 1_001, 2_000, "EUR", *days, kept_percent=50)
    >>> on_default(presale, 1_001)
    Division(kept_minor=500, returned_minor=501)
    """
    kept = deposit_minor * presale.kept_percent // 100
    return Division(kept, deposit_minor - kept)


def on_cancel_by_shop(presale: Presale, deposit_minor: int) -> Division:
    """What the shop returns when it cannot deliver; `kept` is below zero if it returns more than it got."""
    returned = -(-deposit_minor * presale.shop_returns_percent // 100)
    return Division(deposit_minor - returned, returned)
