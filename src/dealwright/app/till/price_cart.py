"""Prices a cart with what was used before, reading the ledger once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dealwright.app.till.ledger_ports import CodeRecord, HoldRecord, Ledger
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Applied, Evaluation, Refusal
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.ledger import (
    Balance,
    Demand,
    code_account,
    gift_demands,
    limit_accounts,
    limit_demands,
    merged,
    stock_demands,
    usage_of,
)
from dealwright.engine.usage import HeldCode, Usage

# A promotion refused with one of these may step in when a better one turns out to be used up.
_MAY_STEP_IN = frozenset({"lost_to_better", "excluded_by", "nothing_to_discount", "at_floor_price"})

_MOST_KEPT = 64  # compilations that lack a promotion whose gift is sold out

Balances = Mapping[str, Balance]


@dataclass(frozen=True, slots=True)
class Offers:
    """The promotions in force, compiled and by id; `counted_codes` are generic codes with a limit of their own.

    `guest_usage` has every limit per customer used up: who is not known cannot be counted.
    """

    compiled: Compiled
    promotions: Mapping[str, Promotion]
    counted_codes: Mapping[str, CodeRecord]
    guest_usage: Usage
    _without: dict[frozenset[str], Compiled] = field(default_factory=dict, compare=False, repr=False)

    def without(self, names: frozenset[str]) -> Compiled:
        """The promotions but for these; kept, for what is sold out is so for many carts."""
        found = self._without.get(names)
        if found is None:
            others = (one for one in self.compiled.promotions if one.id not in names)
            found = compile_promotions(others, policy=self.compiled.policy)
            if len(self._without) >= _MOST_KEPT:
                self._without.clear()
            self._without[names] = found
        return found


def offers_of(compiled: Compiled) -> Offers:
    """The offers that these promotions are."""
    promotions = {promotion.id: promotion for promotion in compiled.promotions}
    counted = {
        compiled.code_key(one.code): CodeRecord(compiled.code_key(one.code), one.id, uses=one.limits.per_code)
        for one in promotions.values()
        if one.code and one.limits.per_code is not None
    }
    return Offers(compiled, promotions, counted, _guest_usage(compiled.promotions))


@dataclass(frozen=True, slots=True)
class Priced:
    """An evaluation, everything it draws on the ledger, and the balances it was judged by."""

    evaluation: Evaluation
    demands: tuple[Demand, ...]
    balances: Balances

    @property
    def short(self) -> tuple[Demand, ...]:
        """Demands larger than what is left."""
        return _short(self.demands, self.balances)


def price_cart(
    cart: Cart,
    *,
    at: datetime,
    offers: Offers,
    ledger: Ledger,
    own: HoldRecord | None = None,
    with_stock: bool = False,
) -> Priced:
    """What the cart gets at `at`; what `own`, a hold of the same order, draws does not count against it.

    A promotion whose gift is sold out is refused like one that is used up: the shopper cannot take a gift out.
    """
    given = _given_codes(cart, offers, ledger)
    balances: dict[str, Balance] = {}
    read: set[str] = set()
    considered: dict[str, Promotion] = {}
    usage = _known(Usage(codes=_held_codes(given, balances, cart, at)), cart, offers)
    compiled = offers.compiled
    sold_out: dict[str, tuple[Applied, Refusal]] = {}
    while True:
        evaluation = evaluate(cart, compiled, at=at, usage=usage)
        considered.update(_considered(evaluation, offers))
        limited = _limited(cart, evaluation, offers, given, at)
        stock = _stock(cart, evaluation, with_stock=with_stock)
        demands = limited + stock
        wanted = {demand.account for demand in demands} | {
            account
            for promotion in considered.values()
            for account in limit_accounts(promotion, customer_id=cart.shopper.customer_id, at=at)
        }
        new = sorted(wanted - read)
        balances.update(_without(own, ledger.accounts.balances(new) if new else {}))
        read.update(new)
        if not new or not _short(limited, balances):
            gone = _sold_out_gift(cart, evaluation, stock, balances)
            if gone is None:
                told = _told(evaluation, cart, sold_out)
                return Priced(told, merged(one for one in demands if _is_counted(one, balances)), balances)
            sold_out[gone[0].promotion_id] = gone
            compiled = offers.without(frozenset(sold_out))
            continue
        spent = {name: balance.held + balance.used for name, balance in balances.items()}
        counted = usage_of(
            considered.values(),
            spent,
            codes=_held_codes(given, balances, cart, at),
            customer_id=cart.shopper.customer_id,
            at=at,
        )
        usage = _known(counted, cart, offers)


def left(demand: Demand, balances: Balances) -> int:
    """How much of the demand's account is left."""
    balance = balances.get(demand.account)
    if demand.limit is not None:
        return demand.limit - (0 if balance is None else balance.held + balance.used)
    return 0 if balance is None else balance.available


def _short(demands: Iterable[Demand], balances: Balances) -> tuple[Demand, ...]:
    return tuple(demand for demand in demands if demand.amount > left(demand, balances))


def _is_counted(demand: Demand, balances: Balances) -> bool:
    """Stock that nobody ever loaded is not counted."""
    return demand.limit is not None or demand.account in balances


def _guest_usage(promotions: Iterable[Promotion]) -> Usage:
    limits = {one.id: one.limits for one in promotions}
    return Usage(
        customer_uses={name: one.per_customer for name, one in limits.items() if one.per_customer is not None},
        customer_units={
            name: one.units_per_customer for name, one in limits.items() if one.units_per_customer is not None
        },
    )


