"""Reading the trail."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched, groupby
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from guantong.audit.models import Chain, Change, Entry
from guantong.engine.tables import PAY, TABLES
from guantong.kit.chain import START, ChangesDigest, Facts, entry_digest, read_text
from guantong.kit.portable import model_of_table, owner_field
from guantong.kit.retelling import Cells, retold_rows

_AT_A_TIME = 2000
_NO_CHAIN = 2**62
_EVERYTHING = Q()
_PAY_TABLES = frozenset(table for table, _ in PAY)


def get_last_number(company_id: int) -> int:
    """Return the number of a company's newest entry, 0 where it has none."""
    return Chain.objects.filter(company_id=company_id).order_by("pk").values_list("number", flat=True).first() or 0


def count_entries_since(company_id: int, number: int) -> int:
    """Return how many entries of a company came after the one of a number."""
    return max(get_last_number(company_id) - number, 0)


HIDDEN = "•••"
"""What stands in place of a cell that whoever asks may not see."""


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
        place: Which of the chains it is in, from 1; only the installation may have several.
        counts: By table and kind of change how many rows there are.
        columns: By table and column in how many changed rows the column is another; empty where all rows are listed.
        changes: The first of them.
    """

    entry: Entry
    place: int
    counts: Mapping[str, Mapping[str, int]]
    columns: Mapping[str, Mapping[str, int]]
    changes: list[Change]


@dataclass(frozen=True)
class Asked:
    """What is asked of a trail; None or empty = whatever there is.

    Attributes:
        table: Only changes of this table.
        record: Only changes of rows of the table that have or had this key.
        kind: Only changes of this kind.
        actor: Only what this one did.
        actions: Only these actions.
        since: Only entries of this moment or later.
        until: Only entries of this moment or earlier.
        before: Only entries before this one, as chain and number.
        entries: At most so many, the newest.
        changes: At most so many of each entry.
        visible: Which changes whoever asks may see, as a condition on `Change`; entries that have changes, but none of
            these, are left out.
        hides_pay: Whether cells that say what somebody is paid are hidden; or tells of a change whether its are.
    """

    table: str | None = None
    record: str | None = None
    kind: str | None = None
    actor: str | None = None
    actions: Sequence[str] = ()
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    before: tuple[int, int] | None = None
    entries: int = 20
    changes: int = 5
    visible: Q = _EVERYTHING
    hides_pay: bool | Callable[[Change], bool] = False


def list_told(company_id: int, asked: Asked) -> list[Told]:
    """Return entries of a company's trail, newest first."""
    entries, changes = _asked_for(company_id, asked)
    places = _places(company_id)
    return [
        _told(entry, places[entry.chain_id], changes.filter(entry=entry), asked)
        for entry in entries.order_by("chain", "-number")[: asked.entries]
    ]


def iterate_told(company_id: int, asked: Asked) -> Iterator[tuple[Entry, int, Iterator[Change]]]:
    """Yield all entries of a company's trail that are asked for, oldest first, each with its chain and all its changes.

    The changes of an entry have to be read before the next entry is asked for; `asked` limits neither. The caller holds
    `one_moment`.
    """
    entries, changes = _asked_for(company_id, asked)
    places = _places(company_id)
    for entry, rows in _with_changes(entries, changes.filter(entry__in=entries)):
        yield entry, places[entry.chain_id], (_masked(row, asked) for row in rows)


def _asked_for(company_id: int, asked: Asked) -> tuple[QuerySet[Entry], QuerySet[Change]]:
    """Return the entries and the changes that are asked for."""
    changes = Change.objects.filter(asked.visible, company_id=company_id)
    entries = Entry.objects.filter(company_id=company_id)
    if asked.table is not None:
        changes = changes.filter(table=asked.table)
        if asked.record is not None:
            ids = _ids_of(company_id, asked.table, asked.record)
            changes = changes.filter(Q(record_id__in=ids) | Q(record=asked.record))
    if asked.kind is not None:
        changes = changes.filter(kind=asked.kind)
    if asked.table is not None or asked.kind is not None:
        entries = entries.filter(Exists(changes.filter(entry=OuterRef("pk"))))
    elif asked.visible:
        entries = entries.filter(Q(size=0) | Exists(changes.filter(entry=OuterRef("pk"))))
    wanted = {"actor": asked.actor, "action__in": asked.actions, "at__gte": asked.since, "at__lte": asked.until}
    entries = entries.filter(**{lookup: value for lookup, value in wanted.items() if value})
    if asked.before is not None:
        place, number = asked.before
        chains = {known: chain for chain, known in _places(company_id).items()}
        chain = chains.get(place, _NO_CHAIN)
        entries = entries.filter(Q(chain=chain, number__lt=number) | Q(chain__gt=chain))
    return entries, changes


def _places(company_id: int) -> dict[int, int]:
    """Return the places of a company's chains by their ids: that which is written to is the first."""
    chains = Chain.objects.filter(company_id=company_id).order_by("pk").values_list("pk", flat=True)
    return {chain: place for place, chain in enumerate(chains, start=1)}


