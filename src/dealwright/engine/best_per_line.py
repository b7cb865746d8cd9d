"""The stacking "best_per_line": each line keeps the one discount that takes most off it."""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.engine.applying import Combination, Why, grant_of
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Grant, Unmet
from dealwright.engine.rule import Rule
from dealwright.engine.steps import Step


def best_per_line(goods: Goods, rules: Sequence[Rule]) -> Combination:
    """Each line and fee keeps the one discount that takes most off it; the first of equals."""
    found = Combination(goods)
    steps = []
    for rule in rules:
        given = grant_of(rule, goods)
        if isinstance(given, Unmet):
            found.refused.append(Why.unmet(rule, given))
        else:
            steps.append(Step(rule, given))
    best: dict[tuple[bool, int], tuple[int, int]] = {}
    for turn, step in enumerate(steps):
        for cut in step.grant.cuts:
            best[False, cut.line] = max(best.get((False, cut.line), (0, 0)), (cut.amount_minor, -turn))
        for fee in step.grant.fee_cuts:
            best[True, fee.delivery] = max(best.get((True, fee.delivery), (0, 0)), (fee.amount_minor, -turn))
    for turn, step in enumerate(steps):
        kept = _kept(step.grant, best, turn)
        if kept is not None:
            found.steps.append(Step(step.rule, kept))
            found.goods = found.goods.after(kept)
        else:
            winners = {-best[False, cut.line][1] for cut in step.grant.cuts}
            winners |= {-best[True, fee.delivery][1] for fee in step.grant.fee_cuts}
            names = tuple(sorted(steps[winner].rule.id for winner in winners))
            found.refused.append(Why(step.rule, "lost_to_better", lost_to=names))
    return found


def _kept(grant: Grant, best: dict[tuple[bool, int], tuple[int, int]], turn: int) -> Grant | None:
    cuts = tuple([cut for cut in grant.cuts if best[False, cut.line][1] == -turn])
    fees = tuple([cut for cut in grant.fee_cuts if best[True, cut.delivery][1] == -turn])
    if (grant.cuts or grant.fee_cuts) and not cuts and not fees:
        return None
    return Grant(
        cuts,
        fees,
        uses=grant.uses,
        n_units=grant.n_units,
        gifts=grant.gifts,
        points=grant.points,
        points_spent=grant.points_spent,
        next_coupon=grant.next_coupon,
        frees_delivery=grant.frees_delivery,
        prepaid_minor=grant.prepaid_minor,
    )
