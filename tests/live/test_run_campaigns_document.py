"""What the how-to about campaigns shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dealwright.cli import audit, campaign

HOW_TO = (Path(__file__).parents[2] / "docs" / "howto" / "run-campaigns.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", HOW_TO, flags=re.MULTILINE | re.DOTALL)


def test_its_commands_print_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEALWRIGHT_DATABASE_URL", raising=False)
    Path("tea.json").write_text(_blocks("json")[0], "utf-8")
    app = typer.Typer()
    app.add_typer(campaign.app)
    app.add_typer(audit.app)
    lines = _blocks("console")[0].splitlines()
    commands, shown = lines[0::2], lines[1::2]
    assert len(commands) == len(shown) == 5
    for command, told in zip(commands, shown, strict=True):
        words = command.removeprefix("$ dealwright ").split()
        assert CliRunner().invoke(app, words).stdout == f"{told}\n", command
    for command in ("campaign list", "campaign show tea-week", "audit verify", "audit head heads.jsonl"):
        assert CliRunner().invoke(app, command.split()).exit_code == 0, command


def test_its_python_says_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = _blocks("python")
    exec(compile(code, "run-campaigns.md", "exec"), {})
    assert capsys.readouterr().out == "False campaign_unknown\n"
