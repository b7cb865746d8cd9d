"""What the documents say is so: their code runs, their commands and links exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

import dealwright
from dealwright.cli.commands import app

FILE = re.compile(r"`((?:src|tests|benchmarks|examples|docs)/[\w./-]+)`")
COMMAND = re.compile(r"(?:\$ |`)((?:make|dealwright)(?: [^`\n#]*)?)")


def _blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of Markdown `text` in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def _commands(documents: list[Path], program: str) -> list[str]:
    """Every `program …` that a document tells the reader to type, once each."""
    texts = [path.read_text("utf-8") for path in documents]
    typed = [match.strip() for text in texts for match in COMMAND.findall(text)]
    return sorted({command for command in typed if command.split()[0] == program and " " in command})


def test_the_readme_tells_the_two_commands(root: Path) -> None:
    shown = "".join(_blocks((root / "README.md").read_text("utf-8"), "console"))
    assert "$ make demo" in shown
    assert "$ make test" in shown


def test_every_make_target_a_document_names_exists(root: Path, documents: list[Path]) -> None:
    targets = set(re.findall(r"^([a-z%-]+):", (root / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = {word for command in _commands(documents, "make") for word in command.split()[1:] if "=" not in word}
    assert named, "no document names a make target"
    unknown = {name for name in named if name not in targets and re.sub("-.*", "-%", name) not in targets}
    assert unknown == set()


def test_every_benchmark_a_document_names_exists(root: Path, documents: list[Path]) -> None:
    named = {word for command in _commands(documents, "make") for word in command.split() if "bench-" in word}
    missing = [name for name in named if not (root / "benchmarks" / f"{name.removeprefix('bench-')}.py").exists()]
    assert missing == []


def test_every_file_of_the_project_a_document_names_exists(root: Path, documents: list[Path]) -> None:
    texts = [path.read_text("utf-8") for path in documents]
    named = {name for text in texts for name in FILE.findall(text)}
    assert named, "no document names a file"
    assert [name for name in sorted(named) if not (root / name).exists()] == []


def test_every_dealwright_command_a_document_names_exists_with_its_options(documents: list[Path]) -> None:
    commands = _commands(documents, "dealwright")
    assert commands, "no document names a command"
    for command in commands:
        words = command.split()[1:]
        path = _subcommand(words)
        assert path or words[0].startswith("-"), command
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options - _options(*path) == set(), command


def test_options_are_held_against_the_subcommand_and_not_against_its_parent() -> None:
    assert _subcommand(["forecast", "explain", "sku-002", "--shop", "my-shop"]) == ("forecast", "explain")
    assert _subcommand(["explain", "P-001"]) == ("explain",)
    assert _subcommand(["nonsense"]) == ()
    assert "--models" in _options("forecast", "backtest")
    assert "--models" not in _options("forecast")


def _subcommand(words: list[str]) -> tuple[str, ...]:
    """The words that name a command, and a command of its own below it."""
    command, path = get_command(app), list[str]()
    for word in words:
        below = getattr(command, "commands", {})
        if word not in below:
            break
        command = below[word]
        path.append(word)
    return tuple(path)


@cache
def _options(*path: str) -> frozenset[str]:
    """The options that `dealwright PATH --help` lists."""
    plain = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    done = CliRunner().invoke(app, [*path, "--help"], env=plain, terminal_width=200)
    assert done.exit_code == 0, f"`dealwright {' '.join(path)} --help` fails: {done.output}"
    return frozenset(re.findall(r"^\W*(--[a-z-]+)", done.output, flags=re.MULTILINE))


def test_every_file_a_document_links_to_exists(documents: list[Path]) -> None:
    broken = []
    for path in documents:
        text = path.read_text("utf-8")
        targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
        for target in targets:
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (path.parent / target.partition("#")[0]).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def test_the_glossary_gives_every_word_once_in_order(root: Path) -> None:
    text = (root / "GLOSSARY.md").read_text("utf-8")
    words = [word.lower() for word in re.findall(r"^\| \*\*(.+?)\*\* \|", text, flags=re.MULTILINE)]
    assert len(words) > 20
    assert words == sorted(set(words))


def test_the_changelog_speaks_of_this_version(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(dealwright.__version__)}\b", text, flags=re.MULTILINE)


def test_the_code_map_names_every_part_and_no_other(root: Path) -> None:
    (code_map,) = _blocks((root / "ARCHITECTURE.md").read_text("utf-8"), "text")
    package = root / "src" / "dealwright"
    parts = {f"{path.name}/" for path in package.iterdir() if any(path.glob("*.py"))}
    parts |= {path.name for path in package.glob("*.py")}
    named = set(re.findall(r"^  ([a-z_]+(?:/|\.py))\s", code_map, flags=re.MULTILINE))
    assert named == parts
