"""What a cart gets from the promotions that hold at a moment: the till's one question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from dealwright.core.cart import Cart, checked
from dealwright.core.errors import InputError
from dealwright.engine.applying import Barred, Many, Short, Why, every
from dealwright.engine.buckets import Apart
from dealwright.engine.combine import combine, combine_teams, has_teams
from dealwright.engine.eligibility import refused, refused_alike, refused_in_full
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.held import held_rules
from dealwright.engine.index import Compiled
from dealwright.engine.rule import Rule
from dealwright.engine.soundness import is_sound
from dealwright.engine.stage import Stage, candidates, missing
from dealwright.engine.steps import AnyStep
from dealwright.engine.teams import Team
from dealwright.engine.tell import Told
from dealwright.engine.usage import NO_USAGE, Usage

_BY_TURN = attrgetter("turn")


def evaluate(
    cart: Cart, promotions: Compiled, *, at: datetime, usage: Usage = NO_USAGE, explain_all: bool = False
) -> Evaluation:
    """The cart priced at an instant. The same arguments always give the same answer; nothing is counted or kept.

    Promotions are considered when their goods, their code or what else they cannot do without is in the cart, and
    their minimum spend is reached or among the nearest; `explain_all` considers every promotion there is, which
    costs accordingly. InputError if the cart is not sound (see `core.cart.checked`) or `at` has no time zone.
    """
    if at.tzinfo is None:
        raise InputError(f"the moment {at.isoformat()} has no time zone; give one, like 2026-11-11T20:00:00+08:00")
    facts = Facts(
        cart if is_sound(cart) else checked(cart),
        at=at,
        policy=promotions.policy,
        usage=usage,
        matchers=promotions.matchers,
        remembered=promotions.remembered,
    )
    start = Goods(facts, facts.regular, [None] * len(facts.lines), [fee.fee_minor for fee in facts.deliveries])
    held = held_rules(promotions, facts)
    index = promotions.index(at, cart.currency)
    run = _Run(start, list(held.refused))
    everything = promotions.rules if explain_all else None
    if index.catalogue.has_rules or held.catalogue or explain_all:
        _choose(run, _may_apply(run, index.catalogue, held.catalogue, facts, everything=everything), alone=False)
        facts.settle(run.goods.nets, reduced=_reduced(facts, run.goods))
    _choose(run, _may_apply(run, index.cart, held.cart, facts, everything=everything), alone=True)
    return Evaluation.decided(Told(facts, start, run.goods, run.steps, run.refused, held))


@dataclass(slots=True)
class _Run:
    goods: Goods
    refused: list[Why | Many] = field(default_factory=list)
    steps: list[AnyStep] = field(default_factory=list)


@dataclass(slots=True)
class _Fit:
    """Promotions that may apply: in order, or as teams and those in none."""

    rules: list[Rule]
    teams: list[Team] = field(default_factory=list)


def _may_apply(
    run: _Run, stage: Stage, held: Sequence[Rule], facts: Facts, *, everything: Sequence[Rule] | None
) -> _Fit:
    """The promotions of a stage that may apply; the others are refused."""
    if everything is not None:
        return _Fit(_of_all(run, everything, held, facts, is_catalogue=stage.is_catalogue))
    fit: list[Rule] = []
    teams: list[Team] = []
    keeps_teams = stage.has_teams and not held and has_teams(facts.policy)
    for answer, amount in candidates(stage, facts):
        fit += answer.open.loose if keeps_teams else answer.open.rules
        if keeps_teams:
            teams += answer.open.teams
        if answer.is_open:
            continue
        if answer.bars:
            # Whoever may use none of a bucket's segments, say, is turned away by one comparison of sets.
            passed = [] if answer.bars <= facts.barred else _passed(answer.checked, facts)
            if len(passed) < len(answer.checked):
                run.refused.append(Barred(answer.checked, facts.verdicts))
            for apart in passed:
                fit += apart.loose if keeps_teams else apart.rules
                if keeps_teams:
                    teams += apart.teams
        for rule in answer.each:
            unmet = refused(rule, facts)
            if unmet is None:
                fit.append(rule)
            else:
                run.refused.append(Why.unmet(rule, unmet))
        if answer.short:
            run.refused.append(Short(answer.short, amount))
        for rule in answer.short_each:
            run.refused.append(Why.unmet(rule, refused(rule, facts) or missing(rule, facts)))
    if not stage.is_single:
        fit = list(dict.fromkeys(fit))
    if held:
        _add_full(run, held, facts, fit)
    fit.sort(key=_BY_TURN)
    return _Fit(fit, teams)


def _passed(checked: Iterable[Apart], facts: Facts) -> list[Apart]:
    """Those whose conditions hold."""
    known = facts.verdicts
    return [
        apart
        for apart in checked
        if (known[apart.bar] if apart.bar in known else refused_alike(apart.rules[0], facts)) is None
    ]


def _of_all(
    run: _Run, everything: Sequence[Rule], held: Iterable[Rule], facts: Facts, *, is_catalogue: bool
) -> list[Rule]:
    fit: list[Rule] = []
    free = [rule for rule in everything if (rule.stage[0] == 0) == is_catalogue and not rule.promotion.needs_code]
    _add_full(run, [*free, *held], facts, fit)
    fit.sort(key=_BY_TURN)
    return fit


def _add_full(run: _Run, rules: Iterable[Rule], facts: Facts, fit: list[Rule]) -> None:
    for rule in rules:
        unmet = refused_in_full(rule, facts)
        if unmet is None:
            fit.append(rule)
        else:
            run.refused.append(Why.unmet(rule, unmet))


def _choose(run: _Run, fit: _Fit, *, alone: bool) -> None:
    """An exclusive promotion applies alone, if it saves most (or comes first, by policy); else all others may."""
    rules = fit.rules
    if fit.teams:
        found = combine_teams(run.goods, fit.teams, rules)
        if found is not None:
            run.goods = found.goods
            run.steps += found.steps
            run.refused += found.refused
            return
        rules += [rule for team in fit.teams for rule in team.rules]
        rules.sort(key=_BY_TURN)
    exclusive = [rule for rule in rules if rule.is_exclusive] if alone else []
    if not exclusive:
        run.goods, steps = _lanes(run, run.goods, rules)
        run.steps += steps
        return
    others = [rule for rule in rules if not rule.is_exclusive]
    is_first = run.goods.facts.policy.exclusive_choice == "priority"
    worlds = [[rule] for rule in sorted(exclusive, key=lambda rule: rule.turn)]
    runs = [_world(run.goods, world) for world in (worlds if is_first else [others, *worlds])]
    saving = [found for found in runs if found.steps] if is_first else runs
    best = _first_best(saving, is_first=is_first) if saving else None
    if best is None:
        best = _world(run.goods, others)
    run.goods = best.goods
    run.steps += best.steps
    run.refused += best.refused
    _refuse_losers(run, rules, best, runs)


def _world(goods: Goods, rules: list[Rule]) -> _Run:
    """What would come of it if these were all promotions."""
    goods.facts.reduce(_reduced(goods.facts, goods))
    found = _Run(goods)
    found.goods, found.steps = _lanes(found, goods, rules)
    return found


def _first_best(runs: list[_Run], *, is_first: bool) -> _Run:
    if is_first:
        return runs[0]
    # Of equal totals the one that gives something besides money (a gift, points) wins.
    return min(runs, key=lambda found: (sum(found.goods.nets) + sum(found.goods.fees), -len(found.steps)))


def _refuse_losers(run: _Run, rules: list[Rule], best: _Run, runs: list[_Run]) -> None:
    """Promotions of the worlds that lost: why they could not apply anyway, or what they lost to."""
    told_already = {step.rule.id for step in best.steps} | {why.rule.id for why in every(best.refused)}
    own = {why.rule.id: why for found in runs if found is not best for why in every(found.refused)}
    winners = tuple([step.rule.id for step in best.steps])
    is_alone = len(winners) == 1 and best.steps[0].rule.promotion.is_exclusive
    for rule in rules:
        name = rule.id
        if name in told_already:
            continue
        why = own.get(name)
        if why is not None and why.code not in ("lost_to_better", "excluded_by", "nothing_to_discount"):
            run.refused.append(why)
        else:
            run.refused.append(Why(rule, "excluded_by" if is_alone else "lost_to_better", lost_to=winners))


def _lanes(run: _Run, goods: Goods, rules: list[Rule]) -> tuple[Goods, list[AnyStep]]:
    """Lane after lane; each sees what earlier lanes left, and an exclusive group that is taken stays taken."""
    steps: list[AnyStep] = []
    taken: dict[str, str] = {}
    facts = goods.facts
    position = 0
    if rules and rules[0].stage == rules[-1].stage:  # sorted by stage: all of them are in one lane
        found = combine(goods, rules)
        run.refused += found.refused
        return found.goods, found.steps
    while position < len(rules):
        stage = rules[position].stage
        lane: list[Rule] = []
        while position < len(rules) and rules[position].stage == stage:
            rule = rules[position]
            position += 1
            winner = taken.get(rule.group) if rule.group else None
            if winner is None:
                lane.append(rule)
            else:
                run.refused.append(Why(rule, "excluded_by", lost_to=(winner,)))
        if steps:
            facts.reduce(_reduced(facts, goods))
        found = combine(goods, lane)
        run.refused += found.refused
        steps += found.steps
        goods = found.goods
        taken |= {step.rule.group: step.rule.id for step in found.steps if step.rule.group}
    return goods, steps


def _reduced(facts: Facts, goods: Goods) -> int:
    """The lines that cost less than their regular price."""
    if goods.nets is facts.regular:
        return 0
    mask = 0
    for number, (net, regular) in enumerate(zip(goods.nets, facts.regular, strict=True)):
        mask |= (net < regular) << number
    return mask
