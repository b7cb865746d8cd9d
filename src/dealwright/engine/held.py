"""Which promotions the codes in a cart give a right to."""

from __future__ import annotations

from dataclasses import dataclass, field

from dealwright.engine.applying import Why
from dealwright.engine.evaluation import RefusalCode
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Unmet
from dealwright.engine.index import Compiled
from dealwright.engine.rule import Rule
from dealwright.engine.usage import HeldCode

_STATES: dict[str, RefusalCode] = {"used_up": "code_used_up", "expired": "ended", "foreign": "code_not_found"}


@dataclass(slots=True)
class Held:
    """Promotions whose code is held, by layer; codes that nothing answers to; which code unlocked a promotion."""

    catalogue: list[Rule] = field(default_factory=list)
    cart: list[Rule] = field(default_factory=list)
    refused: list[Why] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    code_of: dict[str, str] = field(default_factory=dict)


def held_rules(promotions: Compiled, facts: Facts) -> Held:
    """One lookup per code; the same code twice, or two codes of one promotion, count once."""
    if not facts.codes:
        return _NOTHING_HELD
    held = Held()
    for key, code in sorted(facts.codes.items()):
        answer = facts.usage.codes.get(code)
        rules = promotions.by_code.get(key, []) if answer is None else _personal(promotions, answer, held)
        if not rules and answer is None and key not in promotions.condition_codes:
            held.unknown.append(code)
        for rule in rules:
            if rule.id not in held.code_of:
                held.code_of[rule.id] = code
                (held.catalogue if rule.stage[0] == 0 else held.cart).append(rule)
    return held


_NOTHING_HELD = Held()  # most carts; nobody changes what is held once it was looked up


def _personal(promotions: Compiled, answer: HeldCode, held: Held) -> list[Rule]:
    """The promotion a code of a batch proves a right to, if the right is still good."""
    rule = promotions.by_id.get(answer.promotion_id)
    if rule is None or answer.state == "foreign":
        held.unknown.append(answer.code)
        return []
    is_spent = answer.uses_left is not None and answer.uses_left <= 0
    if answer.state != "valid" or is_spent:
        held.refused.append(Why.unmet(rule, Unmet(_STATES.get(answer.state, "code_used_up"))))
        return []
    return [rule]
