"""The exceptions callers meet.

DealwrightError
├── InputError          what the caller gave cannot be used; says what was given, what is allowed, what to do
│   └── InfeasibleError the constraints contradict one another; names the smallest conflicting set
├── WorkspaceError      the workspace folder is missing, locked or of another version
└── MissingExtraError   an optional library is not installed; says how to get it

"No" that is normal business is a `Verdict`, never an exception.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_MOST_NAMES = 50  # that are listed


class DealwrightError(Exception):
    """Anything dealwright refuses to do."""


class InputError(DealwrightError):
    """What the caller gave cannot be used.

    All mistakes found are told at once, one line each.

    >>> print(InputError("no column 'sku'", "no column 'quantity'"))
    2 problems:
      - no column 'sku'
      - no column 'quantity'
    """

    def __init__(self, *problems: str) -> None:
        self.problems: Sequence[str] = problems
        super().__init__(*problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        return "\n  - ".join([f"{len(self.problems)} problems:", *self.problems])

    @classmethod
    def unknown(cls, kind: str, given: str, allowed: Iterable[str]) -> InputError:
        """A name that is not on the list, with the nearest that is.

        >>> print(InputError.unknown("table", "sale", ["sales", "stock"]))
        no table is called 'sale'; did you mean 'sales'? Allowed: sales, stock
        """
        names = sorted(allowed)
        near = difflib.get_close_matches(given, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ";"
        more = [f"and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
        listed = ", ".join([*names[:_MOST_NAMES], *more]) or "none"
        return cls(f"no {kind} is called {given!r}{hint} Allowed: {listed}")


class InfeasibleError(InputError):
    """The constraints contradict one another; `conflict` is a smallest set that does."""

    def __init__(self, conflict: Sequence[str]) -> None:
        self.conflict = tuple(conflict)
        super().__init__(
            "no plan can satisfy all constraints. "
            "These contradict one another (dropping any one of them helps): " + "; ".join(self.conflict)
        )


class WorkspaceError(DealwrightError):
    """The workspace folder is missing, locked by another process, or of another version."""


class MissingExtraError(DealwrightError):
    """An optional library is not installed."""

    def __init__(self, library: str, *, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the library {library!r}, which is not installed. "
            f"Install it with: pip install 'dealwright[{extra}]'"
        )
