"""A report of proofs for strangers: what was tried, on which seeds, what broke, and how to repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from dealwright.prove.proof import Proof, Report


def as_json(report: Report) -> str:
    """The whole report, for machines."""
    told = {"holds": report.holds, **asdict(report)}
    for proof, one in zip(report.proofs, told["proofs"], strict=True):
        one["holds"] = proof.holds
    return json.dumps(told, indent=2, ensure_ascii=False, default=dict)


def as_markdown(report: Report) -> str:
    """The report as a page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    yield "# What the till proved"
    yield ""
    yield f"dealwright {report.version} on {report.database} ({report.machine}), begun {report.began}."
    yield f"{'Every promise was kept.' if report.holds else 'At least one promise was broken.'}"
    yield "A mutant is the till with one guard taken away: a proof that did not fail on it would prove nothing."
    yield ""
    yield "| promise | holds | tried | violations | seeds | seconds | mutants caught |"
    yield "|---|---|---|---|---|---|---|"
    for proof in report.proofs:
        yield _row(proof)
    for proof in report.proofs:
        yield from _section(proof)


def _row(proof: Proof) -> str:
    caught = ", ".join(f"{one.n_caught} of {one.n_runs}" for one in proof.mutants)
    cells = (
        proof.promise,
        "yes" if proof.holds else "NO",
        f"{proof.n_trials:,}",
        str(len(proof.violations)),
        _seeds(proof),
        f"{proof.seconds:.1f}",
        caught,
    )
    return f"| {' | '.join(cells)} |"


def _section(proof: Proof) -> Iterator[str]:
    yield ""
    yield f"## {proof.promise}: {proof.claim}"
    yield ""
    if proof.left_out:
        yield f"- left out: {proof.left_out}"
    yield from (f"- {name}: {value}" for name, value in proof.figures.items())
    yield from (f"- without a guard ({one.guard}): caught {one.n_caught} of {one.n_runs}" for one in proof.mutants)
    yield from (f"- VIOLATION: {violation}" for violation in proof.violations[:20])
    if len(proof.violations) > 20:
        yield f"- and {len(proof.violations) - 20} violations more"


def _seeds(proof: Proof) -> str:
    if not proof.seeds:
        return ""
    first, last = proof.seeds[0], proof.seeds[-1]
    return str(first) if first == last else f"{first} to {last}"
