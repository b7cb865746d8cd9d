"""Which gift units lie in the cart already and which are to be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealwright.engine.evaluation import Gift
from dealwright.engine.grants import Cut
from dealwright.engine.units import Change, changed, first_units, pick_units

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


def given_units(goods: Goods, sku: str, quantity: int) -> tuple[tuple[Cut, ...], tuple[Gift, ...]]:
    """The cuts that make gift units in the cart free, and the gifts: those in lines, then those to be added."""
    lines = [number for number, line in enumerate(goods.facts.lines) if line.is_gift and line.sku == sku]
    units = first_units(pick_units(goods, lines, is_unused=True), quantity)
    cuts = changed(goods, [Change(unit.line, unit.price_minor, unit.count, 0, True) for unit in units])
    gifts = [Gift(sku, unit.count, goods.facts.lines[unit.line].line) for unit in units]
    missing = quantity - sum([unit.count for unit in units])
    return cuts, (*gifts, Gift(sku, missing)) if missing else tuple(gifts)
