"""Answers about promotions; promotions themselves travel in the document of `campaign.codec`."""

from __future__ import annotations

from msgspec import Struct


class VersionOut(Struct, frozen=True):
    """One version of one promotion."""

    promotion_id: str
    version: int


class InForceOut(Struct, frozen=True):
    """The versions that were put in force."""

    promotions: tuple[VersionOut, ...]


class RetiredOut(Struct, frozen=True):
    """The promotion is out of force."""

    promotion_id: str


class RemarkOut(Struct, frozen=True):
    """A mistake that was found without any cart, how bad it is, and what to do."""

    promotion_id: str
    code: str
    severity: str
    sentence: str
    remedy: str


class LintedOut(Struct, frozen=True):
    """What was found; nothing if all is well."""

    remarks: tuple[RemarkOut, ...]


class SentenceOut(Struct, frozen=True):
    """What a promotion promises, in one sentence."""

    promotion_id: str
    sentence: str


class DescribedOut(Struct, frozen=True):
    """One sentence for each promotion."""

    sentences: tuple[SentenceOut, ...]
