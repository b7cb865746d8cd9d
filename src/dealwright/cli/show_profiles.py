"""How profiles, fifths, rules and drift of segments look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.profile_words import PROFILE_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files
from dealwright.core.money import exponent

if TYPE_CHECKING:
    from dealwright.app.customers.build_profiles import DriftedSegments
    from dealwright.app.customers.score_customers import ScoredCustomers
    from dealwright.app.customers.segment_by_rules import RuledCustomers
    from dealwright.data.finding import Finding

_ABSENT = "not_a_customer"


def profiles(
    document: Mapping[str, Any],
    findings: Sequence[Finding],
    files: Sequence[Path],
    *,
    currency: str,
    language: str,
    as_json: bool,
) -> None:
    """What was counted, and the quartiles of each measure."""
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, per_major = PROFILE_WORDS[language], open_console(), 10 ** exponent(currency)
    headers = (w[name] for name in ("measure", "n_known", "low_quarter", "median", "high_quarter"))
    table = new_table(*headers, title=w["profiles_title"].format(**document))
    for row in document["measures"]:
        if not row["n_known"]:
            continue
        scale = per_major if row["measure"].endswith("_minor") else 1
        quartiles = (row[name] / scale for name in ("low_quarter", "median", "high_quarter"))
        cells = (f"{value:,.2f}".removesuffix(".00") for value in quartiles)
        table.add_row(w[f"measure.{row['measure']}"], f"{row['n_known']:,}", *cells)
    console.print(table)
    why = document["counted_anew_because"]
    counted = w["counted_all" if why else "counted_new"]
    console.print(counted.format(**document, why=w[f"why.{why}"] if why else ""), highlight=False)
    console.print(w["profiles_read"].format(currency=currency), highlight=False)
    left_out(console, findings, language)
    tell_files(console, files, w)


def quintiles(found: ScoredCustomers, files: Sequence[Path], *, most: int, language: str, as_json: bool) -> None:
    """A row per cell, the largest first."""
    document: Any = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = PROFILE_WORDS[language], open_console()
    title = w["cells_title"].format(n=document["n_customers"], at=document["at"], cells=len(document["cells"]))
    shares = (w["n_customers"], w["share_of_customers"], w["share_of_spend"])
    table = new_table(*(w[name] for name in found.by), *shares, title=title)
    for row in sorted(document["cells"], key=lambda row: -row["n_customers"])[:most]:
        cells = (f"{row['n_customers']:,}", f"{row['share']:.1%}", f"{row['spend_share']:.1%}")
        table.add_row(*(str(row[name]) for name in found.by), *cells)
    console.print(table)
    console.print(w["cells_read"], highlight=False)
    left_out(console, found.findings, language)
    tell_files(console, files, w)


def rules(found: RuledCustomers, files: Sequence[Path], *, currency: str, language: str, as_json: bool) -> None:
    """A row per segment, and how many customers are in each two of them."""
    document: Any = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, per_major = PROFILE_WORDS[language], open_console(), 10 ** exponent(currency)
    table = new_table(
        w["rule_segment"],
        w["n_customers"],
        w["share_of_customers"],
        w["spend_of"].format(currency=currency),
        w["share_of_spend"],
        title=w["rules_title"].format(n=document["n_customers"], at=document["at"]),
    )
    for row in document["segments"]:
        spend = f"{row['spend_minor'] / per_major:,.2f}"
        table.add_row(
            row["name"], f"{row['n_customers']:,}", f"{row['share']:.1%}", spend, f"{row['spend_share']:.1%}"
        )
    console.print(table)
    names = [row["name"] for row in document["segments"]]
    if len(names) > 1:
        overlap = new_table(w["rule_segment"], *names, title=w["overlap_title"])
        for row in document["overlap"]:
            overlap.add_row(row["segment"], *(f"{row['with'][name]:,}" for name in names))
        console.print(overlap)
    left_out(console, found.findings, language)
    tell_files(console, files, w)


def drift(found: DriftedSegments, files: Sequence[Path], *, most: int, language: str, as_json: bool) -> None:
    """A row per segment, then and now, and the largest moves between them."""
    document: Any = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = PROFILE_WORDS[language], open_console()
    called = {segment.code: getattr(segment, f"name_{language}") for segment in found.segmentation.segments}
    called[_ABSENT] = w["absent"]
    table = new_table(
        *(w[name] for name in ("rule_segment", "segment_then", "segment_now", "change")),
        title=w["drift_title"].format(then=document["then"], now=document["now"]),
    )
    for row in document["shares"]:
        shares = (_share(row, name) for name in ("share_then", "share_now"))
        change = " … ".join(f"{100 * row[name]:+.1f}" for name in ("change_low", "change_high"))
        table.add_row(called[row["segment"]], *shares, f"{100 * row['change']:+.1f} ({change})")
    moves = new_table(
        *(w[name] for name in ("moved_from", "moved_to", "n_customers", "moved_share")), title=w["moves_title"]
    )
    for row in sorted(document["moves"], key=lambda row: -row["n_customers"])[:most]:
        names = (called[row[name]] for name in ("segment_then", "segment_now"))
        share = f"{row['share']:.1%} ({row['low']:.1%} … {row['high']:.1%})"
        moves.add_row(*names, f"{row['n_customers']:,}", share)
    console.print(table, moves)
    console.print(w["drift_read"].format(days=document["window_days"]), highlight=False)
    left_out(console, found.findings, language)
    tell_files(console, files, w)


def left_out(console: Any, findings: Iterable[Finding], language: str) -> None:
    """Which sales were left out, and what to do about them."""
    w = PROFILE_WORDS[language]
    for finding in findings:
        said = w["left_out"].format(found=finding.told(language), remedy=finding.advised(language))
        console.print(said, style="bold", highlight=False)


def _share(row: Mapping[str, Any], name: str) -> str:
    return f"{row[name]:.1%} ({row[f'{name}_low']:.1%} … {row[f'{name}_high']:.1%})"