def _ids_of(company_id: int, table: str, record: str) -> list[int]:
    """Return the rows that have or had a key: a renamed row is told as a whole under each of its codes."""
    rows = Change.objects.filter(company_id=company_id, table=table, record=record).exclude(record_id=0)
    return list(rows.order_by().values_list("record_id", flat=True).distinct())


def _told(entry: Entry, place: int, changes: QuerySet[Change], asked: Asked) -> Told:
    counts: dict[str, dict[str, int]] = {}
    for table, kind, count in (
        changes.order_by().values_list("table", "kind").annotate(count=Count("pk")).order_by("kind")
    ):
        counts.setdefault(table, {})[kind] = count
    counts = {table: counts[table] for table in [*TABLES, *sorted(counts.keys() - TABLES.keys())] if table in counts}
    listed = [_masked(row, asked) for row in changes.order_by("pk")[: asked.changes]]
    is_whole = len(listed) == sum(sum(kinds.values()) for kinds in counts.values())
    return Told(entry, place, counts, {} if is_whole else _column_counts(changes), listed)


def _column_counts(changes: QuerySet[Change]) -> dict[str, dict[str, int]]:
    """Return in how many of the changed rows each column is another, by table and column, most first."""
    chosen, given = changes.order_by().filter(kind="change").values("pk").query.sql_with_params()
    names = {"postgresql": "jsonb_object_keys(c.after) AS name(key)", "sqlite": "json_each(c.after) AS name"}
    statement = (
        f"SELECT c.{connection.ops.quote_name('table')}, name.key, count(*) AS many "  # nosec B608  # names are ours, cells are parameters
        f"FROM audit_change c, {names[connection.vendor]} WHERE c.id IN ({chosen}) GROUP BY 1, 2 ORDER BY many DESC, 2"
    )
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        for table, column, count in cursor.fetchall():
            counts.setdefault(table, {})[column] = count
    return counts


def _masked(row: Change, asked: Asked) -> Change:
    """Hide what somebody is paid in a change that was read, where that is asked for."""
    hides = asked.hides_pay
    if row.table in _PAY_TABLES and (hides(row) if callable(hides) else hides):
        for cells in (row.before, row.after):
            cells.update({name: HIDDEN for name, text in cells.items() if text and (row.table, name) in PAY})
    return row


def _with_changes(entries: QuerySet[Entry], changes: QuerySet[Change]) -> Iterator[tuple[Entry, Iterator[Change]]]:
    """Yield entries, oldest first, each with those of the changes that are its own, however many there are."""
    rows = changes.order_by("entry__chain", "entry__number", "pk").iterator(_AT_A_TIME)
    groups = groupby(rows, key=lambda row: row.entry_id)
    following = next(groups, None)
    for entry in entries.order_by("chain", "number").iterator(_AT_A_TIME):
        if following is None or following[0] != entry.pk:
            yield entry, iter(())
        else:
            yield entry, following[1]
            following = next(groups, None)


def get_rows_known(company_id: int, until: datetime.datetime) -> Mapping[str, list[Cells]]:
    """Return the rows of a company's sheets as the trail knows them at a moment, by table: filled cells by column.

    Former codes of rows that were renamed by then stand as the new ones, wherever they are referred to.

    Args:
        company_id: The company.
        until: What was done up to and including this moment counts.
    """
    changes = Change.objects.filter(company_id=company_id, entry__at__lte=until, table__in=TABLES)
    wanted = ("table", "record_id", "kind", "before", "after", "entry__action")
    rows = changes.order_by("entry__number", "pk").values_list(*wanted).iterator()
    loads = Entry.objects.filter(company_id=company_id, at__lte=until, details__has_key="sheets")
    return retold_rows(rows, [table for entry in loads for table in entry.details["sheets"]])


