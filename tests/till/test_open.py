"""Opening a till where none can be: what the shop is told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.core.errors import InputError
from dealwright.till import open_till


def test_a_till_in_a_folder_that_does_not_exist_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be opened as a till .*name a file in a folder that exists") as no:
        open_till(f"sqlite:///{tmp_path}/nowhere/till.db")
    assert "\n" not in str(no.value)


def test_a_file_that_is_no_database_is_not_taken_for_a_till(tmp_path: Path) -> None:
    path = tmp_path / "till.db"
    path.write_text("sku,units\n" * 1000)
    with pytest.raises(InputError, match=r"cannot be opened as a till .*file is not a database"):
        open_till(f"sqlite:///{path}")
    assert path.read_text() == "sku,units\n" * 1000


def test_a_port_that_is_no_number_is_told_without_the_password() -> None:
    with pytest.raises(InputError, match="the port in the till's address is not a number") as no:
        open_till("postgresql://shop:secret@localhost:port/till")
    assert "secret" not in str(no.value)


def test_a_server_that_does_not_answer_is_told_in_one_line_without_the_password() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, but nobody listens
        address = f"postgresql://shop:secret@127.0.0.1:{nobody.getsockname()[1]}/till"
        with pytest.raises(LedgerUnavailableError, match="check that the server runs there") as no:
            open_till(address)
    assert "secret" not in str(no.value)
    assert "\n" not in str(no.value)
