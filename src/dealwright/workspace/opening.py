"""How a workspace is opened, made, or filled with the demo shop."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from dealwright import bootstrap
from dealwright.adapters.results import write_text
from dealwright.app.ports import Progress, silent
from dealwright.core.errors import InputError
from dealwright.data import samples
from dealwright.settings import shop_settings
from dealwright.workspace.customers import Customers
from dealwright.workspace.facts import Facts
from dealwright.workspace.plans import Plans
from dealwright.workspace.prices import Prices
from dealwright.workspace.reach import Reach
from dealwright.workspace.reviews import Reviewing
from dealwright.workspace.shop import SCENARIO_FILE
from dealwright.workspace.supply import Supply


class Workspace(Facts, Customers, Plans, Supply, Prices, Reach, Reviewing):
    """One shop. Open it with `dealwright.open(folder)`; close it or use it in a `with` block."""


def open(folder: str | Path, *, create: bool = False, **settings: Any) -> Workspace:
    """Open the workspace in `folder`; with `create=True` make it first if there is none.

    Settings for a new one: currency, time_zone, country, first_weekday, language.
    """
    path = Path(folder)
    if settings and not create:
        raise InputError(
            f"settings ({', '.join(settings)}) are given when a workspace is made; add create=True, or edit "
            f"{path / 'dealwright.toml'}"
        )
    if create:
        bootstrap.create(path, shop_settings(**settings))
    return Workspace(path)


def demo(folder: str | Path, *, progress: Progress = silent) -> Workspace:
    """A workspace with the demo shop (Complete Journey, 84.51°), imported as a user would.

    Needs the extra `demo`. Importing again into the same folder changes nothing.
    """
    files = samples.complete_journey()
    shop = open(
        folder,
        create=True,
        currency=samples.CURRENCY,
        time_zone=samples.TIME_ZONE,
        country=samples.COUNTRY,
        credit=samples.CREDIT,
    )
    scenario = resources.files("dealwright.data").joinpath("complete_journey_scenario.yaml").read_text("utf-8")
    if not (shop.folder / SCENARIO_FILE).exists():
        write_text(scenario, shop.folder / SCENARIO_FILE)
    for number, sample in enumerate(files):
        table = sample.mapping.table
        progress(f"importing {table}", number / len(files))
        shop.import_file(table, sample.source, mapping=sample.mapping)
    progress("demo shop ready", 1.0)
    return shop
