"""The first screen: what the plan is, what it should earn, what was assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dealwright.adapters.report.blocks import Tile
from dealwright.adapters.report.source import Source
from dealwright.core.period import WEEK


def title(source: Source) -> str:
    """The page's heading."""
    return source.say("page.title", days=_days(source))


def lead(source: Source) -> str:
    """The whole plan in a few plain sentences."""
    return source.say("sentence_joint").join(_lead(source))


def tiles(source: Source) -> tuple[Tile, ...]:
    """Extra profit, spend, number of promotions, proven gap."""
    f, plan, outcome = source.formats, source.plan, source.outcomes["plan"]
    extra, spend = outcome["extra_profit"], outcome["spend"]
    gap = plan["gap"]
    budget = source.summary["scenario"]["limits"]["budget"]
    return (
        Tile(
            source.say("tile.profit"),
            f.about(extra["value"]),
            _range(source, extra),
            is_assumed=source.is_profit_assumed,
        ),
        Tile(
            source.say("tile.spend"),
            f.about(spend["value"]),
            _range(source, spend)
            + (source.say("tile.of_budget", budget=f.money(float(budget), 0)) if budget is not None else ""),
            is_assumed=source.is_spend_assumed,
        ),
        Tile(
            source.say("tile.promotions"),
            f.number(len(source.promotions)),
            source.say("tile.promotions_small", n=_n_products(source), weeks=len(source.weeks)),
        ),
        Tile(
            source.say("tile.gap"),
            source.say("tile.no_gap") if gap is None else f"≤ {f.gap(gap)}",
            source.say("tile.no_gap_small") if gap is None else _proof(source, "tile.gap_small"),
        ),
    )


def assumptions(source: Source) -> tuple[str, ...]:
    """What was assumed, a sentence each."""
    return tuple(_assumption(source, item) for item in source.summary["assumptions"])


def _days(source: Source) -> str:
    return source.formats.days(source.weeks[0], source.weeks[-1] + 6 * (WEEK / 7))


def _n_products(source: Source) -> int:
    return len({row["sku"] for row in source.promotions})


def _range(source: Source, estimate: dict[str, float]) -> str:
    return source.say(
        "tile.range",
        span=source.formats.about_span(estimate["low"], estimate["high"]),
        cases=source.cases(estimate["level"]),
    )


def _lead(source: Source) -> Iterator[str]:
    f, plan, outcomes = source.formats, source.plan, source.outcomes
    considered = f.number(plan["n_products"])
    if not source.promotions:
        yield source.say("lead.empty", days=_days(source), considered=considered)
        yield source.say("lead.empty_why")
    else:
        yield source.say(
            "lead.what",
            days=_days(source),
            weeks=len(source.weeks),
            n=f.number(len(source.promotions)),
            products=_n_products(source),
            considered=considered,
        )
        extra = outcomes["plan"]["extra_profit"]
        yield source.say(
            "lead.earns",
            profit=f.about(extra["value"]),
            span=f.about_span(extra["low"], extra["high"]),
            cases=source.cases(extra["level"]),
        )
    for code in ("last_year", "recent"):
        if code in outcomes:
            yield _beside(source, code)
    if source.promotions:
        yield source.say("lead.spends", spend=f.about(outcomes["plan"]["spend"]["value"]))
    if plan["gap"] is None:
        yield source.say("lead.unproven")
    elif source.promotions:
        yield _proof(source, "lead.proven", gap=f.gap(plan["gap"]))
    if source.is_profit_assumed:
        yield source.say("lead.assumed")
    if source.promotions and source.summary["stock"]["extra_units"] > 0:
        yield source.say("lead.stock", units=f.number(source.summary["stock"]["extra_units"]))


def _proof(source: Source, key: str, **values: str) -> str:
    """What the proof is about: the model's own expectation, of which less is promised where choosing flatters."""
    plan = source.plan
    if not plan.get("objective", {"is_plain": True})["is_plain"]:
        return source.say(f"{key}_other", **values)
    is_flattered = plan.get("flattery", 0.0) < 0  # plans of older versions have none
    return source.say(
        f"{key}_flattered" if is_flattered else key, planned=source.formats.about(plan["profit"]), **values
    )


def _beside(source: Source, code: str) -> str:
    """What last year's (or the last weeks') pattern would do, which may well be to lose."""
    extra = source.outcomes[code]["extra_profit"]
    f, loses = source.formats, source.outcomes[code]["extra_profit"]["value"] < 0
    ends = (-extra["high"], -extra["low"]) if loses and extra["high"] <= 0 else (extra["low"], extra["high"])
    is_mixed = loses and extra["high"] > 0
    return source.say(
        "lead.pattern_mixed" if is_mixed else "lead.pattern_less" if loses else "lead.pattern_more",
        pattern=source.say(f"pattern.{code}"),
        amount=f.about(abs(extra["value"])),
        span=f.about_span(*ends),
        cases=source.cases(extra["level"]),
    )


def _assumption(source: Source, item: dict[str, Any]) -> str:
    f = source.formats
    params = dict(item)
    code = params.pop("code")
    for name in ("share", "branded", "own_label"):
        if name in params:
            params[name] = f.percent(params[name])
    for name in ("display", "mailer"):
        if name in params:
            params[name] = f.money(params[name])
    if "weeks" in params:
        params["weeks"] = f"{params['weeks']:g}"
    if "count" in params:
        params["count"] = f.number(params["count"])
    return source.say(f"assumption.{code}", **params)
