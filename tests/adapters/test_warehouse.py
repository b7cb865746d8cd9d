"""A shop's database survives what happens to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from dealwright.adapters.files import MappingFolder
from dealwright.adapters.warehouse import open_warehouse
from dealwright.app.shop.import_data import import_data
from dealwright.core.errors import InputError, WorkspaceError
from dealwright.data.delivery import Source

ROWS = "order_id,sold_at,sku,quantity,net_amount\n1,2017-01-02,A,1,1\n2,2017-01-02,B,0,1\n"

# The process ends itself without warning, as a power cut would, when it reaches the named step.
KILLED = """
    import os, signal, sys
    from pathlib import Path
    from dealwright.adapters.files import MappingFolder
    from dealwright.adapters.warehouse import open_warehouse, quarantine
    from dealwright.app.shop.import_data import import_data
    from dealwright.data.delivery import Source

    folder, source, step = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    shop = open_warehouse(folder)
    if step == "before_commit":
        shop._write_quarantine = die
    if step == "after_commit":
        quarantine.finish = die
    import_data(Source(source), table="sales", shop=shop, mappings=MappingFolder(folder),
                currency="EUR", time_zone="UTC", progress=lambda what, _: what == step and die())
"""


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text(ROWS)
    return path


def do_import(folder: Path, source: Path) -> list[str]:
    with open_warehouse(folder) as shop:
        report = import_data(
            Source(str(source)),
            table="sales",
            shop=shop,
            mappings=MappingFolder(folder),
            currency="EUR",
            time_zone="UTC",
        )
        assert report.rows_read == 2
        return sorted(shop.table("sales").to_pyarrow()["order_id"].to_pylist())


def killed_at(step: str, folder: Path, source: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(source), step]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["checking", "storing", "before_commit"])
def test_an_import_that_is_killed_leaves_the_shop_as_it_was(step: str, tmp_path: Path, sales: Path) -> None:
    folder = tmp_path / "shop"
    killed_at(step, folder, sales)
    with open_warehouse(folder) as shop:
        assert shop.present() == []
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["shop.duckdb"]
    assert do_import(folder, sales) == ["1"]


def test_an_import_that_is_killed_after_it_was_done_keeps_its_quarantine(tmp_path: Path, sales: Path) -> None:
    folder = tmp_path / "shop"
    killed_at("after_commit", folder, sales)
    (part,) = (folder / "quarantine").iterdir()
    assert part.suffix == ".part"
    with open_warehouse(folder) as shop:
        assert shop.present() == ["sales"]
    (file,) = (folder / "quarantine").iterdir()
    assert file.suffix == ".csv"
    assert "quantity 0" in file.read_text(encoding="utf-8-sig")


def test_a_shop_that_another_process_uses_says_so(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        code = (
            "import sys\nfrom pathlib import Path\n"
            "from dealwright.adapters.warehouse import open_warehouse\n"
            "from dealwright.core.errors import WorkspaceError\n"
            "try:\n    open_warehouse(Path(sys.argv[1]))\n"
            "except WorkspaceError as error:\n    print(error)\n"
        )
        told = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
        )
    assert told.stdout.strip() == (
        f"{tmp_path}/shop.duckdb is in use by another process; end that one first, or open another workspace"
    )


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    open_warehouse(tmp_path).close()
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute("UPDATE meta SET value = '99'")
    with pytest.raises(
        WorkspaceError, match="has layout 99, this version of dealwright reads layout 1; use the version"
    ):
        open_warehouse(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.duckdb").write_text("something else entirely, long enough to be looked at " * 100)
    with pytest.raises(WorkspaceError, match=r"cannot be opened .*; restore it, or import into a new workspace"):
        open_warehouse(tmp_path)


def test_an_empty_table_says_what_to_import(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as shop, pytest.raises(InputError) as refusal:
        shop.table("stock")
    assert str(refusal.value) == "the shop has no stock; import a file with units on hand, counted on a day"
