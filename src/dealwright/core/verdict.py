"""Yes or no, with the reason: the normal way to refuse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Met or not; if not, `code` says which rule refused and `reason` says it in words.

    >>> bool(Verdict(False, "below_margin_floor", "margin 0.02 is below the floor 0.10"))
    False
    """

    is_met: bool
    code: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.is_met


MET = Verdict(True)
