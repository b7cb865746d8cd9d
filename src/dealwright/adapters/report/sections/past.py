"""What past sales were made of: all products week by week, and three promotions one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Column, Figure, Table, Text
from dealwright.adapters.report.charts import demand as charts
from dealwright.adapters.report.charts.theme import BLACK, draw
from dealwright.adapters.report.formats import rounded_to_sum
from dealwright.adapters.report.offers import OfferName
from dealwright.adapters.report.source import Source

SIGNS = {"baseline": 1, "uplift": 1, "cannibalised": -1, "halo": 1, "pulled_forward": -1, "unexplained": 1}
"""How the parts of past sales add up to what was sold."""
_MOST_LETTERS = 26


def blocks(source: Source) -> list[Block]:
    """The year's picture, then the promotions."""
    promotions = source.summary["decomposition"]["promotions"]
    if not promotions:
        return [_weeks(source), Text(source.say("past.no_promotion"), "note")]
    told = Bullets(tuple(_sentence(source, row) for row in promotions))
    return [_weeks(source), _promotions(source, promotions), told]


def _weeks(source: Source) -> Figure:
    past = source.summary["decomposition"]
    names = source.words.branch("past_part")
    parts = [
        {"week": week, "part": code, "units": sign * units, "order": order}
        for order, (code, sign) in enumerate(SIGNS.items())
        for week, units in zip(past["weeks"], past[code], strict=True)
    ]
    actual = [{"week": week, "units": units} for week, units in zip(past["weeks"], past["actual"], strict=True)]
    chart = charts.past_weeks(
        parts,
        actual,
        title=source.say("past.units_per_week"),
        months=source.say("date.axis"),
    )
    f = source.formats
    total = sum(past["actual"])
    columns = [Column(source.say("promotions.week"))]
    columns += [Column(names[code], is_number=True) for code in (*SIGNS, "actual")]
    rows = [
        [f.day(date.fromisoformat(week))]
        + [f.number(sign * past[code][t]) for code, sign in SIGNS.items()]
        + [f.number(past["actual"][t])]
        for t, week in enumerate(past["weeks"])
    ]
    sums = [sign * sum(past[code]) for code, sign in SIGNS.items()]
    rows.append([source.say("sum"), *(f.number(value) for value in sums), f.number(total)])
    uplift, lost = sum(past["uplift"]), sum(past["cannibalised"]) + sum(past["pulled_forward"])
    halo = sum(past["halo"])
    note = source.say(
        "past.note",
        uplift=f.percent(uplift / total if total else 0.0),
        lost=f.percent(lost / uplift if uplift else 0.0),
    )
    found = source.say("past.halo", halo=f.percent(halo / total, 1)) if halo else source.say("past.no_halo")
    return Figure(
        source.say("past.title"),
        source.say("past.label"),
        draw(chart, key="past"),
        numbers=Table.of(columns, rows, summary=source.say("numbers"), has_total=True),
        note=source.say("sentence_joint").join((note, found)),
        colours=(*((names[code], charts.PART_COLOURS[code]) for code in SIGNS), (names["actual"], BLACK)),
    )


def _promotions(source: Source, promotions: list[dict[str, Any]]) -> Figure:
    f, rule = source.formats, source.summary["decomposition"]["rule"]
    panels = [_panel(source, row) for row in promotions]
    steps = [
        {**step, "panel": panel}
        for panel, row in zip(panels, promotions, strict=True)
        for step in _steps(source, row["parts"])
    ]
    columns = [Column(source.say("past.part")), *(Column(panel, is_number=True) for panel in panels)]
    shown = [_rounded(row["parts"]) for row in promotions]
    names = source.words.branch("promotion_part")
    rows = [[names[code], *(f.number(values[code]) for values in shown)] for code in (*SIGNS, "actual")]
    return Figure(
        source.say("past.promotions"),
        source.say("past.promotions_label"),
        draw(charts.waterfalls(steps, panels=panels, title=source.say("past.units")), key="past-promotions"),
        numbers=Table.of(columns, rows, summary=source.say("numbers"), has_total=True),
        note=source.say("past.rule", cut=f.percent(rule["least_cut"]), support=f.percent(rule["least_support"])),
    )


def _panel(source: Source, row: dict[str, Any]) -> str:
    name = row["name"]
    short = name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1].rstrip() + "…"
    return f"{short}, {source.formats.day(date.fromisoformat(row['week']))}"


def _rounded(parts: dict[str, float]) -> dict[str, float]:
    """Signed whole units that sum to what was sold."""
    signed = [sign * parts[code] for code, sign in SIGNS.items()]
    return dict(zip(SIGNS, rounded_to_sum(signed, parts["actual"], digits=0), strict=True)) | {
        "actual": parts["actual"]
    }


def _steps(source: Source, parts: dict[str, float]) -> list[dict[str, Any]]:
    """Bars that start where the one before ended, from nothing to what was sold."""
    names, f = source.words.branch("promotion_part"), source.formats
    shown, steps, reached = _rounded(parts), [], 0.0
    for code, sign in SIGNS.items():
        end = reached + sign * parts[code]
        kind = "total" if code == "baseline" else "up" if end >= reached else "down"
        text = f.number(shown[code])
        steps.append({"label": names[code], "start": reached, "end": end, "text": text, "sign": kind})
        reached = end
    total = {"label": names["actual"], "start": 0.0, "end": reached, "text": f.number(reached), "sign": "total"}
    return [*steps, total]


def _sentence(source: Source, row: dict[str, Any]) -> str:
    """What the promotion did, what it took elsewhere, and what the model cannot explain."""
    f, words, parts = source.formats, source.words, _rounded(row["parts"])
    offer = OfferName(f.number(100 * row["depth"]), row["on_display"], row["in_mailer"])
    how = words.say(f"why.how.{offer.code}", percent=offer.percent, off=offer.told(words).split(" + ")[0])
    sold = words.say(
        "past.sold",
        product=row["name"],
        week=f.day(date.fromisoformat(row["week"])),
        how=how,
        actual=f.number(parts["actual"]),
        usual=f.number(parts["baseline"]),
        uplift=f.number(parts["uplift"]),
    )
    took = words.say(
        "past.took",
        switched=_span(source, row["switched"]),
        later=_span(source, row["pulled_after"]),
    )
    brought = [words.say("past.brought", units=_span(source, row["brought"]))] if row["brought"]["high"] else []
    code = "more" if parts["unexplained"] >= 0 else "fewer"
    rest = words.say(f"past.rest.{code}", units=f.number(abs(parts["unexplained"])))
    return source.say("sentence_joint").join((sold, took, *brought, rest))


def _span(source: Source, estimate: dict[str, float]) -> str:
    f = source.formats
    span = source.say("from_to", low=f.units(estimate["low"]), high=f.units(estimate["high"]))
    return source.say("past.about", value=f.units(estimate["value"]), span=span)
