"""Whether a promotion with prizes is lawful, and whether announced terms change only in the shopper's favour."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.profile import Ruling


@dataclass(frozen=True, slots=True)
class Prize:
    """One kind of prize: what one is worth, how many there are, and the chance of a draw to win one."""

    name: str
    value_minor: int
    quantity: int
    odds: Fraction


def check_prizes(prizes: tuple[Prize, ...], ruling: Ruling, *, promotion_id: str = "") -> Finding:
    """No prize is dearer than the law allows, and the odds of all together are at most 1 and above 0."""
    about = About("prize_terms", ruling, promotion_id)
    evidence = tuple(_evidence(one) for one in prizes)
    most = ruling.most_prize_minor
    dear = [one.name for one in prizes if most is not None and one.value_minor > most]
    if dear:
        return about.found("prize_too_dear", None, evidence, prizes=", ".join(dear), most=most)
    total = sum((one.odds for one in prizes), Fraction(0))
    if not prizes or any(one.odds <= 0 or one.quantity < 1 for one in prizes) or total > 1:
        return about.found("prize_odds_wrong", None, evidence, total=total)
    return about.found("prizes_kept", "allow", evidence)


def check_prize_edit(
    before: tuple[Prize, ...], after: tuple[Prize, ...], ruling: Ruling, *, promotion_id: str = ""
) -> Finding:
    """After the launch every announced prize stays, with no smaller value, number or chance."""
    about = About("prize_terms", ruling, promotion_id)
    now = {one.name: one for one in after}
    worse = [one.name for one in before if one.name not in now or _is_worse(one, now[one.name])]
    evidence = tuple(_evidence(one) for one in (*before, *after))
    if worse:
        return about.found("prize_made_worse", None, evidence, prizes=", ".join(worse))
    return about.found("prizes_kept", "allow", evidence)


def _is_worse(old: Prize, new: Prize) -> bool:
    return new.value_minor < old.value_minor or new.quantity < old.quantity or new.odds < old.odds


def _evidence(prize: Prize) -> Evidence:
    return Evidence("term", prize.value_minor, f"{prize.name}: {prize.quantity} at {prize.odds}")
