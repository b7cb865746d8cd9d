"""The shop behind all questions: its folder, settings, tables and scenario."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from dealwright import bootstrap
from dealwright.app.demand.basis import Basis
from dealwright.app.ports import Progress, Tables
from dealwright.core.money import exponent
from dealwright.plan.scenario import Scenario
from dealwright.workspace.files import read_text

SCENARIO_FILE = "scenario.yaml"
SEED = 1


class Shop:
    """An open workspace; close it or use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        self._parts = bootstrap.assemble(folder)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._parts.folder

    @property
    def language(self) -> str:
        """Of reports: en or zh."""
        return self._parts.settings.language

    @property
    def currency(self) -> str:
        """ISO 4217; all amounts are in it."""
        return self._parts.settings.currency

    @property
    def tables(self) -> list[str]:
        """The canonical tables that hold rows."""
        return self._parts.warehouse.present()

    def read_tables(self) -> Tables:
        """The canonical tables, for queries of your own (ibis tables)."""
        return self._parts.warehouse

    def scenario(self) -> Scenario:
        """The workspace's scenario.yaml, or the defaults where there is none."""
        path = self.folder / SCENARIO_FILE
        return read_scenario(path) if path.exists() else Scenario()

    @property
    def _today(self) -> date:
        """The day it is in the shop."""
        return datetime.now(ZoneInfo(self._parts.settings.time_zone)).date()

    @property
    def _per_major(self) -> int:
        """Minor units in a major one: 100 cents in a euro."""
        return int(10 ** exponent(self.currency))

    def _basis(self, scenario: Scenario | None, seed: int) -> Basis:
        settings = self._parts.settings
        return Basis(
            self._parts.warehouse,
            scenario or self.scenario(),
            country=settings.country,
            seed=seed,
            first_weekday=settings.first_weekday_number,
            minor_per_major=self._per_major,
        )

    def close(self) -> None:
        """Release the workspace for other processes."""
        self._parts.warehouse.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a part of the work, told as that of the whole."""
    return lambda what, share: progress(what, start + (end - start) * share)


def read_scenario(path: str | Path) -> Scenario:
    """A scenario file; InputError lists every mistake."""
    return Scenario.read(read_text(path, what="the scenario"), source=str(path))
