"""How the response to prices and promotions looks in a terminal, with marks where nobody can know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from dealwright.cli.forecast_words import FORECAST_WORDS
from dealwright.cli.screen import new_table, open_console, print_json

if TYPE_CHECKING:
    from dealwright.app.demand.tell_response import Answer, ProductResponse, Responses
    from dealwright.core.estimate import Estimate

N_PRODUCTS = 20
N_NAMED = 10
BEYOND, CAPPED = "*", "^"
VEHICLES = ((False, False), (True, False), (False, True), (True, True))
"""On display, in the mailer."""


def responses(told: Responses, *, in_detail: bool, language: str, as_json: bool) -> None:
    """One table of products, or each product's offers and neighbours; and whom nobody can plan on."""
    if as_json:
        print_json(told.to_dict())
        return
    w, console = FORECAST_WORDS[language], open_console()
    if in_detail:
        for product in told.products:
            _product(product, w, console)
    else:
        console.print(_overview(told.products[:N_PRODUCTS], w))
        if len(told.products) > N_PRODUCTS:
            console.print(w["more_products"].format(n=len(told.products) - N_PRODUCTS), highlight=False)
    console.print(w["mark_beyond"], w["cross_is"], sep="\n", highlight=False)
    for code, named in (("wrong_sign", told.wrong_sign), ("not_identified", told.not_identified)):
        if named:
            console.print(w[code].format(n=len(named), names=_names(named, w)), highlight=False, markup=False)


def _overview(products: Sequence[ProductResponse], w: Mapping[str, str]) -> Table:
    depths = sorted({answer.depth for answer in products[0].answers if answer.depth > 0})
    table = new_table(
        w["product"], w["elasticity"], w["depths_seen"], *(f"-{depth:.0%}" for depth in depths), w["strongest"]
    )
    for product in products:
        alone = {answer.depth: answer for answer in product.answers if _vehicle(answer) == VEHICLES[0]}
        near = product.neighbours[:1]
        table.add_row(
            f"{product.name} ({product.sku})",
            f"{_span(product.elasticity)} {_mark(product, w)}".strip(),
            f"{product.n_price_points} ({product.greatest_depth:.0%})",
            *(_times(alone[depth]) for depth in depths),
            f"{near[0].name} {_span(near[0].its_price)}" if near else "-",
        )
    return table


def _product(product: ProductResponse, w: Mapping[str, str], console: Console) -> None:
    console.rule(f"{product.name} ({product.sku}) · {product.category}")
    console.print(
        f"{w['elasticity']}: {_span(product.elasticity)} {_mark(product, w)}",
        w["seen"].format(n=product.n_price_points, deepest=f"{product.greatest_depth:.0%}"),
        sep="\n",
        highlight=False,
    )
    if product.mechanics:
        listed = ", ".join(f"{name} ({w['times'].format(n=n)})" for name, n in product.mechanics.items())
        console.print(w["mechanics_seen"].format(listed=listed), highlight=False, markup=False)
    table = new_table(w["offer"], *(w[f"vehicle_{on:d}{in_:d}"] for on, in_ in VEHICLES), title=w["times_usual"])
    found = {(answer.depth, *_vehicle(answer)): answer for answer in product.answers}
    for depth in sorted({answer.depth for answer in product.answers}):
        cells = [found.get((depth, *vehicle)) for vehicle in VEHICLES]
        offer = f"-{depth:.0%}" if depth else w["no_cut"]
        table.add_row(offer, *("-" if cell is None else f"{_times(cell)} ({_ends(cell.times)})" for cell in cells))
    console.print(table)
    if product.neighbours:
        near = new_table(w["neighbour"], w["its_price"], w["own_price"], title=w["cross"])
        for one in product.neighbours:
            near.add_row(f"{one.name} ({one.sku})", _span(one.its_price), _span(one.own_price))
        console.print(near)


def _vehicle(answer: Answer) -> tuple[bool, bool]:
    return answer.on_display, answer.in_mailer


def _mark(product: ProductResponse, w: Mapping[str, str]) -> str:
    codes = ["sign"] * product.has_wrong_sign + ["unidentified"] * (not product.is_identified)
    return " ".join(f"({w[f'mark_{code}']})" for code in codes)


def _times(answer: Answer) -> str:
    marks = BEYOND * answer.is_extrapolated + CAPPED * answer.is_capped
    return f"x{answer.times.value:.2f}{marks}"


def _span(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({_ends(estimate)})"


def _ends(estimate: Estimate) -> str:
    return f"{estimate.low:.2f} … {estimate.high:.2f}"


def _names(named: Mapping[str, str], w: Mapping[str, str]) -> str:
    listed = [f"{name} ({sku})" for sku, name in list(named.items())[:N_NAMED]]
    more = [w["and_more"].format(n=len(named) - N_NAMED)] if len(named) > N_NAMED else []
    return "; ".join([*listed, *more])
