"""The cart that the README explains is explained so."""

from __future__ import annotations

import re
from pathlib import Path

from command_line import run

ROOT = Path(__file__).parents[2]


def test_the_readme_shows_what_the_till_says_of_its_cart() -> None:
    files = ROOT / "examples" / "till"
    words = ("explain", files / "cart.json", "--promotions", files / "promotions.json")
    ran = run("cart", *words, "--at", "2026-11-11T12:00+01:00")
    assert ran.code == 0, ran.err
    shown = (ROOT / "README.md").read_text("utf-8")
    (block,) = (one for one in re.findall(r"```text\n(.*?)```", shown, flags=re.DOTALL) if "three for two" in one)
    assert [line.rstrip() for line in ran.out.rstrip().splitlines()] == block.rstrip().splitlines()
