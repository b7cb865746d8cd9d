"""What conditions and benefits look at: the cart in one order, with what matches what answered once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from dealwright.campaign.items import Items
from dealwright.core.cart import Cart, Delivery, LineItem
from dealwright.engine.grants import Unmet
from dealwright.engine.matching import Attribute, Matcher, Matchers, matcher_of
from dealwright.engine.policy import Policy
from dealwright.engine.remembered import Remembered
from dealwright.engine.usage import Usage

_HALF = Fraction(1, 2)


class Facts:
    """One cart at one moment, with the policy and the usage it is priced under.

    Sets of lines are bit masks. Lines are in the order of their names (shorter first), so that the order in which
    a shopper put them in changes nothing. `base` are the amounts thresholds look at; `settled` after the catalogue
    layer. `remaining` are the amounts left at the moment of asking. `remembered` is what contests on equal goods
    came to before, under the same promotions and policy.
    """

    def __init__(
        self,
        cart: Cart,
        *,
        at: datetime,
        policy: Policy,
        usage: Usage,
        matchers: Matchers | None = None,
        remembered: Remembered[Any] | None = None,
    ) -> None:
        self._matchers = matchers.by_id if matchers is not None else {}
        self.remembered = Remembered[Any]() if remembered is None else remembered
        self.known: dict[int, int] = {}  # lines by the number of a matcher, as far as they were asked for
        self.cart, self.at, self.policy, self.usage = cart, at, policy, usage
        self.lines = lines = tuple(sorted(cart.lines, key=_by_name))
        self.deliveries = tuple(sorted(cart.deliveries, key=_by_method)) if cart.deliveries else ()
        self.quantities = [line.quantity for line in lines]
        self.floors = [line.floor_minor for line in lines]
        self.has_floors = any(self.floors)
        self.regular = [line.quantity * line.unit_price_minor for line in lines]
        self.prices = self.regular
        self.base = self.regular
        self.remaining = self.regular
        all_lines = (1 << len(lines)) - 1
        self.paid = all_lines & ~_mask([line.is_gift for line in lines])
        self.discountable = self.paid & ~_mask([not line.is_discountable for line in lines])
        self.reduced = 0
        self.verdicts: dict[int, Unmet | None] = {}  # what conditions said, by their number among all promotions'
        self.barred: set[int] = set()  # the numbers of those that said no
        self._tables: dict[Attribute, dict[str, int]] = {}
        self._masks: dict[int, int] = {}
        self._numbers: dict[int, tuple[int, ...]] = {}
        self._amounts: dict[int, int] = {}
        is_exact = policy.codes_are_case_sensitive
        self.codes = {code if is_exact else code.casefold(): code for code in cart.codes} if cart.codes else {}

    def settle(self, prices: list[int], *, reduced: int) -> None:
        """The amounts per line after the catalogue layer, and the lines that promotions have reduced so far."""
        self.prices, self.reduced = prices, reduced
        self.base = self.regular if self.policy.condition_base == "regular" else prices
        self._forget()

    def reduce(self, reduced: int) -> None:
        """More lines are reduced than before, seen from the lanes that follow."""
        if reduced != self.reduced:
            self.reduced = reduced
            self._forget()

    def _forget(self) -> None:
        self.verdicts = {}  # a new one: what the old one says may still be told
        self.barred.clear()
        self._masks.clear()
        self.known.clear()
        self._amounts.clear()

    def holds(self, code: str) -> bool:
        """Whether the shopper entered this code."""
        return (code if self.policy.codes_are_case_sensitive else code.casefold()) in self.codes

    def table(self, attribute: Attribute) -> dict[str, int]:
        """The lines of each value of an attribute; lines that are not paid are in none."""
        table = self._tables.get(attribute)
        if table is None:
            table = self._tables[attribute] = {}
            bit = 1
            for line in self.lines:
                if not line.is_gift:
                    for value in line.categories if attribute == "category" else _values(line, attribute):
                        table[value] = table[value] | bit if value in table else bit
                bit <<= 1
        return table

    def mask(self, items: Items) -> int:
        """The paid lines that `items` names."""
        mask = self._masks.get(id(items))
        if mask is not None:
            return mask
        matcher = self._matchers.get(id(items))
        if matcher is None:
            return self._match(matcher_of(items))  # not remembered: another object may get its identity
        mask = self._masks[id(items)] = self.matched(matcher)
        return mask

    def matched(self, matcher: Matcher) -> int:
        """The paid lines a matcher names."""
        mask = self.known.get(matcher.number)
        if mask is None:
            mask = self.known[matcher.number] = self._match(matcher)
        return mask

    def _match(self, matcher: Matcher) -> int:
        if matcher.only is not None:
            attribute, value = matcher.only
            table = self._tables.get(attribute)
            return (self.table(attribute) if table is None else table).get(value, 0)
        mask = self.paid
        for attribute, values in matcher.needs:
            mask &= self._any(attribute, values)
        for attribute, values in matcher.excludes:
            mask &= ~self._any(attribute, values)
        if matcher.items.without_discounted:
            mask &= ~self.reduced
        return mask & self._priced(matcher.items) if matcher.is_priced else mask

    def _any(self, attribute: Attribute, values: tuple[str, ...]) -> int:
        table, mask = self.table(attribute), 0
        if len(values) > 4 * len(table):
            wanted = set(values)
            values = tuple([value for value in table if value in wanted])
        for value in values:
            mask |= table.get(value, 0)
        return mask

    def _priced(self, items: Items) -> int:
        mask = 0
        for number, amount in enumerate(self.prices):
            quantity = self.quantities[number]
            is_dear = items.least_price_minor is None or amount >= items.least_price_minor * quantity
            is_cheap = items.most_price_minor is None or amount <= items.most_price_minor * quantity
            mask |= (is_dear and is_cheap) << number
        return mask

    def numbers(self, mask: int) -> tuple[int, ...]:
        """The lines in a mask."""
        found = self._numbers.get(mask)
        if found is None:
            if mask and not mask & (mask - 1):
                found = (mask.bit_length() - 1,)
            else:
                found = tuple([number for number in range(len(self.lines)) if mask >> number & 1])
            self._numbers[mask] = found
        return found

    def open_lines(self, matcher: Matcher) -> Sequence[int]:
        """The lines a matcher names on which promotions may land."""
        mask = self.known.get(matcher.number)
        mask = (self.matched(matcher) if mask is None else mask) & self.discountable
        return self.numbers(mask) if mask & (mask - 1) else ((mask.bit_length() - 1,) if mask else ())

    def matching(self, items: Items) -> tuple[int, ...]:
        """The paid lines that `items` names."""
        return self.numbers(self.mask(items))

    def amount(self, items: Items, *, basis: str = "policy", tax: str = "as_given") -> int:
        """What the paid lines of `items` amount to; see `MinimumSpend` for `basis` and `tax`."""
        is_remaining = basis == "remaining" or self.policy.condition_base == "remaining"
        if is_remaining or tax != "as_given":
            amounts = self.remaining if is_remaining else self.base
            return sum([self._taxed(number, amounts[number], tax) for number in self.matching(items)])
        mask = self.mask(items)
        amount = self._amounts.get(mask)
        if amount is None:
            base = self.base
            amount = self._amounts[mask] = sum([base[number] for number in self.numbers(mask)])
        return amount

    def _taxed(self, number: int, amount: int, tax: str) -> int:
        given = self.cart.price_basis
        if tax in ("as_given", given) or given == "as_given":
            return amount
        rate = self.lines[number].tax_percent / 100
        exact = amount / (1 + rate) if tax == "net" else amount * (1 + rate)
        return int(exact + _HALF)

    def is_delivered_by(self, methods: Sequence[str]) -> bool:
        """Whether a delivery of the cart uses one of these methods; no method named is any, or none at all."""
        return not methods or any(delivery.method in methods for delivery in self.deliveries)

    def quantity(self, items: Items) -> int:
        """How many paid units `items` names."""
        quantities = self.quantities
        return sum([quantities[number] for number in self.matching(items)])

    def n_skus(self, items: Items) -> int:
        """How many different skus `items` names among the paid lines."""
        return len({self.lines[number].sku for number in self.matching(items)})


def _by_name(line: LineItem) -> tuple[int, str]:
    return len(line.line), line.line


def _by_method(delivery: Delivery) -> str:
    return delivery.method


def _mask(flags: Sequence[bool]) -> int:
    if not any(flags):
        return 0
    return sum([1 << number for number, flag in enumerate(flags) if flag])


def _values(line: LineItem, attribute: Attribute) -> Sequence[str]:
    if attribute == "category":
        return line.categories
    if attribute == "tag":
        return line.tags
    value: str = getattr(line, attribute)
    return (value,) if value else ()
