"""How products answer to prices and promotions, their own and their neighbours', and where nobody can know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain, plain_estimate
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.features import Offers
from dealwright.demand.response import MOST_LIFT, DemandResponse

DEPTHS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Price cuts that are asked about unless others are."""
N_NEIGHBOURS = 3
LEAST_PRICE_POINTS = 2
"""A product that always had the same depth tells nothing of its own answer to price."""
MOST_TIMES = float(np.exp(MOST_LIFT)) - 1e-9
CAPPED_SHARE = 0.1
"""Of draws: the upper end of an 80 % range is then the cap and no longer an estimate."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an offer does on its own: `times` usual sales.

    `is_extrapolated`: nothing like it was ever seen. `is_capped`: the answer is held at the most that is believed,
    so that its range says nothing.
    """

    depth: float
    on_display: bool
    in_mailer: bool
    times: Estimate
    is_extrapolated: bool
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Cross elasticities with another product: per cent more units per per cent more of the other's price.

    `its_price` is what the neighbour's price does to the product told of, `own_price` what that one's price does
    to the neighbour.
    """

    sku: str
    name: str
    its_price: Estimate
    own_price: Estimate


@dataclass(frozen=True, slots=True)
class ProductResponse:
    """One product: `elasticity` is per cent more units per per cent less price.

    `is_identified`: its own prices moved; otherwise what is told is that of products like it. `has_wrong_sign`: it
    is not sure that a lower price sells more, so no plan promotes it by price. `neighbours` are the strongest,
    those whose prices do most to its sales first. `mechanics` are the ways it was promoted, as the shop names them,
    with the number of periods; the response does not tell them apart, but for their depth.
    """

    sku: str
    name: str
    category: str
    elasticity: Estimate
    n_price_points: int
    greatest_depth: float
    is_identified: bool
    has_wrong_sign: bool
    mechanics: dict[str, int]
    answers: tuple[Answer, ...]
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Responses:
    """The products asked about; and of all forecast ones those that nobody can plan on, by sku and name."""

    products: tuple[ProductResponse, ...]
    wrong_sign: dict[str, str]
    not_identified: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "products": [_document(product) for product in self.products],
            "wrong_sign": self.wrong_sign,
            "not_identified": self.not_identified,
        }


def find_response(
    basis: Basis, skus: Sequence[str] = (), *, depths: Sequence[float] = DEPTHS, progress: Progress = silent
) -> Responses:
    """Learn the response and tell that of `skus` (none: of all products).

    InputError, before anything is learnt and all at once, for products that are not forecast and for depths that
    are none.
    """
    history = basis.read(progress)
    refuse_unknown(history.panel, skus, depths)
    return tell_response(basis.learn(history, progress), skus, depths=depths)


def refuse_unknown(panel: Panel, skus: Sequence[str], depths: Sequence[float]) -> None:
    """InputError naming every product that is not in the panel and every depth outside 0 to 1."""
    problems = [
        f"{InputError.unknown('forecast product', sku, panel.skus)}. A product needs enough recent history; see "
        "scope in the scenario"
        for sku in dict.fromkeys(skus)
        if sku not in panel.skus
    ]
    problems += [
        f"a depth is a share of the price above 0 and below 1, such as 0.2; given {depth:g}"
        for depth in depths
        if not 0 < depth < 1
    ]
    if problems:
        raise InputError(*problems)


def tell_response(
    demand: DemandForecast, skus: Sequence[str] = (), *, depths: Sequence[float] = DEPTHS
) -> Responses:
    """The response that was learnt already; InputError as `find_response`."""
    panel, response = demand.panel, demand.response
    refuse_unknown(panel, skus, depths)
    names = dict(zip(panel.skus, map(str, panel.products[c.NAME]), strict=True))
    chosen = [panel.skus.index(sku) for sku in dict.fromkeys(skus)] or list(range(len(panel.skus)))
    asked = _asked(response, sorted(set(depths)))
    times, is_beyond = (
        1.0 + response.gain(asked.depth, asked.display, asked.mailer),
        response.is_extrapolated(asked),
    )
    wrong = response.wrong_sign()
    is_known = response.n_price_points >= LEAST_PRICE_POINTS
    return Responses(
        products=tuple(
            ProductResponse(
                sku=panel.skus[i],
                name=names[panel.skus[i]],
                category=panel.categories[panel.category_of[i]],
                elasticity=Estimate.from_draws(response.elasticity[:, i]),
                n_price_points=int(response.n_price_points[i]),
                greatest_depth=float(response.greatest_depth[i]),
                is_identified=bool(is_known[i]),
                has_wrong_sign=panel.skus[i] in wrong,
                mechanics={name: int((of[i] > 0).sum()) for name, of in panel.mechanics.items() if of[i].any()},
                answers=tuple(
                    Answer(
                        depth=float(asked.depth[i, k]),
                        on_display=bool(asked.display[i, k] > 0),
                        in_mailer=bool(asked.mailer[i, k] > 0),
                        times=Estimate.from_draws(times[:, i, k]),
                        is_extrapolated=bool(is_beyond[i, k]),
                        is_capped=bool((times[:, i, k] >= MOST_TIMES).mean() > CAPPED_SHARE),
                    )
                    for k in range(asked.depth.shape[1])
                ),
                neighbours=_neighbours(response, i, names),
            )
            for i in chosen
        ),
        wrong_sign={sku: names[sku] for sku in wrong},
        not_identified={sku: names[sku] for sku, known in zip(panel.skus, is_known, strict=True) if not known},
    )


def _asked(response: DemandResponse, depths: Sequence[float]) -> Offers:
    """Every depth, and none, with every combination of vehicles, but not nothing at all; each array (n, K)."""
    ways = [
        (depth, on_display, in_mailer)
        for depth in (0.0, *depths)
        for on_display in (False, True)
        for in_mailer in (False, True)
        if depth or on_display or in_mailer
    ]
    depth, on_display, in_mailer = (np.array(kind, dtype=np.float64) for kind in zip(*ways, strict=True))
    # Where a vehicle was never used, all of the shop is meant.
    reaches = (np.where(reach > 0, reach, 1.0) for reach in (response.display_reach, response.mailer_reach))
    display, mailer = (
        np.outer(reach, flags) for reach, flags in zip(reaches, (on_display, in_mailer), strict=True)
    )
    return Offers(np.outer(np.ones(len(response.skus)), depth), display, mailer)


def _neighbours(response: DemandResponse, i: int, names: Mapping[str, str]) -> tuple[Neighbour, ...]:
    """The products of the same category whose prices do most to this one's sales."""
    sku = response.skus[i]
    others = [response.skus[j] for j in np.flatnonzero(response.category_of == response.category_of[i]) if j != i]
    found = [
        Neighbour(other, names[other], response.cross_elasticity(other, sku), response.cross_elasticity(sku, other))
        for other in others
    ]
    return tuple(sorted(found, key=lambda near: -abs(near.its_price.value))[:N_NEIGHBOURS])


def _document(told: ProductResponse | Answer | Neighbour) -> dict[str, Any]:
    """Fields as they are named; estimates with their intervals, lists of parts as lists of documents."""
    made: dict[str, Any] = {}
    for field in fields(told):
        value = getattr(told, field.name)
        if isinstance(value, Estimate):
            made[field.name] = plain_estimate(value)
        elif isinstance(value, tuple):
            made[field.name] = [_document(part) for part in value]
        else:
            made[field.name] = plain(value)
    return made
