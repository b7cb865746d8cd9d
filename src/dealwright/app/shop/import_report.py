"""What became of every row of an import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dealwright.data.mapping import Mapping
from dealwright.data.problems import Problem


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The rows of one import, counted; every row read is in exactly one of the three counts.

    `rows_replacing` of the accepted rows took the place of a row with the same key. `quarantine` is the file
    with the rows that were not accepted. `is_repeat`: the same content was imported before in the same way, so
    nothing changed. `formats` says how text columns were read.
    """

    table: str
    source: str
    read_as: str
    mapping: Mapping
    rows_read: int
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_already_present: int = 0
    rows_replacing: int = 0
    problems: tuple[Problem, ...] = ()
    formats: tuple[str, ...] = ()
    quarantine: Path | None = None
    saved_mapping: Path | None = None
    unlocks: str = ""
    is_repeat: bool = False

    def __post_init__(self) -> None:
        parts = self.rows_accepted + self.rows_quarantined + self.rows_already_present
        assert parts == self.rows_read, f"{self.rows_read} rows read, {parts} accounted for"
        assert 0 <= self.rows_replacing <= self.rows_accepted

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "table": self.table,
            "source": self.source,
            "read_as": self.read_as,
            "rows_read": self.rows_read,
            "rows_accepted": self.rows_accepted,
            "rows_quarantined": self.rows_quarantined,
            "rows_already_present": self.rows_already_present,
            "rows_replacing": self.rows_replacing,
            "is_repeat": self.is_repeat,
            "mapping": self.mapping.as_dict(),
            "problems": [problem.to_dict() for problem in self.problems],
            "formats": list(self.formats),
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "saved_mapping": str(self.saved_mapping) if self.saved_mapping else None,
            "unlocks": self.unlocks,
        }

    def __str__(self) -> str:
        lines = [
            f"{self.table} from {self.source} ({self.read_as})",
            f"  {self.rows_read:,} rows read = {self.rows_accepted:,} accepted + "
            f"{self.rows_quarantined:,} in quarantine + {self.rows_already_present:,} already present",
        ]
        if self.is_repeat:
            lines.append("  the same content was imported before in the same way; nothing has changed")
        if self.rows_replacing:
            lines.append(f"  {self.rows_replacing:,} of the accepted rows replace an older row with the same key")
        lines += [f"  {name} <- {entry}" for name, entry in self.mapping.entries.items()]
        lines += [f"  {text}" for text in self.formats]
        lines += [f"  ! {problem}" for problem in self.problems]
        if self.quarantine is not None:
            lines.append(f"  rows not accepted: {self.quarantine}")
        if self.saved_mapping is not None:
            lines.append(f"  mapping saved to: {self.saved_mapping}")
        lines.append(f"  unlocks {self.unlocks}")
        return "\n".join(lines)
