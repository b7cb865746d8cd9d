"""Small conditions and benefits that only tests know, as a plug-in would bring them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Spend:
    """Spend at least so much."""

    kind: ClassVar[str] = "spend"
    amount_minor: int
    items: Items = ALL_ITEMS

    def sentence(self, currency: str, language: Language) -> str:
        return f"{self.amount_minor / 100:.2f} {currency} {'起' if language == 'zh' else 'is spent'}"


@dataclass(frozen=True, slots=True)
class During:
    """Only in these hours."""

    kind: ClassVar[str] = "during"
    schedule: Schedule = ALWAYS

    def sentence(self, currency: str, language: Language) -> str:
        del currency, language
        return ", ".join(self.schedule.hours)


@dataclass(frozen=True, slots=True)
class Off:
    """So much per cent off, at most a cap."""

    kind: ClassVar[str] = "off"
    percent: Fraction
    cap_minor: int | None = None
    pick: Literal["cheapest", "dearest"] = "cheapest"
    is_repeated: bool = False
    tags: tuple[str, ...] = ()

    def sentence(self, currency: str, language: Language) -> str:
        del currency
        return f"便宜 {self.percent}%" if language == "zh" else f"{self.percent}% off"


@dataclass(frozen=True, slots=True)
class Step:
    """From so much on, so much off."""

    spend_minor: int
    off_minor: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The highest step that is reached."""

    kind: ClassVar[str] = "steps"
    tiers: tuple[Step, ...]
    seats: int = field(default=2, metadata={"least": 2, "most": 10})

    def __post_init__(self) -> None:
        if any(step.off_minor > step.spend_minor for step in self.tiers):
            raise InputError("tiers: a step takes off at most what is spent")

    def sentence(self, currency: str, language: Language) -> str:
        del language
        return f"{len(self.tiers)} steps in {currency}"


CONDITIONS: dict[str, type] = {"spend": Spend, "during": During}
BENEFITS: dict[str, type] = {"off": Off, "steps": Steps}
