"""Amounts that add up: shares, floors and refunds of random carts; one answer in any order and process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from fractions import Fraction

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffUnit
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.full_reduction import EveryReduction
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.coming_back import returned_demands
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import compile_promotions
from dealwright.engine.ledger import Demand, budget_account
from dealwright.engine.protocol import Benefit
from dealwright.engine.refund import refund
from dealwright.prove.crew import Crew
from dealwright.prove.proof import Proof

AT = datetime(2030, 6, 1, 12, tzinfo=UTC)
_MOST_LINES_OF_A_RETURN = 4
_CURRENCIES = ("EUR", "JPY", "KWD", "CNY")


def prove_money(crew: Crew, *, seed: int, n_carts: int) -> Proof:
    """R8: shares sum to discounts, no line falls below its floor, refunds sum to what was paid."""
    began = time.monotonic()
    violations = crew.share(_wrong_carts, n_carts, seed=seed)
    claim = (
        "random carts of four currencies: shares sum, floors hold, refunds of any partition sum to what was paid, "
        "and with the discounts given back to the list price"
    )
    return Proof("R8", claim, (seed,), n_carts, tuple(violations), time.monotonic() - began)


def prove_same_answer(crew: Crew, *, seed: int, n_carts: int) -> Proof:
    """R9: the same cart gets the same bytes in any order of lines and promotions, hash seed and locale."""
    began = time.monotonic()
    violations = crew.share(_unequal_carts, n_carts, seed=seed)
    with ThreadPoolExecutor() as threads:
        told = set(threads.map(lambda around: _told_elsewhere(seed, *around), _SURROUNDINGS))
    if len(told) != 1:
        violations.append(f"seed {seed}: {len(told)} different answers under {_SURROUNDINGS}")
    claim = (
        "the same cart gets the same bytes whatever the order of lines and promotions, the hash seed and the locale"
    )
    figures = {"processes": str(len(_SURROUNDINGS))}
    return Proof("R9", claim, (seed,), n_carts, tuple(violations), time.monotonic() - began, figures)


def _wrong_carts(seed: int, numbers: range) -> list[str]:
    found = []
    for n in numbers:
        rng = random.Random(f"{seed} {n}")
        cart, promotions = a_cart(rng), some_promotions(rng)
        wrong = _wrong(cart, evaluate(cart, compile_promotions(promotions), at=AT), rng)
        found += [f"seed {seed} cart {n}: {what}" for what in wrong]
    return found


def _unequal_carts(seed: int, numbers: range) -> list[str]:
    found = []
    for n in numbers:
        rng = random.Random(f"{seed} {n}")
        cart, promotions = a_cart(rng), some_promotions(rng)
        first = evaluate(cart, compile_promotions(promotions), at=AT)
        lines, shuffled = list(cart.lines), list(promotions)
        rng.shuffle(lines)
        rng.shuffle(shuffled)
        again = evaluate(replace(cart, lines=tuple(lines)), compile_promotions(shuffled), at=AT)
        if first.total_minor != again.total_minor or _by_line(first) != _by_line(again):
            found.append(f"seed {seed} cart {n}: {first.total_minor} in one order, {again.total_minor} in another")
    return found


_SURROUNDINGS = (("0", "C"), ("1", "C.UTF-8"), ("4711", "tr_TR.UTF-8"), ("99", "de_DE.UTF-8"))


def a_cart(rng: random.Random) -> Cart:
    """1 to 30 lines of 1 to 999 units, some with floor prices."""
    lines = tuple(_line(k, rng) for k in range(rng.randint(1, 30)))
    deliveries = (Delivery("post", rng.choice((0, 499))),)
    return Cart(rng.choice(_CURRENCIES), lines, deliveries, Shopper("c1"))


def some_promotions(rng: random.Random) -> tuple[Promotion, ...]:
    """One to five of several mechanics, some in one exclusive group."""
    return tuple(
        replace(promotion, currency=currency, id=f"{promotion.id} {currency}")
        for promotion in (_promotion(k, rng) for k in range(rng.randint(1, 5)))
        for currency in _CURRENCIES
    )


def answers(seed: int) -> str:
    """What ten carts get, as JSON: the same text in every process."""
    told = []
    for n in range(10):
        rng = random.Random(f"{seed} {n}")
        cart = a_cart(rng)
        told.append(asdict(evaluate(cart, compile_promotions(some_promotions(rng)), at=AT)))
    return json.dumps(told, default=str)


def _line(k: int, rng: random.Random) -> LineItem:
    price = rng.choice((0, 1, 99, rng.randrange(1, 100_000), rng.randrange(1, 10**9)))
    floor = rng.choice((0, 0, price * 3 // 4))
    category = rng.choice(("tea", "cup", "pot"))
    return LineItem(
        f"L{k}",
        f"S{k % 7}",
        rng.choice((1, 2, 3, rng.randint(1, 999))),
        price,
        categories=(category,),
        floor_minor=floor,
    )


def _promotion(k: int, rng: random.Random) -> Promotion:
    goods = Items(categories=(rng.choice(("tea", "cup", "pot")),))
    benefits: tuple[Benefit, ...] = (
        PercentOff(Fraction(rng.randrange(1, 1000), 10), goods),
        PercentOff(Fraction(rng.randrange(1, 100)), goods, per="order", cap_minor=rng.randrange(1, 10**6)),
        AmountOff(rng.randrange(1, 10**6)),
        AmountOffUnit(rng.randrange(1, 5_000), goods, most_units=rng.choice((None, 3))),
        BuyGet(rng.randint(1, 3), 1, goods, goods),
        EveryReduction(10_000, 700, goods),
    )
    conditions = (MinimumSpend(rng.randrange(1, 10**6)),) if rng.random() < 0.5 else ()
    group = rng.choice(("", "one of us"))
    return Promotion(f"P{k}", "EUR", rng.choice(benefits), conditions, priority=k, exclusive_group=group)


def _wrong(cart: Cart, told: Evaluation, rng: random.Random) -> list[str]:
    found = []
    for item, line in zip(cart.lines, told.lines, strict=True):
        if line.regular_minor - line.net_minor != sum(share.amount_minor for share in line.shares):
            found.append(f"shares of line {line.line} do not sum to its discount: {line}")
        if line.net_minor < min(item.floor_minor * item.quantity, line.regular_minor):
            found.append(f"line {line.line} is below its floor: {line}")
    off = told.discount_minor + sum(one.regular_minor - one.net_minor for one in told.deliveries)
    if off != sum(applied.discount_minor for applied in told.applied):
        found.append(f"promotions say {sum(a.discount_minor for a in told.applied)}, lines and delivery say {off}")
    if any(one.platform_minor + one.merchant_minor != one.discount_minor for one in told.applied):
        found.append("what platform and merchant pay does not sum to the discount")
    found += _wrong_in_parts(told, rng)
    return found


def _wrong_in_parts(told: Evaluation, rng: random.Random) -> Iterator[str]:
    """Returns everything part by part."""
    kept = {line.line: line.quantity for line in told.lines}
    unit = {line.line: line.regular_minor // line.quantity for line in told.lines}
    budgets = tuple(
        Demand(budget_account(one.promotion_id), one.discount_minor, promotion_id=one.promotion_id)
        for one in told.applied
    )
    fees_off = sum(one.regular_minor - one.net_minor for one in told.deliveries)
    already, paid_back, given_back = dict.fromkeys(kept, 0), 0, 0
    while kept:
        names = rng.sample(sorted(kept), rng.randint(1, min(len(kept), _MOST_LINES_OF_A_RETURN)))
        part = {name: rng.randint(1, kept[name]) for name in names}
        back = refund(told, part, already=already)
        after = {**already, **{name: already[name] + units for name, units in part.items()}}
        off = sum(demand.amount for demand in returned_demands(budgets, told, before=already, after=after))
        listed = sum(unit[name] * units for name, units in part.items())
        # Fees come back with the last unit that cost something, and so do discounts on them.
        if listed - back.amount_minor not in (off, off - fees_off):
            yield f"of {part} at {listed} come back {back.amount_minor} to the customer and {off} to budgets"
        paid_back += back.total_minor
        given_back += off
        already = after
        kept = {name: units for name, left in kept.items() if (units := left - part.get(name, 0))}
    if paid_back != told.total_minor:
        yield f"refunds in parts sum to {paid_back} of {told.total_minor}"
    if given_back != told.discount_minor + fees_off:
        yield f"budgets got {given_back} back of {told.discount_minor + fees_off}"


def _by_line(told: Evaluation) -> dict[str, int]:
    return {line.line: line.net_minor for line in told.lines}


def _told_elsewhere(seed: int, hash_seed: str, locale: str) -> str:
    command = f"from dealwright.prove.money import answers; print(answers({seed}))"
    surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale}
    ran = subprocess.run(
        [sys.executable, "-c", command], env=surroundings, capture_output=True, text=True, check=True
    )
    return ran.stdout
