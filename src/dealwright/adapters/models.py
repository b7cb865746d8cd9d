"""What was learnt, kept in a file of the workspace until it is learnt anew.

The file is a pickle, of which only arrays, trees and dealwright's own plain values are ever made: whoever can write
into a workspace folder must not be able to run code by it.
"""

from __future__ import annotations

import io
import os
import pickle
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from dealwright.app.demand.keep_forecaster import KeptForecaster
from dealwright.core.errors import WorkspaceError
from dealwright.core.version import __version__

FORECASTER = Path("models") / "forecaster.pickle"
_HEADER = f"dealwright {__version__} forecaster\n".encode()
_AGAIN = "learn anew with: dealwright forecast refresh --refit"
_OURS = ("dealwright.app.demand.keep_forecaster", "dealwright.core.", "dealwright.data.", "dealwright.demand.")
_OTHERS = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("datetime", "date"),
    ("lightgbm.basic", "Booster"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}


def keep_forecaster(folder: Path, kept: KeptForecaster) -> Path:
    """Write it into the workspace `folder`, in place of the one before."""
    path = folder / FORECASTER
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(_HEADER + pickle.dumps(kept))
    os.replace(part, path)
    return path


def kept_forecaster(folder: Path) -> KeptForecaster | None:
    """The one kept in the workspace `folder`, if any; WorkspaceError if it is damaged or of another version."""
    path = folder / FORECASTER
    if not path.exists():
        return None
    header, _, content = path.read_bytes().partition(b"\n")
    if header + b"\n" != _HEADER:
        raise WorkspaceError(f"{path} was not written by dealwright {__version__}; {_AGAIN}")
    try:
        kept = _OnlyValues(io.BytesIO(content)).load()
    except Exception as error:  # a damaged pickle raises whatever its bytes happen to mean
        raise WorkspaceError(f"{path} is damaged ({error}); {_AGAIN}") from None
    if not isinstance(kept, KeptForecaster):
        raise WorkspaceError(f"{path} holds something else than a forecaster; {_AGAIN}")
    return kept


class _OnlyValues(pickle.Unpickler):
    """Makes nothing but values: see the module."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        if module.startswith(_OURS) and "." not in name:
            found = super().find_class(module, name)
            # A name that a module merely imports, or a function of it, could be anything.
            if isinstance(found, type) and is_dataclass(found) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value")
