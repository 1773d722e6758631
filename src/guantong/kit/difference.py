"""What would change if a company were as another says: rows new, changed, removed and restored, table by table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.tables import TABLES, Column
from guantong.kit.bulk import reserve_ids
from guantong.kit.coded_texts import CODES_AS_TEXT, renamed_text, subject_tables
from guantong.kit.fields import has_optional_code, is_upward, reference_names
from guantong.kit.records import DATED, REGISTRY
from guantong.kit.stored import StoredTable, objects, picked, positions


@dataclass(frozen=True, eq=False)
class TableDifference:
    """What changes in one table.

    Attributes:
        name: The table.
        rows: The table as it will be, in the order of the engine's company, with the ids that its rows have or get.
        old: (n_rows,) position of each row in the stored table, -1 = new.
        is_new, is_changed, is_restored: (n_rows,) bool; a restored row was marked as removed.
        field_changes: By name of each field of which any cell changed, (n_rows,) bool.
        dated_changed: (n_rows,) bool: rows of which a dated column changed, new ones included.
        removed: Positions in the stored table of the rows that go.
    """

    name: str
    rows: StoredTable
    old: np.ndarray
    is_new: np.ndarray
    is_changed: np.ndarray
    is_restored: np.ndarray
    field_changes: Mapping[str, np.ndarray]
    dated_changed: np.ndarray
    removed: np.ndarray

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are new, changed, removed and restored."""
        counts = {"new": self.is_new, "changed": self.is_changed & ~self.is_restored, "restored": self.is_restored}
        return {**{name: int(rows.sum()) for name, rows in counts.items()}, "removed": len(self.removed)}

    def changed_ids(self, before: StoredTable) -> np.ndarray:
        """Return the ids of the rows that are new, changed, restored or removed; `before` is the stored table."""
        touched = self.is_new | self.is_changed | self.is_restored
        return np.concatenate([self.rows.ids[touched], before.ids[self.removed]])

    def __bool__(self) -> bool:
        return bool(self.is_new.any() or self.is_changed.any() or self.is_restored.any() or len(self.removed))


Aliases = Mapping[str, Mapping[str, int]]
"""By table former codes of rows with the ids of the rows."""


def differences(
    company: Company, stored: Mapping[str, StoredTable], tables: frozenset[str], aliases: Aliases
) -> Iterator[TableDifference]:
    """Yield what changes in each of the tables, in declared order.

    Args:
        company: As it shall be.
        stored: As it is, removed rows included, people on the day from which the change holds.
        tables: The tables that change; those of `company` beyond them are as stored.
        aliases: Former codes; a row that `company` gives one of them is the row that had it, and keeps its new code.
    """
    codes = _Codes(company, stored, aliases)
    for name in TABLES:
        if name in tables and name != "company":
            yield _difference(company, getattr(company, name), stored[name], codes)


class _Codes:
    """The rows of tables with codes: the ids that they have or get, and the codes that they keep.

    Attributes:
        ids: By table (n_rows,) int64, in the order of the company.
        kept: By table (n_rows,) object: the code in the database; a former code leads to the new one.
        new: By table the new code of each former one.
    """

    def __init__(self, company: Company, stored: Mapping[str, StoredTable], aliases: Aliases) -> None:
        self.ids: dict[str, np.ndarray] = {}
        self.kept: dict[str, np.ndarray] = {}
        self.new: dict[str, dict[str, str]] = {}
        for name, table in TABLES.items():
            if table.key == ("code",) and name != "company":
                self._add(name, getattr(company, name).code, stored[name], aliases.get(name, {}))

    def _add(self, name: str, codes: np.ndarray, stored: StoredTable, former: Mapping[str, int]) -> None:
        own = dict(zip(stored.columns["code"].tolist(), stored.ids.tolist(), strict=True))
        code_of = {row: code for code, row in own.items()}
        new_codes = {code: code_of[row] for code, row in former.items()}
        kept = [new_codes.get(code, code) for code in codes.tolist()]
        found = np.fromiter((own.get(code, -1) for code in kept), np.int64, len(kept))
        fresh = np.flatnonzero(found < 0)
        found[fresh] = reserve_ids(REGISTRY[name], len(fresh))
        self.ids[name], self.kept[name], self.new[name] = found, objects(kept), new_codes

    def renamed(self, rows: Rows, column: Column) -> np.ndarray:
        """Return a column of codes as text with new codes in place of former ones."""
        texts = getattr(rows, column.name)
        targets = CODES_AS_TEXT[rows.table.name, column.name]
        if not any(self.new.values()):
            return texts
        rules = [None] * len(rows) if targets else rows.rule.tolist()
        return objects(
            [
                renamed_text(text, targets if rule is None else subject_tables(rule), self.new)
                for text, rule in zip(texts.tolist(), rules, strict=True)
            ]
        )


def _difference(company: Company, rows: Rows, before: StoredTable, codes: _Codes) -> TableDifference:
    table = rows.table
    columns = {name: cells for column in table.columns for name, cells in _as_stored(company, rows, column, codes)}
    nothing, none_removed = np.zeros(len(rows), np.int64), np.zeros(len(rows), bool)
    after = StoredTable(table, nothing, nothing + 1, none_removed, nothing, columns)
    if table.key == ("code",):
        row_ids = codes.ids[table.name]
        old = positions(before.ids, row_ids)
        columns["code"] = codes.kept[table.name]
    else:
        if table.numbered:
            after = replace(after, number=_running_number(after))
        old = _matched(after, before)
        row_ids = np.where(old >= 0, picked(before.ids, old) if len(before) else 0, -1)
        new = np.flatnonzero(old < 0)
        row_ids[new] = reserve_ids(REGISTRY[table.name], len(new))
    after = replace(after, ids=row_ids)
    return _compared(after, before, old)


