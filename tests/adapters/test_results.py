"""A plan's files are written together, and read back or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dealwright.adapters.results import read_summary, write_plan, write_text
from dealwright.core.errors import InputError, WorkspaceError

SUMMARY: dict[str, object] = {
    name: {}
    for name in ("plan", "products", "explanations", "currency", "outcomes", "what_ifs", "forecast", "data")
}


def test_what_is_written_can_be_read_back(tmp_path: Path) -> None:
    files = write_plan(pd.DataFrame({"sku": ["007"]}), SUMMARY, tmp_path)
    assert [path.name for path in files] == ["plan.parquet", "plan.csv", "summary.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.csv", "plan.parquet", "summary.json"]
    assert read_summary(tmp_path) == SUMMARY
    assert pd.read_parquet(tmp_path / "plan.parquet")["sku"].tolist() == ["007"]


def test_if_one_file_cannot_be_written_the_old_plan_stays_whole(tmp_path: Path) -> None:
    write_plan(pd.DataFrame({"sku": ["A"]}), SUMMARY, tmp_path)
    (tmp_path / ".plan.csv.part").mkdir()
    with pytest.raises(IsADirectoryError):
        write_plan(pd.DataFrame({"sku": ["B"]}), SUMMARY, tmp_path)
    assert pd.read_parquet(tmp_path / "plan.parquet")["sku"].tolist() == ["A"]
    assert pd.read_csv(tmp_path / "plan.csv")["sku"].tolist() == ["A"]


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path) -> None:
    write_plan(pd.DataFrame({"name": ["=1+1", "Tea"]}), SUMMARY, tmp_path)
    assert pd.read_csv(tmp_path / "plan.csv")["name"].tolist() == ["'=1+1", "Tea"]


def test_a_folder_is_not_a_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; give the name of the file to write"):
        write_text("x", tmp_path)


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[]", b"{}"])
def test_a_damaged_summary_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_bytes(text)
    with pytest.raises(WorkspaceError, match=r"summary.json is damaged.* run 'dealwright plan' again"):
        read_summary(tmp_path)
