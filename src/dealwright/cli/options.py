"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Shop = Annotated[Path, typer.Option("--shop", help="The workspace folder.", show_default="this folder")]
AsJson = Annotated[bool, typer.Option("--json", help="Print plain JSON instead of tables.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same plan.", min=0)]
Language = Annotated[str | None, typer.Option("--lang", help="en or zh.")]
ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="A scenario file; else the workspace's scenario.yaml.")
]
HERE = Path()
SEED = 1
