"""What kind an offer is, and what it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dealwright.adapters.report.words import Words

_OFF = re.compile(r"(\d+(?:\.\d+)?)% off")


@dataclass(frozen=True, slots=True)
class OfferName:
    """An offer as the plan names it: how many per cent off (0 for none), on display or not, in the mailer or not.

    >>> OfferName.read("15% off + mailer").told(Words.of("en"))
    '15% off + mailer'
    """

    percent: str = ""
    on_display: bool = False
    in_mailer: bool = False

    @classmethod
    def read(cls, text: str) -> OfferName:
        """From the plan's own name, such as "15% off + display"."""
        off = _OFF.search(text)
        return cls(off.group(1) if off else "", "display" in text, "mailer" in text)

    @property
    def kind(self) -> str:
        """Cut, display, mailer, display_mailer, or cut_shown: a price cut with display, mailer or both."""
        is_shown = self.on_display or self.in_mailer
        if self.percent:
            return "cut_shown" if is_shown else "cut"
        return (
            "display_mailer" if self.on_display and self.in_mailer else "display" if self.on_display else "mailer"
        )

    @property
    def code(self) -> str:
        """Which of cut, display and mailer it has, joined by underscores."""
        parts = (("cut", bool(self.percent)), ("display", self.on_display), ("mailer", self.in_mailer))
        return "_".join(name for name, has in parts if has)

    def told(self, words: Words) -> str:
        """In words, short enough for a cell."""
        parts = [words.say("offer.off", percent=self.percent, tenths=self._tenths)] if self.percent else []
        parts += [words.say("offer.display")] if self.on_display else []
        parts += [words.say("offer.mailer")] if self.in_mailer else []
        text = " + ".join(parts) or words.say("offer.none")
        return text[0].upper() + text[1:]

    @property
    def _tenths(self) -> str:
        """The tenths of the price that remain, as Chinese tags say it: 8.5 for 15 % off."""
        return f"{(100 - float(self.percent)) / 10:g}"
