"""Promotions that are all taken, one after the other: the sequential till, where nothing is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.engine.applying import Combination, Why, grant_of
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Unmet
from dealwright.engine.rule import Rule
from dealwright.engine.steps import AnyStep, Plain, Step


def is_straight(rules: Sequence[Rule]) -> bool:
    """Whether nothing is to be chosen among them, and each sees of the others what is left of its lines only."""
    return not any(rule.group or rule.touches_fees for rule in rules)


def straight(goods: Goods, rules: Sequence[Rule]) -> Combination:
    """Each promotion on what those before it left."""
    work = goods.copy()
    facts, nets, runs, steps = goods.facts, work.nets, work.runs, list[AnyStep]()
    quantities = facts.quantities
    refused: list[Why] = []
    new = tuple.__new__  # hundreds of steps are made for a cart: without the detour by the class
    lines_of: dict[int, Sequence[int]] = {}
    # The short ways are for goods without floors; lines whose units do not cost the same go the long way.
    is_short, is_mixed = not facts.has_floors, any(runs)
    for rule in rules:
        plain = rule.plain
        if plain is not None and is_short:
            read = rule.read
            if read in lines_of:
                lines = lines_of[read]
            else:
                lines = lines_of[read] = facts.open_lines(rule.reads[0])
            if not (is_mixed and any(runs[line] for line in lines)):
                offs = plain(nets, lines, quantities)
                if offs:
                    steps.append(new(Plain, (rule, offs)))
                    continue
        given = grant_of(rule, work)
        if isinstance(given, Unmet):
            refused.append(Why.unmet(rule, given))
        else:
            steps.append(Step(rule, given))
            work.take(given)
            is_mixed = any(runs)
    return Combination(work, steps, [*refused])
