"""What kind an offer is, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dealwright.adapters.report.words import Words

_OFF = re.compile(r"(\d+(?:\.\d+)?)% off")
_JOINT = " + "


@dataclass(frozen=True, slots=True)
class OfferName:
    """An offer as the plan names it: how many per cent off (0 for none), on display or not, in the mailer or not.

    `mechanic` is a sentence that says what is given, if that is no plain cut.

    >>> OfferName.read("15% off + mailer").told(Words.of("en"))
    '15% off + mailer'
    """

    percent: str = ""
    on_display: bool = False
    in_mailer: bool = False
    mechanic: str = ""

    @classmethod
    def read(cls, text: str, mechanics: Mapping[str, str] | None = None) -> OfferName:
        """From the plan's own name, such as "15% off + display".

        `mechanics` says what each of the plan's mechanics is called (see `mechanic_names`); others keep their name.
        """
        what, vehicles = text.split(_JOINT), set()
        while what and what[-1] in ("display", "mailer"):
            vehicles.add(what.pop())
        given = _JOINT.join(what)
        off = _OFF.fullmatch(given)
        is_mechanic = off is None and given not in ("", "no promotion")
        return cls(
            percent=off.group(1) if off else "",
            on_display="display" in vehicles,
            in_mailer="mailer" in vehicles,
            mechanic=(mechanics or {}).get(given, given) if is_mechanic else "",
        )

    @property
    def kind(self) -> str:
        """Cut, display, mailer, display_mailer, cut_shown (a price cut with one or both), or mechanic."""
        is_shown = self.on_display or self.in_mailer
        if self.mechanic:
            return "mechanic"
        if self.percent:
            return "cut_shown" if is_shown else "cut"
        return (
            "display_mailer" if self.on_display and self.in_mailer else "display" if self.on_display else "mailer"
        )

    @property
    def code(self) -> str:
        """Which of cut, mechanic, display and mailer it has, joined by underscores."""
        parts = (
            ("cut", bool(self.percent)),
            ("mechanic", bool(self.mechanic)),
            ("display", self.on_display),
            ("mailer", self.in_mailer),
        )
        return "_".join(name for name, has in parts if has)

    def told(self, words: Words) -> str:
        """In words, short enough for a cell."""
        parts = [words.say("offer.off", percent=self.percent, tenths=self._tenths)] if self.percent else []
        parts += [self.mechanic] if self.mechanic else []
        parts += [words.say("offer.display")] if self.on_display else []
        parts += [words.say("offer.mailer")] if self.in_mailer else []
        text = _JOINT.join(parts) or words.say("offer.none")
        # Chinese has no capitals; a sentence that begins with a product's number keeps it as it is.
        return text[0].upper() + text[1:] if words.language == "en" else text

    @property
    def _tenths(self) -> str:
        """The tenths of the price that remain, as Chinese tags say it: 8.5 for 15 % off."""
        return f"{(100 - float(self.percent)) / 10:g}"


def mechanic_names(summary: Mapping[str, Any], language: str) -> dict[str, str]:
    """What the plan's mechanics are called in a language, by their name in the summary."""
    suffix = "" if language == "en" else f"_{language}"
    return {item["name"]: item[f"name{suffix}"] for item in summary["plan"].get("mechanics", [])}


def mechanic_assumptions(summary: Mapping[str, Any], language: str) -> dict[str, tuple[str, ...]]:
    """What each mechanic that runs in the plan rests on, in sentences, by its name in the language."""
    suffix = "" if language == "en" else f"_{language}"
    return {
        item[f"name{suffix}"]: tuple(item[f"assumptions{suffix}"])
        for item in summary["plan"].get("mechanics", [])
        if item["n_promotions"]
    }
