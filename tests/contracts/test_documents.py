"""What the documents say is so: their code runs, their commands and links exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import dealwright

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


def test_every_dealwright_command_a_document_names_exists_with_its_options(documents: list[Path]) -> None:
    commands = _commands(documents, "dealwright")
    assert commands, "no document names a command"
    for command in commands:
        _, name, *rest = command.split()
        if name.startswith("-"):
            name, rest = "", [name, *rest]
        help_text = _help(name)
        options = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert {option for option in options if option not in help_text} == set(), command


def _help(name: str) -> str:
    """What `dealwright NAME --help` prints."""
    program = Path(sys.executable).with_name("dealwright")
    plain = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    words = [str(program), *([name] if name else []), "--help"]
    done = subprocess.run(words, capture_output=True, text=True, env=plain, check=False)
    assert done.returncode == 0, f"`dealwright {name} --help` fails: {done.stderr}"
    return done.stdout


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
