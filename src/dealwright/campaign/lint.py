"""Mistakes in promotions that can be seen without a cart: each with a sentence and a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dealwright.campaign.lint_alone import alone
from dealwright.campaign.lint_together import together
from dealwright.campaign.lint_words import SENTENCES, SEVERITIES, Severity
from dealwright.campaign.promotion import Language, Promotion
from dealwright.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Remark:
    """What was noticed of a promotion; an "error" is refused when promotions are put at the till."""

    code: str
    severity: Severity
    promotion_id: str
    sentence: str
    remedy: str


def lint(
    promotions: Iterable[Promotion], *, language: Language = "en", at: datetime | None = None
) -> tuple[Remark, ...]:
    """Every remark, in the order of the promotions; with `at` also those that are over by then.

    Promotions are judged by their fields alone, so terms of plug-ins are judged too where they use the same names
    (percent, tiers, items, ...).
    """
    given = tuple(promotions)
    together_by_place: dict[int, list[Any]] = {}
    for place, found in together(given):
        together_by_place.setdefault(place, []).append(found)
    return tuple(
        _remark(promotion, code, values, language)
        for place, promotion in enumerate(given)
        for code, values in (*alone(promotion, at), *together_by_place.get(place, ()))
    )


def refuse_errors(promotions: Sequence[Promotion]) -> None:
    """InputError with all remarks that are errors."""
    problems = [
        f"promotion {one.promotion_id!r}: {one.sentence}; {one.remedy}"
        for one in lint(promotions)
        if one.severity == "error"
    ]
    if problems:
        raise InputError(*problems)


def _remark(promotion: Promotion, code: str, values: dict[str, Any], language: Language) -> Remark:
    sentence, remedy = SENTENCES[language][code]
    return Remark(code, SEVERITIES[code], promotion.id, sentence.format(**values), remedy)
