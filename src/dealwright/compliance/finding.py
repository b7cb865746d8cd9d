"""What one rule says of one promise: lawful or not, by which text, on which evidence, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dealwright.campaign.promotion import Language
from dealwright.compliance.profile import Answer, RuleName, Ruling
from dealwright.compliance.words import FINDING_WORDS

EvidenceKind = Literal["regular", "offered", "paid", "shown", "term", "floor", "ledger"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that a finding rests on: an amount with its days (ISO, both included), or a text."""

    kind: EvidenceKind
    amount_minor: int | None = None
    text: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What `rule` answers for a promotion ("" for the campaign) and a sku ("" for all of its goods).

    `code` names the case, `values` fill its sentence. `basis` is the text of the law in our own words.
    """

    rule: RuleName
    answer: Answer
    code: str
    basis: str = ""
    basis_zh: str = ""
    promotion_id: str = ""
    sku: str = ""
    evidence: tuple[Evidence, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.answer == "allow"

    def sentence(self, language: Language = "en") -> str:
        """What was found, without a full stop."""
        return FINDING_WORDS[language][self.code][0].format(**self.values)

    def remedy(self, language: Language = "en") -> str:
        """What to do about it; empty where nothing is to be done."""
        return FINDING_WORDS[language][self.code][1].format(**self.values)

    def based_on(self, language: Language = "en") -> str:
        """The text of the law, in our own words."""
        return self.basis_zh if language == "zh" else self.basis


@dataclass(frozen=True, slots=True)
class About:
    """What a rule is asked of: itself as the profile has it, the promotion and the sku."""

    rule: RuleName
    ruling: Ruling
    promotion_id: str = ""
    sku: str = ""

    def found(
        self, code: str, answer: Answer | None = None, evidence: Iterable[Evidence] = (), **values: object
    ) -> Finding:
        """A finding; without `answer` it is a breach, answered as the profile says."""
        return Finding(
            self.rule,
            answer or self.ruling.answer,
            code,
            self.ruling.basis,
            self.ruling.basis_zh,
            self.promotion_id,
            self.sku,
            tuple(evidence),
            {"promotion": self.promotion_id, "sku": self.sku} | {name: str(each) for name, each in values.items()},
        )
