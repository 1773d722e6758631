"""Reading the trail."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from guantong.audit.models import Change, Entry
from guantong.engine.tables import TABLES, Column
from guantong.kit.records import DUTY_TARGETS

Cells = dict[str, str]
_CODED = "code"


def get_last_entry_id(company_id: int) -> int:
    """Return the id of a company's newest entry, 0 where it has none."""
    return Entry.objects.filter(company_id=company_id).aggregate(last=Max("id"))["last"] or 0


def count_entries_since(company_id: int, entry_id: int) -> int:
    """Return how many entries of a company came after one."""
    return Entry.objects.filter(company_id=company_id, pk__gt=entry_id).count()


def list_changed_rows(company_id: int, table: str, since: datetime.datetime) -> QuerySet:
    """Return the ids of a table's rows that the trail has seen change since a moment."""
    entries = Entry.objects.filter(company_id=company_id, at__gte=since)
    changes = Change.objects.filter(company_id=company_id, table=table, entry__in=entries)
    return changes.values("record_id")


@dataclass(frozen=True)
class Told:
    """An entry of the trail, as much of it as was asked for.

    Attributes:
        entry: The entry.
        counts: By table and kind of change how many rows there are.
        changes: The first of them.
    """

    entry: Entry
    counts: Mapping[str, Mapping[str, int]]
    changes: list[Change]


@dataclass(frozen=True)
class Asked:
    """What is asked of a trail; None = whatever there is.

    Attributes:
        table: Only changes of this table.
        record: Only changes of rows of the table that have or had this key.
        since: Only entries of this moment or later.
        entries: At most so many, the newest.
        changes: At most so many of each entry.
    """

    table: str | None = None
    record: str | None = None
    since: datetime.datetime | None = None
    entries: int = 20
    changes: int = 5


def list_told(company_id: int, asked: Asked) -> list[Told]:
    """Return entries of a company's trail, newest first."""
    changes = Change.objects.filter(company_id=company_id)
    entries = Entry.objects.filter(company_id=company_id)
    if asked.table is not None:
        changes = changes.filter(table=asked.table)
        if asked.record is not None:
            changes = changes.filter(record_id__in=_ids_of(company_id, asked.table, asked.record))
        entries = entries.filter(pk__in=changes.values("entry"))
    if asked.since is not None:
        entries = entries.filter(at__gte=asked.since)
    return [
        _told(entry, changes.filter(entry=entry), asked.changes) for entry in entries.order_by("-pk")[: asked.entries]
    ]


def _ids_of(company_id: int, table: str, record: str) -> list[int]:
    """Return the rows that have or had a key: a renamed row is told as a whole under each of its codes."""
    rows = Change.objects.filter(company_id=company_id, table=table, record=record)
    return list(rows.order_by().values_list("record_id", flat=True).distinct())


def _told(entry: Entry, changes: QuerySet[Change], most: int) -> Told:
    counts: dict[str, dict[str, int]] = {}
    for table, kind, count in (
        changes.order_by().values_list("table", "kind").annotate(count=Count("pk")).order_by("kind")
    ):
        counts.setdefault(table, {})[kind] = count
    counts = {table: counts[table] for table in TABLES if table in counts}
    return Told(entry, counts, list(changes.order_by("pk")[:most]))


def get_rows_known(company_id: int, until: datetime.datetime) -> Mapping[str, list[Cells]]:
    """Return the rows of a company as the trail knows them at a moment, by table: filled cells by column.

    Former codes of rows that were renamed by then stand as the new ones, wherever they are referred to.

    Args:
        company_id: The company.
        until: What was done up to and including this moment counts.
    """
    tables: dict[str, dict[int, Cells]] = defaultdict(dict)
    renamed: dict[tuple[str, str], str] = {}
    changes = Change.objects.filter(company_id=company_id, entry__at__lte=until).order_by("entry", "pk")
    wanted = ("table", "record_id", "kind", "before", "after", "entry__action")
    for table, record, kind, before, after, action in changes.values_list(*wanted).iterator():
        rows = tables[table]
        if kind == "remove":
            rows.pop(record, None)
        elif kind == "change":
            cells = {**rows.get(record, {}), **after}
            rows[record] = {name: cell for name, cell in cells.items() if cell}
        else:
            rows[record] = dict(after)
        if action == "rename_record" and _CODED in before:
            renamed[table, before[_CODED]] = after[_CODED]
    known = {table: list(rows.values()) for table, rows in tables.items()}
    for entry in Entry.objects.filter(company_id=company_id, at__lte=until, details__has_key="sheets"):
        known = {**{table: [] for table in entry.details["sheets"]}, **known}
    if renamed:
        for name, listed in known.items():
            for column in TABLES[name].columns:
                _rename(listed, column, renamed)
    return known


def _rename(rows: list[Cells], column: Column, renamed: Mapping[tuple[str, str], str]) -> None:
    """Write the new code in place of each former one that a column refers to."""
    targets = DUTY_TARGETS if column.type == "duties" else column.targets
    if not any(table in targets for table, _ in renamed):
        return
    for row in rows:
        if column.name in row:
            items = row[column.name].split(";") if column.type in ("refs", "duties") else [row[column.name]]
            row[column.name] = ";".join(_newest(item, targets, renamed) for item in items)


def _newest(item: str, targets: Sequence[str], renamed: Mapping[tuple[str, str], str]) -> str:
    code, colon, duty = item.partition(":")
    for table in targets:
        seen = set()
        while (table, code) in renamed and code not in seen:
            seen.add(code)
            code = renamed[table, code]
    return code + colon + duty
