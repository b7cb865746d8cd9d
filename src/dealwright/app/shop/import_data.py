"""Bring the rows of a file or database into a canonical table."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import ibis

from dealwright.app.ports import Batch, Mappings, Progress, Shop, Taken, silent
from dealwright.app.shop.import_report import ImportReport
from dealwright.app.shop.judge_rows import count_rows, judge_rows, without
from dealwright.app.shop.read_columns import read_columns
from dealwright.core.errors import InputError
from dealwright.core.ids import fingerprint
from dealwright.data import columns as c
from dealwright.data import duplicates
from dealwright.data.delivery import Delivery, Source
from dealwright.data.guess import Sample, guess_mapping, looks_like
from dealwright.data.mapping import Mapping, check_mapping, fills_only_the_required, without_guesses, written
from dealwright.data.quarantine import as_written
from dealwright.data.tables import TableContract, contract

N_SAMPLED = 1000  # rows looked at to guess a mapping


def import_data(
    source: Source,
    *,
    table: str,
    shop: Shop,
    mappings: Mappings,
    currency: str,
    time_zone: str,
    mapping: Mapping | None = None,
    may_all_be_bad: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Take all good rows of the source into the table, and tell what became of every row.

    The mapping is the one given, else the one saved for the table, else a guess; it is saved. The import
    happens as a whole or not at all. InputError if the source cannot be read, cannot fill the table, or has no
    row that can be accepted (unless it `may_all_be_bad`: then all go to quarantine); then nothing has changed.
    """
    kind = contract(table)
    progress("reading", 0.0)
    with shop.receive(source) as delivery:
        chosen = _chosen_mapping(kind, delivery, given=mapping, saved=mappings.get(table))
        reading = _reading(chosen, currency=currency, time_zone=time_zone)
        before = shop.taken(table, delivery.fingerprint)
        if before is not None and before.reading == reading:
            return _unchanged(kind, delivery, chosen, before)
        progress("checking", 0.3)
        read = read_columns(kind, delivery, chosen, landing=shop, currency=currency, time_zone=time_zone)
        judged = judge_rows(kind, chosen, read, shop)
        news = _news(kind, judged.good, shop, besides=delivery.fingerprint)
        n_read = count_rows(delivery.rows)
        n_accepted = n_read - judged.n_quarantined - news.n_known
        if judged.n_quarantined == n_read and not may_all_be_bad:
            raise InputError(_nothing_left(kind, delivery, n_read), *map(str, judged.problems))
        progress("storing", 0.6)
        quarantine = shop.take(
            Batch(
                kind.name,
                delivery.fingerprint,
                reading,
                delivery.name,
                rows=news.rows.select(*kind.names),
                n_rows=n_accepted,
                n_quarantined=judged.n_quarantined,
                replaced=news.replaced,
                quarantined=as_written(judged.quarantined, read.delivery) if judged.quarantined else None,
            )
        )
        report = ImportReport(
            kind.name,
            delivery.name,
            delivery.read_as,
            chosen,
            rows_read=n_read,
            rows_accepted=n_accepted,
            rows_quarantined=judged.n_quarantined,
            rows_already_present=news.n_known,
            rows_replacing=count_rows(news.replaced),
            problems=judged.problems,
            formats=read.formats,
            quarantine=quarantine,
            unlocks=kind.unlocks,
        )
    saved = mappings.put(without_guesses(chosen))
    progress("done", 1.0)
    return replace(report, saved_mapping=saved)


def _nothing_left(kind: TableContract, delivery: Delivery, n_read: int) -> str:
    return (
        f"none of the {n_read:,} rows of {delivery.name} can go into {kind.name!r}; nothing has changed. "
        "Mend what is named here and import again, or map other columns"
    )


@dataclass(frozen=True, slots=True)
class _News:
    """Rows the shop does not have yet, how many it had, and the keys whose older rows must go."""

    rows: ibis.Table
    n_known: int
    replaced: ibis.Table | None


def _news(kind: TableContract, good: ibis.Table, shop: Shop, *, besides: str) -> _News:
    existing = shop.existing(kind.name, besides=besides)
    if not count_rows(existing):
        return _News(good, 0, None)
    known = shop.hold(duplicates.already_there(good, existing, kind))
    rows = without(good, known)
    replaced = shop.hold(duplicates.with_known_key(rows, existing, kind)) if kind.key else None
    return _News(rows, count_rows(known), replaced)


def _chosen_mapping(
    kind: TableContract, delivery: Delivery, *, given: Mapping | None, saved: Mapping | None
) -> Mapping:
    sample = _sample(delivery)
    agreed = given or (saved if saved is not None and saved.fits(delivery.columns) else None)
    chosen = agreed or guess_mapping(kind, sample)
    mistakes = check_mapping(chosen, kind, delivery.columns)
    other = looks_like(sample, instead_of=kind) if agreed is None else None
    if other is not None and (mistakes or _is_likelier(other, kind, chosen)):
        mistakes.append(_of_another_table(other, sample))
        if len(mistakes) == 1:
            mistakes.append(f"if it is {kind.name!r} all the same, say so in a mapping: {written(chosen)}")
    if mistakes:
        raise InputError(*mistakes)
    return chosen


def _is_likelier(other: TableContract, kind: TableContract, guessed: Mapping) -> bool:
    """A file of order lines has a product, a day and a number of units too, and is no stock count for that."""
    return fills_only_the_required(guessed, kind) and len(other.required) > len(kind.required)


def _of_another_table(other: TableContract, sample: Sample) -> str:
    hints = ", ".join(
        f"{name} from {entry.columns[0]!r}" for name, entry in guess_mapping(other, sample).entries.items()
    )
    return (
        f"this looks like the table {other.name!r} ({other.holds}): it has {hints}. "
        f"If that is what it is, import it as {other.name!r}"
    )


def _sample(delivery: Delivery) -> Sample:
    stored = {delivery.stored(name): name for name in delivery.columns}
    rows = delivery.rows.filter(delivery.rows[c.ROW] <= N_SAMPLED).select(*stored).to_pyarrow()
    return {name: rows.column(held).to_pylist() for held, name in stored.items()}


def _reading(mapping: Mapping, *, currency: str, time_zone: str) -> str:
    return fingerprint(
        json.dumps(without_guesses(mapping).as_dict(), default=str, sort_keys=True), currency, time_zone
    )


def _unchanged(kind: TableContract, delivery: Delivery, mapping: Mapping, before: Taken) -> ImportReport:
    n_read = count_rows(delivery.rows)
    return ImportReport(
        kind.name,
        delivery.name,
        delivery.read_as,
        mapping,
        rows_read=n_read,
        rows_quarantined=before.n_quarantined,
        rows_already_present=n_read - before.n_quarantined,
        quarantine=before.quarantine,
        unlocks=kind.unlocks,
        is_repeat=True,
    )
