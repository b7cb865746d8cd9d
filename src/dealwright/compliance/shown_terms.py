"""What a shopper must be shown of a promotion, as structured text, with a hash that the front end echoes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from dealwright.campaign.describe import describe
from dealwright.campaign.promotion import Language, Promotion
from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.profile import Ruling


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """The terms of one version of a promotion as sentences; empty texts say that there is no such term."""

    promotion_id: str
    version: int
    sentence: str
    benefit: str
    conditions: tuple[str, ...]
    start: str
    end: str
    zone: str
    stacking: str
    units: int | None
    uses: int | None

    @property
    def digest(self) -> str:
        """SHA-256 of the terms as JSON (keys sorted, no spaces, UTF-8): whoever shows them sends it back."""
        document = {name: getattr(self, name) for name in self.__dataclass_fields__}
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()


def shown_terms(promotion: Promotion, language: Language = "en") -> ShownTerms:
    """The terms of a promotion as it holds at the till."""
    schedule, limits = promotion.schedule, promotion.limits
    stacking = "alone" if promotion.is_exclusive else promotion.exclusive_group or "with others"
    return ShownTerms(
        promotion.id,
        promotion.version,
        describe(promotion, language),
        promotion.benefit.sentence(promotion.currency, language),
        tuple(one.sentence(promotion.currency, language) for one in promotion.conditions),
        schedule.start_said or (schedule.start.isoformat() if schedule.start else ""),
        schedule.end_said or (schedule.end.isoformat() if schedule.end else ""),
        schedule.zone,
        stacking,
        limits.units,
        limits.total,
    )


def check_shown(promotion: Promotion, ruling: Ruling, *, echoed: str | None = None) -> Finding:
    """Whether the period can be shown; with `echoed`, whether what the front end shows are these terms."""
    about = About("conditions_shown", ruling, promotion.id)
    terms = shown_terms(promotion)
    evidence = (Evidence("term", text=terms.sentence), Evidence("term", text=terms.digest))
    if not (terms.start and terms.end):
        return about.found("period_missing", None, evidence)
    if echoed is not None and echoed not in (terms.digest, shown_terms(promotion, "zh").digest):
        return about.found("other_terms_shown", None, evidence)
    return about.found("terms_shown", "allow", evidence)
