"""Tables on the screen keep every character."""

from __future__ import annotations

import io

from rich.console import Console

from dealwright.cli.screen import new_table


def test_a_long_chinese_cell_is_folded_and_not_cut_off() -> None:
    text = "预计销量约为平常27件的3.4倍；供应商承担一半折扣；同类商品少卖 5 件；下一周少卖 1 件"
    table = new_table("编号", "理由")
    table.add_row("P-005", text)
    out = io.StringIO()
    Console(file=out, width=40).print(table)
    rows = [line.split("│")[2] for line in out.getvalue().splitlines() if line.count("│") == 3]
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert "…" not in out.getvalue()
