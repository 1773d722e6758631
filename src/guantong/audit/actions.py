"""Writing the trail."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted
from typing import Any

from guantong.audit.models import Change, Entry
from guantong.engine.tables import TABLES
from guantong.formats.writing import as_text
from guantong.kit.bulk import insert_rows, reserve_ids
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
    """What happened to one row: table, id, key, `Change.KINDS`, cells before and after as the workbook writes them."""

    table: str
    record_id: int
    record: str
    kind: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def record_entry(deed: Deed, action: str, details: Mapping[str, Any], changes: Iterable[RowChange]) -> Entry:
    """Write one entry and its changes; the caller's transaction holds it."""
    entry = Entry.objects.create(
        company_id=deed.company_id, company=deed.company, at=deed.at, actor=deed.actor, action=action, details=details
    )
    for batch in itertools.batched(changes, _BATCH):
        _insert_changes(entry, batch)
    return entry


def put_record(row: Record, cells: Mapping[str, Any]) -> RowChange | None:
    """Write cells of a row that is new, there, or marked as removed, which it then no longer is.

    Args:
        row: The row; a new one has its key and is not saved yet.
        cells: Its other cells by field, as the model holds them; none of them money or a list.

    Returns:
        What happened to the row, for the trail; None where it is there and has these cells already.
    """
    kind = "create" if row.pk is None else "change" if row.removed_at is None else "restore"
    changed = [name for name, cell in cells.items() if kind != "change" or getattr(row, name) != cell]
    if not changed:
        return None
    before = _texts(row, changed) if kind == "change" else {}
    for name, cell in cells.items():
        setattr(row, name, cell)
    row.version += kind != "create"
    row.removed_at = None
    row.save()
    after = _texts(row, changed) if kind == "change" else _filled(row, cells)
    return RowChange(row.table, row.pk, record_key(row), kind, before, after)


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


def _filled(row: Record, cells: Iterable[str]) -> dict[str, str]:
    return {name: text for name, text in _texts(row, [*TABLES[row.table].key, *cells]).items() if text}


def _texts(row: Record, names: Iterable[str]) -> dict[str, str]:
    """Return cells of a row as a workbook's CSV writes them."""
    return {name: as_text(getattr(cell, "code", cell)) for name, cell in ((name, getattr(row, name)) for name in names)}


def _insert_changes(entry: Entry, changes: Sequence[RowChange]) -> None:
    insert_rows(
        Change,
        {
            "id": reserve_ids(Change, len(changes)),
            "company_id": [entry.company_id] * len(changes),
            "entry": [entry.pk] * len(changes),
            "table": [change.table for change in changes],
            "record_id": [change.record_id for change in changes],
            "record": [change.record for change in changes],
            "kind": [change.kind for change in changes],
            "before": [_text(change.before) for change in changes],
            "after": [_text(change.after) for change in changes],
        },
    )


def _text(cells: Mapping[str, str]) -> str:
    """Return cells as JSON; `json.dumps` takes five times as long, and a load writes millions."""
    return f"{{{', '.join([f'{_quoted(name)}: {_quoted(text)}' for name, text in cells.items()])}}}"
