"""How good the forecast is: what it missed, which models it comes from, and whether its ranges hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Cell, Column, Figure, Heading, Table
from dealwright.adapters.report.charts import demand as charts
from dealwright.adapters.report.charts.theme import draw
from dealwright.adapters.report.source import Source
from dealwright.core.period import WEEK


def blocks(source: Source) -> list[Block]:
    """Sentences, the table of models, and how often ranges held."""
    forecast = source.summary["forecast"]
    made: list[Block] = [Heading(source.say("accuracy.title")), Bullets(tuple(_sentences(source)))]
    if forecast["score"] is not None:
        made += [Heading(source.say("accuracy.models")), _models(source)]
    if forecast["coverage"] is not None:
        made += [_levels(source), _by_week(source)]
    return made


def _sentences(source: Source) -> Iterator[str]:
    f, forecast = source.formats, source.summary["forecast"]
    first, last = (date.fromisoformat(forecast[name]) for name in ("first_week", "last_week"))
    yield source.say(
        "accuracy.learnt",
        n=f.number(forecast["n_products"]),
        days=f.days(first, last + 6 * (WEEK / 7)),
    )
    score = forecast["score"]
    if score is None:
        yield source.say("accuracy.no_score")
    else:
        better = score["reference_wape"] - score["wape"]
        yield source.say(
            "accuracy.wape" if better > 0 else "accuracy.wape_worse",
            weeks=score["weeks"],
            origin=f.day(date.fromisoformat(score["origin"])),
            wape=f.percent(score["wape"]),
            reference=f.percent(score["reference_wape"]),
        )
        bias = "high" if score["bias"] > 0.005 else "low" if score["bias"] < -0.005 else "none"
        yield source.say(f"accuracy.bias.{bias}", bias=f.percent(abs(score["bias"])))
        yield source.say(
            "accuracy.coverage",
            coverage=f.percent(score["coverage"]),
            total=f.percent(score["total_coverage"]),
        )
    yield source.say("accuracy.elasticity", units=f.percent((1 / 0.9) ** forecast["shop_elasticity"] - 1))
    if forecast["stock_out_weeks"]:
        yield source.say("accuracy.stock_outs", n=f.number(forecast["stock_out_weeks"]))
    if forecast["wrong_sign"]:
        yield source.say("accuracy.wrong_sign", n=f.number(len(forecast["wrong_sign"])))


def _models(source: Source) -> Table:
    """The smallest error first; the blend is among them."""
    forecast = source.summary["forecast"]
    score, now = forecast["score"], {row["model"]: row["weight"] for row in forecast["blend"]["models"]}
    rows = sorted([*score["models"], {"model": "blend", **score}], key=lambda row: row["wape"])
    columns = (
        Column(source.say("accuracy.model"), is_wide=True),
        *(
            Column(source.say(f"accuracy.{name}"), is_number=True)
            for name in ("error", "scaled", "in_sum", "weight")
        ),
    )
    return Table.of(columns, [_model(source, row, now) for row in rows])


def _model(source: Source, row: dict[str, Any], now: dict[str, float]) -> list[Cell]:
    f, name = source.formats, row["model"]
    return [
        Cell(source.words.find(f"model.{name}") or name),
        Cell(f.percent(row["wape"], 1)),
        Cell("–" if row["rmsse"] is None else f.number(row["rmsse"], 2)),
        Cell(f.percent(row["bias"], 1)),
        Cell(f.percent(now.get(name, 0.0)) if name != "blend" else "–"),
    ]


def _levels(source: Source) -> Figure:
    f, levels = source.formats, source.summary["forecast"]["coverage"]["levels"]
    chart = charts.calibration(
        levels, nominal_title=source.say("accuracy.nominal"), achieved_title=source.say("accuracy.achieved")
    )
    columns = [Column(source.say(f"accuracy.{name}"), is_number=True) for name in ("nominal", "achieved")]
    rows = [[f.percent(row["nominal"]), f.percent(row["achieved"], 1)] for row in levels]
    return Figure(
        source.say("accuracy.levels_title"),
        source.say("accuracy.levels_label"),
        draw(chart, key="levels"),
        numbers=Table.of(columns, rows, summary=source.say("numbers")),
        note=source.say("accuracy.levels_note"),
        is_half=True,
    )


def _by_week(source: Source) -> Figure:
    f, coverage = source.formats, source.summary["forecast"]["coverage"]
    # A week in which every shelf was empty cannot tell.
    shares = [(week, share) for week, share in enumerate(coverage["by_week"], start=1) if share is not None]
    chart = charts.coverage_by_week(
        [{"week": week, "share": share, "text": f.percent(share)} for week, share in shares],
        promised=0.8,
        week_title=source.say("accuracy.ahead"),
        share_title=source.say("accuracy.achieved"),
    )
    columns = [Column(source.say(f"accuracy.{name}"), is_number=True) for name in ("ahead", "achieved")]
    rows = [[f.number(week), f.percent(share, 1)] for week, share in shares]
    return Figure(
        source.say("accuracy.by_week_title"),
        source.say("accuracy.by_week_label"),
        draw(chart, key="ahead"),
        numbers=Table.of(columns, rows, summary=source.say("numbers")),
        note=source.say("accuracy.by_week_note", n=f.number(coverage["n_series"])),
        is_half=True,
    )
