"""The whole loop as a story on a screen."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.cli.demo_live_words import LIVE_WORDS
from dealwright.cli.progress import bar
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.money import Money, exponent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from dealwright.app.review.promotion_review import Review
    from dealwright.core.estimate import Estimate
    from dealwright.live.story_told import Belief, Brought, Stopped, Story

IMPORTED = 0.4
"""Share of the bar for importing the shop."""


def demo_live(out: Path, *, language: str, seed: int, as_json: bool) -> None:
    """Live the demo shop's last weeks again, in `out`/live, and tell what happened."""
    from dealwright import workspace
    from dealwright.core.errors import MissingExtraError
    from dealwright.live.story import tell_story

    if find_spec("sqlalchemy") is None:
        raise MissingExtraError("sqlalchemy", extra="till", purpose="the live loop")
    with (
        bar("demo") as tell,
        workspace.demo(out / "shop", progress=lambda what, share: tell(what, IMPORTED * share)) as shop,
    ):
        story = tell_story(
            shop,
            out / "live",
            seed=seed,
            progress=lambda what, share: tell(what, IMPORTED + (1.0 - IMPORTED) * share),
        )
    show_story(story, language=language, as_json=as_json)


def show_story(story: Story, *, language: str, as_json: bool) -> None:
    """The story, chapter by chapter, or as one JSON document."""
    if as_json:
        print_json(story.to_dict())
        return
    w, console = LIVE_WORDS[language], open_console()
    for chapter in (_plan, _campaigns, _orders, _stops, _reviews, _beliefs, _honest):
        chapter(story, w, language, console)


