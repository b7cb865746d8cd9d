"""How the check of a kept forecast, and its refresh, look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from rich.table import Table

from dealwright.cli.forecast_words import FORECAST_WORDS
from dealwright.cli.screen import new_table, open_console, print_json

if TYPE_CHECKING:
    from dealwright.app.demand.check_drift import DriftReport
    from dealwright.app.demand.refresh_forecast import Refreshed
    from dealwright.core.estimate import Estimate

N_CATEGORIES = 15
N_PRODUCTS = 10


def drift(report: DriftReport, *, language: str, as_json: bool) -> None:
    """What was judged by what; a row per category with state, evidence and remedy; what to do."""
    if as_json:
        print_json(report.to_dict())
        return
    w, console = FORECAST_WORDS[language], open_console()
    judged = "drift_of_kept" if report.was_kept else "drift_of_learnt"
    console.print(
        w[judged].format(weeks=report.n_weeks, origin=report.origin, until=report.learnt_until), highlight=False
    )
    console.print(_categories(report, w))
    if len(report.categories) > N_CATEGORIES:
        console.print(w["more_categories"].format(n=len(report.categories) - N_CATEGORIES), highlight=False)
    for sentence in _evidence(report, w):
        console.print(sentence, highlight=False, markup=False)


def _categories(report: DriftReport, w: Mapping[str, str]) -> Table:
    """Those that moved first, then those that missed most units."""
    health = report.health
    table = new_table(w["category"], w["state"], w["forecast_units"], w["sold"], w["sold_over"], w["remedy"])
    ranked = sorted(report.categories, key=lambda one: (not one.has_moved, -abs(one.sold - one.forecast)))
    for one in ranked[:N_CATEGORIES]:
        table.add_row(
            one.category,
            _state(one.has_moved, w),
            f"{one.forecast:,.0f}",
            f"{one.sold:,.0f}",
            _shift(one.shift),
            w[f"remedy_{one.remedy}"],
            style="bold" if one.has_moved else None,
        )
    table.add_section()
    table.add_row(
        w["whole_shop"],
        _state(any(reason.code == "level_moved" and not reason.where for reason in health.reasons), w),
        *(f"{sum(getattr(one, name) for one in ranked):,.0f}" for name in ("forecast", "sold")),
        _shift(health.shift),
        w[f"remedy_{health.advice}"],
    )
    return table


def _state(has_moved: bool, w: Mapping[str, str]) -> str:
    return w["state_moved" if has_moved else "state_holds"]


def _evidence(report: DriftReport, w: Mapping[str, str]) -> Iterator[str]:
    """Which products moved, why it does not hold, and what to do."""
    health = report.health
    moved = health.series[health.series["has_moved"]]
    if len(moved):
        shifts = zip(moved["series"].astype(str), moved["shift"].astype(float), strict=True)
        named = "; ".join(f"{report.names[sku]} ({sku}) {shift:+.0%}" for sku, shift in islice(shifts, N_PRODUCTS))
        yield w["moved_products"].format(n=len(moved), names=named)
    for reason in health.reasons:
        where = f" ({reason.where})" if reason.where else ""
        yield f"- {w[f'reason_{reason.code}']}{where}: {_share(reason.found)}"
    yield w["drift_coverage"].format(coverage=_share(health.coverage))
    yield w[f"advice_{health.advice}"]
    if report.proves_little:
        yield w["proves_little"]


def _share(found: Estimate) -> str:
    return f"{found.value:.0%} ({found.low:.0%} … {found.high:.0%})"


def _shift(shift: Estimate) -> str:
    return f"{shift.value:+.0%} ({shift.low:+.0%} … {shift.high:+.0%})"


def refreshed(made: Refreshed, *, language: str, as_json: bool) -> None:
    """What stays, what moved, and the coming weeks by category."""
    if as_json:
        print_json(made.to_dict())
        return
    w, console = FORECAST_WORDS[language], open_console()
    told = "refresh_learnt" if made.was_learnt else "refresh_moved" if made.n_newer else "refresh_nothing"
    models = ", ".join(w.get(f"model_{name}", name) for name in made.models)
    console.print(
        w[told].format(until=made.learnt_until, n=made.n_newer, products=f"{len(made.skus):,}", models=models),
        highlight=False,
    )
    table = new_table(w["category"], w["before_refresh"], w["after_refresh"], w["change"])
    rows = made.by_category()
    shown, rest = rows[:N_CATEGORIES], rows[N_CATEGORIES:]
    for name, before, after in shown:
        table.add_row(name, *_moved(before, after))
    if rest:
        table.add_row(w["and_more"].format(n=len(rest)), *_moved(*_added_up(rest)))
    table.add_section()
    table.add_row(w["whole_shop"], *_moved(*_added_up(rows)), style="bold")
    console.print(table)
    weeks = w["weeks_from_to"].format(n=len(made.weeks), first=made.weeks[0], last=made.weeks[-1])
    console.print(weeks, w["no_promotion_assumed"], sep="\n", highlight=False)


def _added_up(rows: Sequence[tuple[str, float, float]]) -> tuple[float, float]:
    return sum(before for _, before, _ in rows), sum(after for _, _, after in rows)


def _moved(before: float, after: float) -> tuple[str, str, str]:
    return f"{before:,.0f}", f"{after:,.0f}", f"{after / before - 1:+.1%}" if before > 0 else "-"
