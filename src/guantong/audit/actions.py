"""Writing the trail.

An entry takes its place in the chain of its company, and nobody else there gets one until the transaction ends. So it
comes last: who locks anything after it may wait for somebody who waits for the chain. Of a transaction that writes
entries of a company and of the installation, those of the installation come last.
"""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from guantong.audit.models import Chain, Change, Entry
from guantong.engine.tables import TABLES
from guantong.formats.writing import as_text
from guantong.kit.bulk import insert_rows, reserve_ids
from guantong.kit.chain import ChangesDigest, Facts, cells_text, entry_digest
from guantong.kit.locks import lock_until_end
from guantong.kit.records import Record

_BATCH = 20_000


@dataclass(frozen=True)
class Deed:
    """Who did what, when, in which company.

    Attributes:
        company_id: The company; 0 for what concerns the installation.
        company: Its code.
        actor: `operator` at the terminal, `system` by itself, else a person's code.
        at: The moment.
    """

    company_id: int
    company: str
    actor: str
    at: datetime.datetime


@dataclass(frozen=True)
class RowChange:
    """What happened to one row.

    Attributes:
        table: A table of engine/tables.py; or one that is no sheet, such as `grants`, whose name and columns then have
            words under `trail.tables` and `trail.columns`.
        record_id: The row.
        record: Its key as the workbook writes it; of a row that is no sheet's, what people call it.
        kind: One of `Change.KINDS`.
        before: Cells before, by column, as the workbook writes them.
        after: Cells after.
    """

    table: str
    record_id: int
    record: str
    kind: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True)
class WrittenChanges:
    """Changes that are in the database already, for an entry that is still to come: its id, their number and digest."""

    entry_id: int
    count: int
    digest: str


def write_changes(company_id: int, changes: Iterable[RowChange]) -> WrittenChanges:
    """Write the changes of an entry before the entry: many take their time, and the chain stays free meanwhile.

    Args:
        company_id: Whose they are.
        changes: The changes, read one after the other.
    """
    entry_id, digest = int(reserve_ids(Entry, 1)[0]), ChangesDigest()
    for batch in itertools.batched(changes, _BATCH):
        _insert_changes(company_id, entry_id, batch, digest)
    return WrittenChanges(entry_id, digest.count, digest.hexdigest())


def record_entry(
    deed: Deed, action: str, details: Mapping[str, Any], changes: Iterable[RowChange] | WrittenChanges
) -> Entry:
    """Write one entry and its changes, as the last thing that the caller's transaction does.

    Args:
        deed: Who did it, when, and in which company.
        action: The action's name, which has words under `trail.actions`.
        details: What it was about, as JSON takes it.
        changes: What it did to rows, or what `write_changes` returned of that.
    """
    written = changes if isinstance(changes, WrittenChanges) else write_changes(deed.company_id, changes)
    chain = _locked_chain(deed.company_id)
    number = chain.number + 1
    facts = Facts(deed.company, number, deed.at, deed.actor, action, details, written.count, written.digest)
    chain.number, chain.digest = number, entry_digest(chain.digest, facts)
    entry = Entry(
        pk=written.entry_id, company_id=deed.company_id, chain=chain, number=number, company=deed.company, at=deed.at,
        actor=deed.actor, action=action, details=details, size=written.count, changes_digest=written.digest,
        digest=chain.digest,
    )  # fmt: skip
    entry.save(force_insert=True)
    chain.save(update_fields=["number", "digest"])
    return entry


def _locked_chain(company_id: int) -> Chain:
    """Return the chain that a company's next entry goes into; until the transaction ends nobody else gets it."""
    chains = Chain.objects.select_for_update(no_key=True).filter(company_id=company_id).order_by("pk")
    known: Chain | None = chains.first()
    if known is None:
        lock_until_end(f"chain {company_id}")
        known = chains.first() or Chain.objects.create(company_id=company_id)
    return known


def put_record(row: Record, cells: Mapping[str, Any]) -> RowChange | None:
    """Write cells of a row that is new, there, or marked as removed, which it then no longer is.

    Args:
        row: The row; a new one has its key and is not saved yet.
        cells: Its other cells by field, as the model holds them; none of them money or a list.

    Returns:
        What happened to the row, for the trail; None where it is there and has these cells already.
    """
    put = _put(row, cells)
    if put is None:
        return None
    row.save()
    return put.told()


