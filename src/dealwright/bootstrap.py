"""Settings to adapters: which implementation serves which port, chosen once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dealwright.adapters.files import MappingFolder
from dealwright.adapters.warehouse import Warehouse, open_warehouse
from dealwright.core.errors import WorkspaceError
from dealwright.settings import FILE_NAME, ShopSettings, read_settings, write_settings


@dataclass(frozen=True, slots=True)
class Parts:
    """What a workspace is made of."""

    folder: Path
    settings: ShopSettings
    warehouse: Warehouse
    mappings: MappingFolder


def create(folder: Path, settings: ShopSettings) -> Path:
    """Make a workspace folder; WorkspaceError if there is one with other settings."""
    if (folder / FILE_NAME).exists():
        existing = read_settings(folder)
        if existing != settings:
            raise WorkspaceError(
                f"{folder} is a workspace already, with other settings ({existing}); open it as it is, edit "
                f"{folder / FILE_NAME}, or choose another folder"
            )
        return folder
    if folder.is_file():
        raise WorkspaceError(f"{folder} is a file; a workspace is a folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, settings)
    return folder


def assemble(folder: Path) -> Parts:
    """Open an existing workspace folder; WorkspaceError if it is none."""
    if not (folder / FILE_NAME).exists():
        raise WorkspaceError(
            f"{folder} is no workspace (it has no {FILE_NAME}); make one with: dealwright init {folder}"
        )
    return Parts(folder, read_settings(folder), open_warehouse(folder), MappingFolder(folder))
