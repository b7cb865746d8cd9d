"""Keys are made, listed and taken back by hand; the secret is told once."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from dealwright.app.service.keep_keys import is_secret
from dealwright.cli.key import app


def key(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--database", f"sqlite:///{folder}/till.db"])


def test_a_key_is_made_listed_without_its_secret_and_taken_back(tmp_path: Path) -> None:
    made = json.loads(key(tmp_path, "new", "--label", "till 1", "--role", "operator", "--json").stdout)
    assert is_secret(made["secret"])
    assert (made["role"], made["label"], made["per_second"], made["burst"]) == ("operator", "till 1", 1_000, 2_000)
    listed = key(tmp_path, "list", "--json").stdout
    assert made["secret"] not in listed
    assert [one["key_id"] for one in json.loads(listed)["keys"]] == [made["key_id"]]
    assert key(tmp_path, "revoke", made["key_id"]).exit_code == 0
    (after,) = json.loads(key(tmp_path, "list", "--json").stdout)["keys"]
    assert after["revoked_at"] is not None
    assert str(key(tmp_path, "revoke", made["key_id"]).exception).startswith("no key that opens anything is called")


def test_the_secret_is_on_a_line_of_its_own_for_who_copies_it(tmp_path: Path) -> None:
    said = key(tmp_path, "new", "--label", "x").stdout.splitlines()
    assert is_secret(said[-1])
    assert "kept nowhere" in said[0]


def test_a_role_that_is_none_is_told_with_those_there_are(tmp_path: Path) -> None:
    told = str(key(tmp_path, "new", "--label", "x", "--role", "boss").exception)
    assert "no role is called 'boss'" in told
    assert "viewer" in told


def test_keys_in_memory_would_be_gone_at_once() -> None:
    told = CliRunner().invoke(app, ["new", "--label", "x", "--database", "memory:"])
    assert "keys in memory are gone at once" in str(told.exception)
