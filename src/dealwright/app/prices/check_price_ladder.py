"""Which prices the rules allow, which prices of today break one, and what competitors' prices ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dealwright.app.plain import plain_row
from dealwright.app.ports import Tables
from dealwright.app.prices.price_facts import PriceFacts, price_ladder, quotes_of
from dealwright.app.prices.price_rules import RuledProducts
from dealwright.core.errors import InputError
from dealwright.core.ids import Sku
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.price import relations
from dealwright.price.competitor import Quote, propose
from dealwright.price.rules import allowed, violations

MOST_RUNGS = 1_000
"""Prices looked at for each product: fine enough to meet a competitor to the cent, if a unit costs no fortune."""


@dataclass(frozen=True, slots=True)
class LadderCheck:
    """What the rules say of every price.

    `table` has a row per product: sku, name, price, lowest and highest allowed price and how many there are, the
    codes of the rules that today's price breaks (with commas), competitors followed, what their position asks for,
    the price that follows from it, and what decided it. `broken` are the relations that today's prices break: code,
    params. `clashes` are products whose rules exclude one another, with why.
    """

    currency: str
    table: pd.DataFrame
    broken: tuple[tuple[str, Mapping[str, object]], ...]
    clashes: tuple[tuple[str, str], ...]
    n_prices_inferred: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "currency": self.currency,
            "products": [plain_row(row) for row in self.table.to_dict("records")],
            "broken": [{"code": code, "params": dict(params)} for code, params in self.broken],
            "clashes": [{"sku": sku, "why": why} for sku, why in self.clashes],
            "n_prices_inferred": self.n_prices_inferred,
        }


def check_price_ladder(
    facts: PriceFacts, ruled: RuledProducts, tables: Tables, *, on: date, currency: str
) -> LadderCheck:
    """Today's prices held against the rules; InputError if competitors are to be followed and none is known."""
    has_positions = any(position is not None for position in ruled.positions)
    quotes = quotes_of(tables, facts.skus, on=on) if has_positions else {}
    rows, clashes = [], []
    for i, sku in enumerate(facts.skus):
        try:
            rows.append(_row(facts, ruled, i, quotes.get(sku, []), 10 ** exponent(currency)))
        except InputError as error:
            clashes.append((sku, "; ".join(error.problems)))
    prices = {Sku(sku): one.price_minor for sku, one in zip(facts.skus, facts.standing, strict=True)}
    broken = [one for one in ruled.relations if not relations.check(one, prices)]
    return LadderCheck(
        currency=currency,
        table=pd.DataFrame(rows, columns=_COLUMNS),
        broken=tuple((one.code, one.params()) for one in broken),
        clashes=tuple(clashes),
        n_prices_inferred=facts.n_prices_inferred,
    )


_COLUMNS = [
    c.SKU,
    c.NAME,
    "price",
    "lowest",
    "highest",
    "n_allowed",
    "breaks",
    "competitors",
    "asked",
    "proposed",
    "reason",
]


def _row(
    facts: PriceFacts, ruled: RuledProducts, i: int, quotes: Sequence[Quote], per_major: int
) -> dict[str, Any]:
    standing, rules, position = facts.standing[i], ruled.rules[i], ruled.positions[i]
    rungs = allowed(price_ladder(standing, rules, most=MOST_RUNGS), rules, standing)
    followed, asked, proposed, reason = "", None, None, ""
    if position is not None and quotes:
        made = propose(quotes, position, rungs, floor=standing.unit_cost_minor, fallback=standing.price_minor)
        asked, proposed = position.target(quotes) / per_major, made.price / per_major
        followed = ", ".join(f"{quote.competitor} {quote.price_minor / per_major:.2f}" for quote in quotes)
        reason = "cost" if asked * per_major < standing.unit_cost_minor else "position"
    return {
        c.SKU: facts.skus[i],
        c.NAME: facts.names[i],
        "price": standing.price_minor / per_major,
        "lowest": rungs.prices[0] / per_major,
        "highest": rungs.prices[-1] / per_major,
        "n_allowed": len(rungs.prices),
        "breaks": ",".join(verdict.code for verdict in violations(rules, standing.price_minor, standing)),
        "competitors": followed,
        "asked": asked,
        "proposed": proposed,
        "reason": reason,
    }
