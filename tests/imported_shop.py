"""A small shop in a folder, imported as a user would, for tests of commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from command_line import Ran, run
from known_shop import make_frames, make_panel

SCENARIO = "{n_draws: 50, depths: [0.1, 0.2, 0.3], scope: {least_selling_weeks: 8}, limits: {budget: 60}}\n"


@dataclass(frozen=True)
class ImportedShop:
    """`group` is the command that is asked, `ends` the last day of the sales."""

    folder: Path
    ends: date
    group: str

    def run(self, *words: object) -> Ran:
        return run(self.group, *words, "--shop", self.folder)

    def write(self, name: str, text: str) -> Path:
        path = self.folder.parent / name
        path.write_text(text)
        return path


def imported_shop(folder: Path, *, group: str) -> ImportedShop:
    """Six products over forty weeks, with a scenario and neither stock nor costs."""
    panel = make_panel(n=6, n_weeks=40, n_categories=2, base=20.0)
    run("init", folder)
    for name, frame in make_frames(panel).items():
        for column in [str(column) for column in frame if "amount" in str(column)]:
            frame = frame.assign(**{column: (frame[column] / 100).map("{:.2f}".format)})
        frame.to_csv(folder / f"{name}.csv", index=False)
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    (folder / "scenario.yaml").write_text(SCENARIO)
    return ImportedShop(folder, panel.starts[-1] + timedelta(days=6), group)
