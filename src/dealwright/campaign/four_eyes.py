"""When a second person must approve, and who is one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FourEyes:
    """From which stake on (money that a campaign can cost) a second person must approve; 0 is always.

    A campaign that nothing bounds is above every threshold.
    """

    threshold_minor: int = 0

    def needs_second(self, stake_minor: int | None) -> bool:
        """Whether somebody else must approve."""
        return stake_minor is None or stake_minor >= self.threshold_minor


ALWAYS_A_SECOND = FourEyes()


def person(name: str) -> str:
    """The name as persons are compared by: capitals, spaces and ways of writing a letter make no difference.

    >>> person(" Ann  Lee ") == person("ANN LEE")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
