"""A shop's workspace: the folder with its data, plans and reports, and everything that can be done with it.

`Workspace` is put together from parts, one for each kind of question; a new question goes into the part it belongs
to, or into a new one.
"""

from __future__ import annotations

from dealwright.workspace.opening import Workspace, demo, open
from dealwright.workspace.plans import PLAN_FOLDER, Plan, Traded
from dealwright.workspace.shop import SCENARIO_FILE, SEED, read_scenario

__all__ = [
    "PLAN_FOLDER",
    "SCENARIO_FILE",
    "SEED",
    "Plan",
    "Traded",
    "Workspace",
    "demo",
    "open",
    "read_scenario",
]
