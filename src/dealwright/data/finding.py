"""A remark on the quality of the data: what, how many, how bad, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dealwright.core.errors import InputError
from dealwright.data.finding_words import WORDS

N_EXAMPLES = 3
"""How many examples a finding shows."""


class Severity(Enum):
    """How much a finding matters to a plan."""

    SERIOUS = "serious"  # results are wrong or impossible until it is mended
    WARNING = "warning"  # results are less sure; look at it
    INFO = "info"  # handled by a stated rule; know it

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one table.

    `count` rows (or products, weeks, days: the sentence says which) are concerned, which is `share` (0 to
    1) of all of them. `subject` is the column, day or span that the sentence is about, if it needs one.

    >>> print(Finding("returns", Severity.INFO, "sales", count=20, share=0.02).sentence)
    Order lines with a negative quantity, taken as returns: 20 (2.0 %).
    """

    code: str
    severity: Severity
    table: str
    count: int
    share: float
    examples: tuple[str, ...] = ()
    subject: str = ""

    def __post_init__(self) -> None:
        assert self.code in WORDS, f"no words for finding {self.code!r}"
        assert self.count >= 0, f"a count is not negative: {self.count}"
        assert 0 <= self.share <= 1, f"share {self.share} is not between 0 and 1"

    @property
    def sentence(self) -> str:
        """What was found, in English."""
        return self.told("en")

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self.advised("en")

    def told(self, lang: str) -> str:
        """What was found, in the language `lang` ("en" or "zh")."""
        return self._fill(_in(lang, WORDS[self.code].found))

    def advised(self, lang: str) -> str:
        """What to do about it, in the language `lang` ("en" or "zh")."""
        return self._fill(_in(lang, WORDS[self.code].remedy))

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "table": self.table,
            "subject": self.subject,
            "count": self.count,
            "share": self.share,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "examples": list(self.examples),
        }

    def _fill(self, text: str) -> str:
        return text.format(n=self.count, share=_percent(self.share), table=self.table, subject=self.subject)


def _in(lang: str, texts: dict[str, str]) -> str:
    if lang not in texts:
        raise InputError.unknown("language", lang, texts)
    return texts[lang]


def _percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"
