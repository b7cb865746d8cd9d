"""Money is never a float: the modules that handle it hold no float literal, no float name and no true division."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dealwright

ROOT = Path(dealwright.__file__).parent
MODULES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "campaign").rglob("*.py"), ROOT / "core" / "cart.py"])
ALLOWED_FLOATS = {
    "campaign/json_text.py": "it names floats to refuse them",
    "campaign/lint_alone.py": "a percentage in a remark is no amount",
}
ALLOWED_DIVISIONS = {
    "engine/facts.py": "tax rates are fractions",
    "engine/words.py": "a percentage is written as a decimal",
    "engine/benefits/pay_with.py": "a share is a fraction",
    "campaign/wall_clock.py": "spans of time are halved",
}
ONLY_FLOAT_IN_MONEY = "nearest"


def _floats(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: the literal {node.value}")
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"line {node.lineno}: the name float")
    return found


def _divisions(tree: ast.AST) -> list[str]:
    return [
        f"line {node.lineno}: a true division"
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_that_handle_money_hold_no_float(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.relative_to(ROOT).as_posix() not in ALLOWED_FLOATS:
        assert _floats(tree) == []
    if path.relative_to(ROOT).as_posix() not in ALLOWED_DIVISIONS:
        assert _divisions(tree) == []


def test_money_meets_floats_in_one_function_only() -> None:
    tree = ast.parse((ROOT / "core" / "money.py").read_text(encoding="utf-8"))
    money = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Money")
    money.body = [node for node in money.body if getattr(node, "name", "") != ONLY_FLOAT_IN_MONEY]
    assert _floats(tree) == []


def test_the_check_finds_floats_and_divisions() -> None:
    tree = ast.parse("price: float = 0.1 / 3")
    assert len(_floats(tree)) == 2
    assert len(_divisions(tree)) == 1