def _compared(after: StoredTable, before: StoredTable, old: np.ndarray) -> TableDifference:
    known = np.flatnonzero(old >= 0)
    dated = DATED[after.table.name].columns if after.table.name in DATED else ()
    changes = {}
    for name, cells in after.columns.items():
        changed = np.zeros(len(after), dtype=bool)
        changed[known] = differs(picked(cells, known), picked(before.columns[name], old[known]))
        if changed.any():
            changes[name] = changed
    is_changed, dated_changed = np.zeros(len(after), bool), old < 0
    for name, changed in changes.items():
        is_changed |= changed
        if name in dated:
            dated_changed = dated_changed | changed
    restored = np.zeros(len(after), dtype=bool)
    restored[known] = before.removed[old[known]]
    gone = ~before.removed
    gone[old[known]] = False
    return TableDifference(after.table.name, after, old, old < 0, is_changed, restored, changes, dated_changed,
                           np.flatnonzero(gone))  # fmt: skip


def _as_stored(company: Company, rows: Rows, column: Column, codes: _Codes) -> Iterator[tuple[str, Any]]:
    """Yield the stored form of an engine's column, by field."""
    values = getattr(rows, column.name)
    if column.type == "ref" and is_upward(rows.table.name, column):
        words = np.full(len(rows), "", dtype=object)
        for field, target in reference_names(column):
            place = getattr(rows, field)
            words[place >= 0] = codes.kept[target][place[place >= 0]]
        yield column.name, words
    elif column.type == "ref":
        for field, target in reference_names(column):
            yield field, _id_of(codes.ids[target], getattr(rows, field))
    elif column.type == "refs":
        yield column.name, Ragged(values.offsets, _id_of(codes.ids[column.targets[0]], values.values))
    elif column.type == "duties":
        known = [dict(zip(getattr(company, target).code.tolist(), codes.ids[target].tolist(), strict=True))
                 for target in ("units", "people")]  # fmt: skip
        units, people = known
        duties = [(units.get(code, -1), people.get(code, -1), duty) for code, duty in values.values]
        yield column.name, Ragged(values.offsets, objects(duties))
    elif (rows.table.name, column.name) in CODES_AS_TEXT:
        yield column.name, codes.renamed(rows, column)
    else:
        yield column.name, values


def _id_of(ids: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.where(place >= 0, ids[place], -1) if len(ids) else np.full(place.shape, -1, dtype=np.int64)


def _key_fields(rows: StoredTable) -> list[Any]:
    """Return the arrays that together tell the rows of a table apart, a running number left aside."""
    fields: list[Any] = []
    for name in rows.table.key:
        column = rows.table.by_name[name]
        names = [field for field, _ in reference_names(column)] if column.type == "ref" else [name]
        fields += [rows.columns[field] for field in names]
    if has_optional_code(rows.table):
        coded = rows.columns["code"] != ""
        fields = [np.where(coded, "" if cells.dtype == object else -1, cells) for cells in fields]
        fields.append(rows.columns["code"])
    return fields


def _running_number(rows: StoredTable) -> np.ndarray:
    """Return how many rows of the same key stand before each row, (n_rows,) int64."""
    key = as_numbers([(cells,) for cells in _key_fields(rows)], len(rows))
    order = np.argsort(key, kind="stable")
    first = np.searchsorted(key[order], key[order])
    number = np.empty(len(rows), dtype=np.int64)
    number[order] = np.arange(len(rows)) - first
    return number


def _matched(after: StoredTable, before: StoredTable) -> np.ndarray:
    """Return the position in `before` of the row with the same key, -1 where there is none."""
    pairs = list(zip(_key_fields(after), _key_fields(before), strict=True))
    if after.table.numbered:
        pairs.append((after.number, before.number))
    key = as_numbers(pairs, len(after) + len(before))
    return positions(key[len(after) :], key[: len(after)])


def as_numbers(parts: list[tuple[Any, ...]], size: int) -> np.ndarray:
    """Return numbers that are equal where all parts are, (size,) int64; the arrays of a part are joined."""
    key = np.zeros(size, dtype=np.int64)
    for arrays in parts:
        values = np.concatenate(arrays)
        if values.dtype == object:
            place: dict[Any, int] = {}
            one = np.fromiter((place.setdefault(value, len(place)) for value in values.tolist()), np.int64, size)
        else:
            one = np.unique(values, return_inverse=True)[1]
        key = np.unique(key * (int(one.max(initial=0)) + 1) + one, return_inverse=True)[1].astype(np.int64)
    return key


def differs(left: Any, right: Any) -> np.ndarray:
    """Return where cells differ, missing ones being equal, (n,) bool."""
    if not isinstance(left, Ragged):
        unequal = np.asarray(left != right)
        return unequal & ~((left != left) & (right != right)) if left.dtype == np.float64 else unequal.astype(bool)
    changed = left.counts != right.counts
    same = np.flatnonzero(~changed)
    lefts, rights = picked(left, same), picked(right, same)
    unequal = np.fromiter(map(_unlike, lefts.values.tolist(), rights.values.tolist()), bool, len(lefts.values))
    changed[same[lefts.rows[unequal]]] = True
    return changed


def _unlike(left: Any, right: Any) -> bool:
    if isinstance(left, tuple):
        return any(one != other and (one == one or other == other) for one, other in zip(left, right, strict=True))
    return bool(left != right)
