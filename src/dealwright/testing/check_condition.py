"""Whether a condition keeps the promises of its protocol, told in a sentence when it does not."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Language, Term
from dealwright.engine.evaluation import RefusalCode
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Keys, Unmet
from dealwright.engine.protocol import Condition
from dealwright.testing.till_samples import facts_of, sample_carts

_CODES = frozenset(get_args(RefusalCode))


def check_condition(condition: Condition) -> None:
    """AssertionError naming the broken promise, if `condition` breaks one. Tries it on a dozen carts.

    Promised: a frozen dataclass of plain values with a `kind`; a sentence in English and Chinese; `check` answers
    `None` or an `Unmet` with a code of the closed list and gaps that are not negative, always the same for the same
    cart; what it says it `needs` or whose `keys` it asks for is there whenever it is met.
    """
    check_term(condition)
    for name, cart in sample_carts().items():
        who = f"{condition.kind} on a cart {name!r}"
        answer = condition.check(facts_of(cart))
        assert answer is None or isinstance(answer, Unmet), f"{who}: check gives None or an Unmet, not {answer!r}"
        assert answer == condition.check(facts_of(cart)), f"{who}: a second look gives another answer"
        if answer is not None:
            check_unmet(who, answer)
        else:
            _check_index(who, condition, facts_of(cart))


def check_term(term: Term) -> None:
    """What conditions and benefits promise alike: plain frozen data and two sentences."""
    kind = getattr(term, "kind", "")
    assert kind.isidentifier(), f"the kind {kind!r} is a lower-case name without spaces"
    assert kind == kind.lower(), f"the kind {kind!r} is a lower-case name without spaces"
    assert is_dataclass(term), f"{kind}: a condition or benefit is a dataclass"
    for field in fields(term):
        try:
            setattr(term, field.name, getattr(term, field.name))
        except (FrozenInstanceError, AttributeError):
            continue
        raise AssertionError(f"{kind}: the dataclass is not frozen: {field.name} can be set")
    hash(term)
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        said = term.sentence("EUR", language)
        assert said.strip(), f"{kind}: the sentence ({language}) is empty"
        assert not said.endswith((".", "。")), f"{kind}: the sentence ({language}) ends with a full stop"


def check_unmet(who: str, answer: Unmet) -> None:
    """A reason of the closed list, with a gap that is not negative."""
    assert answer.code in _CODES, f"{who}: no refusal has the code {answer.code!r}"
    assert min(answer.missing_minor, answer.missing_quantity) >= 0, f"{who}: the gap is negative"


def _check_index(who: str, condition: Condition, facts: Facts) -> None:
    needs: Items | None = getattr(condition, "needs", None)
    if needs is not None and needs != Items():
        assert facts.mask(needs), f"{who}: it is met without the goods it says it needs"
    keys: Keys | None = getattr(condition, "keys", None)
    if keys is not None:
        assert isinstance(keys, Keys), f"{who}: keys is a Keys, not {keys!r}"
