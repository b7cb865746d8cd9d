"""Whether customers differ only by public, stated conditions, and are told where an offer is personal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dealwright.campaign.promotion import Promotion, Term
from dealwright.campaign.terms import told
from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.profile import Ruling

_WORD = re.compile(r"[a-z]+")
_PUBLIC = ("new_customer", "order_number", "first_seen")
"""Conditions that say themselves who gets it, so that everybody can see why."""


def check_treatment(
    promotion: Promotion, ruling: Ruling, *, public_segments: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Every condition on who buys, one finding each; one that allows if there is none.

    Who is named one by one, or belongs to a group whose rule nobody published, pays another price than others for
    the same goods: lawful only as a voucher that the shopper sees and may leave. A group made by a forbidden word
    (a device, an income, a willingness to pay) is a breach, published or not.
    """
    about = About("equal_treatment", ruling, promotion.id)
    found = [finding for term in _terms(promotion) for finding in _of_term(term, promotion, about, public_segments)]
    return tuple(found) or (about.found("same_for_all", "allow"),)


def check_personal(promotion: Promotion, ruling: Ruling) -> Finding:
    """An offer that depends on who the shopper is must be told as personal, with a way to decline it."""
    about = About("personal_offers", ruling, promotion.id)
    if is_personal(promotion):
        return about.found("personal", "warn", tuple(_evidence(one, promotion) for one in _by_person(promotion)))
    return about.found("not_personal", "allow")


def is_personal(promotion: Promotion) -> bool:
    """Whether customers get it by name or by a group they were put into."""
    return bool(personal_kinds(promotion))


def personal_kinds(promotion: Promotion) -> tuple[str, ...]:
    """The kinds of its terms that depend on who the shopper is; none if it is the same for all."""
    return tuple(dict.fromkeys(one.kind for one in _by_person(promotion)))


def _of_term(term: Term, promotion: Promotion, about: About, public: Collection[str]) -> Iterator[Finding]:
    evidence = (_evidence(term, promotion),)
    if term.kind == "customer_is":
        yield about.found("named_customers", "warn" if promotion.needs_code else None, evidence)
    elif term.kind in ("in_arm", "in_share"):
        yield about.found("by_chance", "warn", evidence)
    elif term.kind in _PUBLIC:
        yield about.found("public_condition", "allow", evidence, condition=evidence[0].text)
    for segment in (*(told(term, "segments") or ()), *(told(term, "not_segments") or ())):
        word = forbidden_word(segment, about.ruling.forbidden)
        if word:
            yield about.found("forbidden_input", None, evidence, segment=segment, word=word)
        elif segment in public or promotion.needs_code:
            yield about.found("public_segment", "allow", evidence, segment=segment)
        else:
            yield about.found("unpublished_segment", "warn", evidence, segment=segment)


def forbidden_word(segment: str, words: Collection[str]) -> str:
    """The forbidden word that the name of a group is made of; "" if there is none.

    >>> forbidden_word("iOS-users", ("ios", "income")), forbidden_word("curious", ("ios",))
    ('ios', '')
    """
    lower = segment.casefold()
    parts = set(_WORD.findall(lower))
    return next((word for word in words if (word in parts if word.isascii() else word in lower)), "")


def _terms(promotion: Promotion) -> tuple[Term, ...]:
    return (*promotion.conditions, promotion.benefit)


def _by_person(promotion: Promotion) -> Iterator[Term]:
    return (one for one in _terms(promotion) if one.kind in ("customer_is", "in_segment", "member_price"))


def _evidence(term: Term, promotion: Promotion) -> Evidence:
    return Evidence("term", text=term.sentence(promotion.currency, "en"))
