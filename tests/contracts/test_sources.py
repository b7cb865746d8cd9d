"""House rules about the source text that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

DOMAIN = {
    *("core", "data", "campaign", "customer", "recommend", "demand", "price", "plan", "supply", "reach", "engine"),
    *("experiment", "monitor", "learn", "compliance", "simulate"),
}
CLOCKS = {"now", "utcnow", "today", "time", "perf_counter", "monotonic"}
DISK = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink"}

# Split, so that this file does not name them.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "anaconda" + ".org",
    "npmjs" + ".org",
    "crates" + ".io",
]
A_MACHINE_OF_OURS = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work)/\w|[A-Z]:\\Users")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _calls_in_domain(root: Path) -> Iterator[tuple[str, str]]:
    """Where each call in the domain stands, and the last name of what it calls: `today` in `date.today()`."""
    package = root / "src" / "dealwright"
    for path in sorted(path for part in DOMAIN for path in (package / part).rglob("*.py")):
        for node in ast.walk(_tree(path)):
            match node:
                case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                    yield f"{path.name}:{node.lineno}", name


def test_every_module_says_what_it_answers(sources: list[Path]) -> None:
    assert [str(path) for path in sources if not ast.get_docstring(_tree(path))] == []


def test_the_domain_never_asks_for_the_time(root: Path) -> None:
    assert [where for where, called in _calls_in_domain(root) if called in CLOCKS] == []


def test_the_domain_never_touches_the_disk(root: Path) -> None:
    assert [where for where, called in _calls_in_domain(root) if called in DISK] == []


def test_a_float_meets_money_only_at_the_declared_door(root: Path) -> None:
    money = _tree(root / "src" / "dealwright" / "core" / "money.py")
    at_the_door = {
        id(node)
        for function in ast.walk(money)
        if isinstance(function, ast.FunctionDef) and function.name == "nearest"
        for node in ast.walk(function)
    }
    assert at_the_door, "core/money.py has no function called 'nearest' any more"
    floats = [
        node.lineno
        for node in ast.walk(money)
        if id(node) not in at_the_door
        and (
            (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.Name) and node.id in {"float", "round"})
        )
    ]
    assert floats == []


def _offences(files: list[Path], pattern: str | re.Pattern[str]) -> list[str]:
    """`file:line` of every line of a text file that `pattern` matches."""
    found = []
    for path in files:
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture, or a test file in another encoding
        found += [f"{path}:{number}" for number, line in enumerate(lines, 1) if re.search(pattern, line)]
    return found


def test_no_file_names_the_host_of_a_registry(files: list[Path]) -> None:
    assert _offences(files, "|".join(map(re.escape, REGISTRY_HOSTS))) == []


def test_no_file_names_a_path_of_somebodys_machine(files: list[Path]) -> None:
    assert _offences(files, A_MACHINE_OF_OURS) == []


def test_the_rules_about_text_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text(f"fine\nsee {REGISTRY_HOSTS[0]}\nin /{'home'}/ann/x\n", "utf-8")
    assert _offences([bad], re.escape(REGISTRY_HOSTS[0])) == [f"{bad}:2"]
    assert _offences([bad], A_MACHINE_OF_OURS) == [f"{bad}:3"]