def put_records[Row: Record](wanted: Sequence[tuple[Row, Mapping[str, Any]]]) -> list[RowChange]:
    """Write cells of several rows of a model as `put_record` does, in one statement for the new and one for the others.

    Args:
        wanted: Each row with its cells; all have the same fields, and no row stands twice.

    Returns:
        What happened, for the trail; without rows that are there and have their cells already.
    """
    puts = [put for row, cells in wanted if (put := _put(row, cells)) is not None]
    new = [put.row for put in puts if put.kind == "create"]
    others = [put.row for put in puts if put.kind != "create"]
    model = type(wanted[0][0]) if wanted else Record
    if new:
        model._base_manager.bulk_create(new)
    if others:
        model._base_manager.bulk_update(others, [*wanted[0][1], "version", "removed_at"])
    return [put.told() for put in puts]


@dataclass(frozen=True)
class _Put:
    """A row with its new cells, before it is saved: what happens to it, its cells, those that change, those before."""

    row: Record
    kind: str
    cells: Mapping[str, Any]
    changed: Sequence[str]
    before: Mapping[str, str]

    def told(self) -> RowChange:
        """Return what happened, once it is saved."""
        after = _texts(self.row, self.changed) if self.kind == "change" else _filled(self.row, self.cells)
        return RowChange(self.row.table, self.row.pk, record_key(self.row), self.kind, self.before, after)


def _put(row: Record, cells: Mapping[str, Any]) -> _Put | None:
    """Set the cells of a row; returns None where it is there and has them already."""
    kind = "create" if row.pk is None else "change" if row.removed_at is None else "restore"
    changed = [name for name, cell in cells.items() if kind != "change" or getattr(row, name) != cell]
    if not changed:
        return None
    before = _texts(row, changed) if kind == "change" else {}
    for name, cell in cells.items():
        setattr(row, name, cell)
    row.version += kind != "create"
    row.removed_at = None
    return _Put(row, kind, cells, changed, before)


def remove_record(row: Record, cells: Iterable[str], at: datetime.datetime) -> RowChange:
    """Mark a row as removed; returns what happened to it, for the trail.

    Args:
        row: The row.
        cells: Names of its fields beside the key; none of them money or a list.
        at: When.
    """
    before = _filled(row, cells)
    row.version, row.removed_at = row.version + 1, at
    row.save()
    return RowChange(row.table, row.pk, record_key(row), "remove", before, {})


def record_key(row: Record) -> str:
    """Return the key of a row as the workbook writes it, its parts joined by a slash."""
    return "/".join(_texts(row, TABLES[row.table].key).values())


def filled_texts(row: Model, names: Iterable[str]) -> dict[str, str]:
    """Return the fields of a row that are not empty, as the trail writes them; rows by code, users by address."""
    return {name: text for name, text in _texts(row, names).items() if text}


def _filled(row: Record, cells: Iterable[str]) -> dict[str, str]:
    return filled_texts(row, [*TABLES[row.table].key, *cells])


def _texts(row: Model, names: Iterable[str]) -> dict[str, str]:
    """Return cells of a row as a workbook's CSV writes them."""
    cells = {name: getattr(row, name) for name in names}
    return {name: as_text(getattr(cell, "code", getattr(cell, "email", cell))) for name, cell in cells.items()}


def _insert_changes(company_id: int, entry_id: int, changes: Sequence[RowChange], digest: ChangesDigest) -> None:
    count = len(changes)
    columns = {
        "table": [change.table for change in changes],
        "record": [change.record for change in changes],
        "kind": [change.kind for change in changes],
        "before": [cells_text(change.before) for change in changes],
        "after": [cells_text(change.after) for change in changes],
    }
    digest.add(list(zip(*columns.values(), strict=True)))
    insert_rows(
        Change,
        {
            "id": reserve_ids(Change, count),
            "company_id": [company_id] * count,
            "entry": [entry_id] * count,
            "record_id": [change.record_id for change in changes],
            **columns,
        },
    )
