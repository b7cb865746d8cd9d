"""Words of the screen about the law on prices, English and Chinese."""

from __future__ import annotations

COMPLIANCE_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "{campaign} under the price law of {profile} (profile {code}, version {version})",
        "no_profile": "No profile of price law is known for this shop, so nothing was checked; set jurisdiction in "
        "dealwright.toml.",
        "block": "BLOCK",
        "warn": "warn",
        "evidence": "evidence",
        "remedy": "do",
        "basis": "law",
        "more": "... and {n} more like this; all with --json",
        "counts": "{block} block, {warn} warn, {allow} are in order.",
        "advice": "An engineering reading of the law, not legal advice.",
        "regular": "list price",
        "offered": "offered",
        "paid": "paid",
        "shown": "shown",
        "term": "term",
        "floor": "floor",
        "ledger": "known",
    },
    "zh": {
        "title": "{campaign}:按{profile}价格法规检查(配置 {code},版本 {version})",
        "no_profile": "没有适用于本店的价格法规配置,未作检查;请在 dealwright.toml 中设定 jurisdiction。",
        "block": "禁止",
        "warn": "警告",
        "evidence": "证据",
        "remedy": "措施",
        "basis": "依据",
        "more": "……另有 {n} 条同类;用 --json 查看全部",
        "counts": "禁止 {block} 条,警告 {warn} 条,合规 {allow} 条。",
        "advice": "这是工程角度的解读,不是法律意见。",
        "regular": "标价",
        "offered": "售价",
        "paid": "成交价",
        "shown": "展示",
        "term": "条款",
        "floor": "底价",
        "ledger": "已知",
    },
}