def _plan(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    console.rule(w["one"], align="left")
    _say(
        console,
        w["learned"].format(
            known_until=story.known_until,
            n_products=story.n_products,
            n_planned=story.n_planned,
            first=story.weeks[0],
        ),
    )
    if story.n_costs_assumed:
        _say(console, w["costs"].format(n=story.n_costs_assumed, share=story.cost_share))


def _campaigns(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    console.rule(w["two"], align="left")
    table = new_table(
        *(w[name] for name in ("product", "what", "week", "units", "sold", "given", "margin", "state"))
    )
    for one in story.campaigns:
        table.add_row(*_campaign(one, story, w))
    console.print(table)


def _campaign(one: Brought, story: Story, w: dict[str, str]) -> list[str]:
    from dealwright.live.story_campaigns import MEANT_PERCENT, TYPED_PERCENT

    expected = one.expected
    planned = "" if expected is None else f"{float(expected.units):.0f}"
    if expected is not None:
        planned += f" ({float(expected.units_low):.0f} … {float(expected.units_high):.0f})"
    return [
        f"{one.sku} {one.name}",
        w[one.kind].format(meant=MEANT_PERCENT, typed=TYPED_PERCENT),
        str(one.week),
        planned,
        str(one.sums.units),
        _money(one.sums.discount_minor, story),
        _money(one.sums.margin_minor, story),
        w.get(one.state, one.state),
    ]


def _orders(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    replayed = story.replayed
    console.rule(w["three"], align="left")
    _say(
        console,
        w["replayed"].format(n_orders=replayed.n_orders, seconds=replayed.seconds, n_sold=replayed.n_sold),
        w["money"].format(
            charged=_money(replayed.charged_minor, story),
            told=_money(replayed.told_minor, story),
            paid=_money(replayed.paid_minor, story),
            currency=story.currency,
        ),
        w["refused"].format(n_refused=replayed.n_refused, n_dead=replayed.n_dead),
    )


def _stops(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    console.rule(w["four"], align="left")
    for stopped in story.stopped:
        _say(console, *_stopped(stopped, story, w, language))
    if not story.stopped:
        _say(console, w["nothing"])
    if story.replayed.alerts[language]:
        _say(console, w["alerts"], *(f"  {alert}" for alert in story.replayed.alerts[language]))


def _stopped(stopped: Stopped, story: Story, w: dict[str, str], language: str) -> list[str]:
    (campaign,) = (one for one in story.campaigns if one.campaign_id == stopped.campaign_id)
    said = [
        w["stopped"].format(
            campaign=f"{campaign.name}", at=f"{stopped.at:%Y-%m-%d %H:%M:%S} UTC", why=stopped.why[language]
        ),
        w["speed"].format(shop_seconds=stopped.shop_seconds, work=1000 * stopped.work_seconds),
        w["harm"].format(
            n=stopped.sums.n_redemptions,
            given=_money(stopped.sums.discount_minor, story),
            margin=_money(stopped.sums.margin_minor, story),
            budget=_money(campaign.budget_minor, story),
            currency=story.currency,
        ),
    ]
    return [*said, w["checks"].format(codes=", ".join(stopped.checks))] if stopped.checks else said


def _reviews(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    console.rule(w["five"], align="left")
    columns = ("product", "week", "sold", "extra", "planned", "profit", "naive", "verdict")
    table = new_table(*(w[name] for name in columns), title=w["reviewed"].format(currency=story.currency))
    for review in story.reviews:
        table.add_row(*_review(review, story, w))
    console.print(table)
    unseen = "; ".join(one.name for one in story.campaigns if one.kind != "announced")
    audit = w["audit" if story.audit_is_whole else "audit_broken"].format(n=story.n_audited)
    _say(console, w["ranges"], *([w["no_review"].format(names=unseen)] if unseen else []), audit)


def _review(review: Review, story: Story, w: dict[str, str]) -> list[str]:
    per_major = 10 ** exponent(story.currency)
    planned = [one.profit for one in story.campaigns if one.kind == "announced" and one.sku == review.sku]
    verdict = w[review.verdict]
    return [
        f"{review.sku} {' '.join(review.name.split())} -{review.depth:.0%}",
        str(review.first),
        f"{review.sold:,.0f}",
        _span(review.uplift, digits=0),
        _span(planned[0], digits=2) if planned and planned[0] else "",
        _span(review.profit, per=per_major, digits=2),
        f"{review.naive / per_major:,.2f}",
        verdict if review.smaller_depth is None else verdict.format(depth=review.smaller_depth),
    ]


def _beliefs(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    console.rule(w["six"], align="left")
    table = _belief_table(story.beliefs, w)
    console.print(table)
    plan = story.next_plan
    profit = _span(plan.profit, digits=0)
    _say(
        console, w["next"].format(first=plan.weeks[0], n=plan.n_promotions, profit=profit, currency=story.currency)
    )


def _belief_table(beliefs: tuple[Belief, ...], w: dict[str, str]) -> Table:
    table = new_table(w["product"], w["offer"], w["before"], w["after"], title=w["beliefs"])
    for belief in beliefs:
        both = (w["unknown"] if one is None else _span(one, digits=0) for one in (belief.before, belief.after))
        table.add_row(f"{belief.sku} {belief.name}", f"-{belief.depth:.0%}", *both)
    return table


def _honest(story: Story, w: dict[str, str], language: str, console: Console) -> None:
    del language
    console.rule(w["honest"], align="left")
    seconds = {stage.name: stage.seconds for stage in story.stages}
    _say(console, w["real"], w["assumed"], w["doors"].format(year=story.weeks[0].year), w["took"].format(**seconds))
    if story.credit:
        _say(console, w["credit"].format(credit=story.credit))


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, highlight=False, markup=False)


def _money(minor: int, story: Story) -> str:
    return str(Money(minor, story.currency)).removesuffix(story.currency).strip()


def _span(estimate: Estimate, *, digits: int, per: int = 1) -> str:
    value, low, high = (number / per for number in (estimate.value, estimate.low, estimate.high))
    return f"{value:,.{digits}f} ({low:,.{digits}f} … {high:,.{digits}f})"