def _known(usage: Usage, cart: Cart, offers: Offers) -> Usage:
    """The usage of this customer; guests share no account, so nothing that is counted per customer is left."""
    if cart.shopper.customer_id:
        return usage
    guest = offers.guest_usage
    return replace(usage, customer_uses=guest.customer_uses, customer_units=guest.customer_units)


def _stock(cart: Cart, evaluation: Evaluation, *, with_stock: bool) -> tuple[Demand, ...]:
    """Units the cart draws from the shelf; without `with_stock` only of skus that are given out of it."""
    if with_stock:
        return stock_demands(cart, evaluation)
    given = {demand.account for applied in evaluation.applied for demand in gift_demands(cart, applied)}
    return tuple(one for one in stock_demands(cart, evaluation) if one.account in given) if given else ()


def _sold_out_gift(
    cart: Cart, evaluation: Evaluation, stock: tuple[Demand, ...], balances: Balances
) -> tuple[Applied, Refusal] | None:
    """The last promotion whose gift is not on the shelf any more, and why it gives nothing."""
    counted = (demand for demand in stock if _is_counted(demand, balances))
    short = {demand.account for demand in _short(merged(counted), balances)}
    for applied in reversed(evaluation.applied) if short else ():
        if any(demand.account in short for demand in gift_demands(cart, applied)):
            return applied, Refusal(applied.promotion_id, "limit_reached", "its gift is sold out")
    return None


def _told(evaluation: Evaluation, cart: Cart, sold_out: Mapping[str, tuple[Applied, Refusal]]) -> Evaluation:
    """The evaluation with the reasons that only the till knows."""
    if sold_out:
        codes = {applied.code for applied, _ in sold_out.values()}
        refused = [*evaluation.refused, *(refusal for _, refusal in sold_out.values())]
        evaluation = replace(
            evaluation,
            refused=tuple(sorted(refused, key=lambda refusal: refusal.promotion_id)),
            unknown_codes=tuple(code for code in evaluation.unknown_codes if code not in codes),
        )
    if not cart.shopper.customer_id and any(one.code == "customer_limit_reached" for one in evaluation.refused):
        evaluation = replace(evaluation, refused=tuple([as_guest(one) for one in evaluation.refused]))
    return evaluation


def as_guest(refusal: Refusal) -> Refusal:
    """The refusal as a guest is told it: who is not known cannot be counted."""
    if refusal.code != "customer_limit_reached":
        return refusal
    return replace(refusal, code="customer_unknown", reason="it counts per customer; send the customer's id")


def _given_codes(cart: Cart, offers: Offers, ledger: Ledger) -> Mapping[str, CodeRecord]:
    """What is known of each code of the cart, by the code as it was written."""
    if not cart.codes:
        return {}
    issued = ledger.codes.find(cart.codes)
    found = {}
    for code in cart.codes:
        record = issued.get(code) or offers.counted_codes.get(offers.compiled.code_key(code))
        if record is not None:
            found[code] = _tightened(record, offers)
    return found


def _tightened(record: CodeRecord, offers: Offers) -> CodeRecord:
    """The code with the promotion's own limit per code, if that is lower."""
    promotion = offers.promotions.get(record.promotion_id)
    limits = [record.uses, None if promotion is None else promotion.limits.per_code]
    return replace(record, uses=min((limit for limit in limits if limit is not None), default=None))


def _held_codes(
    given: Mapping[str, CodeRecord], balances: Balances, cart: Cart, at: datetime
) -> Mapping[str, HeldCode]:
    return {code: _held_code(code, record, balances, cart, at) for code, record in given.items()}


def _held_code(code: str, record: CodeRecord, balances: Balances, cart: Cart, at: datetime) -> HeldCode:
    balance = balances.get(code_account(record.code))
    spent = 0 if balance is None else balance.held + balance.used
    uses_left = None if record.uses is None else max(record.uses - spent, 0)
    if record.customer_id not in ("", cart.shopper.customer_id):
        return HeldCode(code, record.promotion_id, uses_left, "foreign")
    if (record.start is not None and at < record.start) or (record.end is not None and record.end <= at):
        return HeldCode(code, record.promotion_id, uses_left, "expired")
    return HeldCode(code, record.promotion_id, uses_left, "used_up" if uses_left == 0 else "valid")


def _considered(evaluation: Evaluation, offers: Offers) -> dict[str, Promotion]:
    names = [applied.promotion_id for applied in evaluation.applied]
    names += [refusal.promotion_id for refusal in evaluation.refused if refusal.code in _MAY_STEP_IN]
    return {name: offers.promotions[name] for name in names}


def _limited(
    cart: Cart, evaluation: Evaluation, offers: Offers, given: Mapping[str, CodeRecord], at: datetime
) -> tuple[Demand, ...]:
    def demands() -> Iterator[Demand]:
        for applied in evaluation.applied:
            promotion = offers.promotions[applied.promotion_id]
            record = given.get(applied.code)
            code = "" if record is None else record.code
            yield from limit_demands(
                applied,
                promotion,
                customer_id=cart.shopper.customer_id,
                at=at,
                code=code,
                code_uses=None if record is None else record.uses,
            )

    return tuple(demands())


def _without(own: HoldRecord | None, balances: Balances) -> Balances:
    """The balances as if the order's own hold had been released."""
    if own is None:
        return balances
    drawn = {demand.account: demand.amount for demand in own.demands}
    return {
        name: Balance(name, balance.available + drawn.get(name, 0), balance.held - drawn.get(name, 0), balance.used)
        for name, balance in balances.items()
    }