# --- The chain -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What does not hold in a chain.

    Attributes:
        kind: `missing` or `extra` entry; `entry` that says something else; `fewer`, `more` or other `changes` of it; a
            `row` of it named wrongly; `end` cut off; another `head`; `stray` rows outside the chain; `since`: an
            entry that was another once; `none`: no trail at all.
        number: Of which entry, 0 where of none.
    """

    kind: str
    number: int


@dataclass(frozen=True)
class Verified:
    """A chain that was followed from its first entry to its end, or to the first entry that does not hold.

    Attributes:
        place: Which of the chains of its company, from 1.
        entries: How many entries hold.
        changes: How many changes they have.
        first_at: When the first one was.
        last_at: When the last one was.
        number: Of the last entry.
        digest: Of the last entry; number and digest kept elsewhere prove later that nothing up to here has changed.
        fault: What does not hold.
    """

    place: int
    entries: int = 0
    changes: int = 0
    first_at: datetime.datetime | None = None
    last_at: datetime.datetime | None = None
    number: int = 0
    digest: str = START
    fault: Fault | None = None


def get_head(company_id: int) -> tuple[int, str]:
    """Return number and digest of the newest entry of a company, as its chain has them."""
    chain = Chain.objects.filter(company_id=company_id).order_by("pk").first() or Chain()
    return chain.number, chain.digest


def verify_trail(company_id: int, since: tuple[int, str] | None = None) -> list[Verified]:
    """Follow the chains of a company and return what holds; the caller holds `one_moment`.

    Args:
        company_id: The company, 0 for the installation.
        since: Number and digest of an entry that were written down once: one of the chains must have it.
    """
    chains = list(Chain.objects.filter(company_id=company_id).order_by("pk"))
    followed = [_followed(chain, place, since) for place, chain in enumerate(chains, start=1)]
    found = [verified for verified, _ in followed]
    if any(each.fault for each in found):
        return found
    fault = Fault("none", 0) if company_id and not chains else _beside(company_id, chains)
    if fault is None and since is not None and not any(is_known for _, is_known in followed):
        fault = Fault("since", since[0])
    return found if fault is None else [replace(found[0] if found else Verified(1), fault=fault), *found[1:]]


def _followed(chain: Chain, place: int, since: tuple[int, str] | None) -> tuple[Verified, bool]:
    """Return what holds of a chain, and whether it has the entry of a number and digest."""
    verified, is_known = Verified(place), since == (0, START)
    try:
        for entry, rows in _with_changes(Entry.objects.filter(chain=chain), Change.objects.filter(entry__chain=chain)):
            fault = _fault(chain, verified, entry, rows)
            if fault is not None:
                return replace(verified, fault=fault), False
            verified = Verified(
                place, verified.entries + 1, verified.changes + entry.size, verified.first_at or entry.at, entry.at,
                entry.number, entry.digest,
            )  # fmt: skip
            is_known |= (entry.number, entry.digest) == since
    except (AttributeError, TypeError, ValueError):  # SQLite keeps a word where a moment or number should be
        return replace(verified, fault=Fault("entry", verified.number + 1)), False
    if verified.number < chain.number:
        return replace(verified, fault=Fault("end", verified.number + 1)), False
    if verified.digest != chain.digest:
        return replace(verified, fault=Fault("head", verified.number)), False
    return verified, is_known


def _fault(chain: Chain, before: Verified, entry: Entry, rows: Iterator[Change]) -> Fault | None:
    """Return what is wrong with the next entry of a chain."""
    number = before.number + 1
    if entry.number != number:
        return Fault("missing", number) if entry.number > number else Fault("extra", entry.number)
    if number > chain.number:
        return Fault("extra", number)
    facts = Facts(entry.company, number, entry.at, entry.actor, entry.action, entry.details, entry.size,
                  entry.changes_digest)  # fmt: skip
    if entry.company_id != chain.company_id or entry.digest != entry_digest(before.digest, facts):
        return Fault("entry", number)
    digest, is_own = ChangesDigest(), True
    for batch in batched(rows, _AT_A_TIME):
        digest.add([(row.table, row.record, row.kind, read_text(row.before), read_text(row.after)) for row in batch])
        is_own &= all(row.company_id == chain.company_id for row in batch)
    if digest.count != entry.size:
        return Fault("fewer" if digest.count < entry.size else "more", number)
    return None if is_own and digest.hexdigest() == entry.changes_digest else Fault("changes", number)


def _beside(company_id: int, chains: Sequence[Chain]) -> Fault | None:
    """Return what is wrong beside the chains: rows in none of them, or that name their record wrongly."""
    if _is_stray(company_id, chains):
        return Fault("stray", 0)
    numbers = [number for number in map(_first_misnamed, _misnamed(company_id)) if number]
    return Fault("row", min(numbers)) if numbers else None


def _is_stray(company_id: int, chains: Sequence[Chain]) -> bool:
    own = Entry.objects.filter(chain__in=chains)
    changes = Change.objects.filter(company_id=company_id)
    return (
        Entry.objects.filter(company_id=company_id).exclude(pk__in=own.values("pk")).exists()
        or changes.exclude(entry__in=own.values("pk")).exists()
    )


def _misnamed(company_id: int) -> Iterator[QuerySet[Change]]:
    """Yield changes whose `record_id`, which no digest covers, cannot be right.

    A row is there, was made once, and a code is one row's for ever; 0 stands for a row that is gone.
    """
    changes = Change.objects.filter(company_id=company_id).exclude(record_id=0).order_by()
    for name, table in TABLES.items():
        model: Any = model_of_table(name)
        own = changes.filter(table=name)
        rows = model._base_manager.filter(**{owner_field(model): company_id})
        yield own.filter(~Exists(rows.filter(pk=OuterRef("record_id"))))
        made = own.values("record_id").annotate(made=Count("pk", filter=Q(kind="create"))).exclude(made=1)
        yield own.filter(record_id__in=made.values("record_id"))
        if table.key == ("code",):
            codes = own.values("record").annotate(rows=Count("record_id", distinct=True)).filter(rows__gt=1)
            yield own.filter(record__in=codes.values("record"))
            yield own.filter(Exists(rows.filter(code=OuterRef("record")).exclude(pk=OuterRef("record_id"))))


def _first_misnamed(changes: QuerySet[Change]) -> int | None:
    return changes.aggregate(number=Min("entry__number"))["number"]
