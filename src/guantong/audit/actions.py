"""Writing the trail."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted
from typing import Any

from guantong.audit.models import Change, Entry
from guantong.kit.bulk import insert_rows, reserve_ids

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
