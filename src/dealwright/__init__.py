"""dealwright plans, runs, watches and learns from promotions.

The public names are loaded on first use, so that `import dealwright` stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dealwright.core.version import __version__

if TYPE_CHECKING:
    from dealwright.core.errors import (
        DealwrightError,
        InfeasibleError,
        InputError,
        MissingExtraError,
        WorkspaceError,
    )
    from dealwright.core.estimate import Estimate
    from dealwright.core.money import Money
    from dealwright.core.period import Period
    from dealwright.workspace import Workspace, demo, open

_HOME = {
    "DealwrightError": "core.errors",
    "InfeasibleError": "core.errors",
    "InputError": "core.errors",
    "MissingExtraError": "core.errors",
    "WorkspaceError": "core.errors",
    "Estimate": "core.estimate",
    "Money": "core.money",
    "Period": "core.period",
    "Workspace": "workspace",
    "demo": "workspace",
    "open": "workspace",
}

__all__ = [
    "DealwrightError",
    "Estimate",
    "InfeasibleError",
    "InputError",
    "MissingExtraError",
    "Money",
    "Period",
    "Workspace",
    "WorkspaceError",
    "__version__",
    "demo",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'dealwright' has no attribute {name!r}")
    return getattr(importlib.import_module(f"dealwright.{_HOME[name]}"), name)
