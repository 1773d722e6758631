"""The rows of a table as the database keeps them, column by column, with references as ids.

`StoredTable.columns` holds what engine/company.py says a column is, with three differences: references are ids of rows
(-1 = none), `duties` are (unit id, person id, duty), and rows stand in no particular order. Dated columns
(kit/records.py) are as they stand on a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.calendar import month_of
from guantong.engine.company import Ragged
from guantong.engine.tables import TABLES, Column, Table
from guantong.kit.columns import Arrays, read_columns
from guantong.kit.fields import ITEM_TYPES, JSON_TYPES, is_upward, reference_names
from guantong.kit.records import DATED, ITEMS, REGISTRY, item_targets


@dataclass(frozen=True, eq=False)
class StoredTable:
    """Rows of one table.

    Attributes:
        table: The declaration.
        ids: (n_rows,) int64.
        versions: (n_rows,) int64.
        removed: (n_rows,) bool: marked as removed.
        number: (n_rows,) int64 running number of tables with numbered keys, else zeros.
        columns: Arrays by field name; see the module.
    """

    table: Table
    ids: np.ndarray
    versions: np.ndarray
    removed: np.ndarray
    number: np.ndarray
    columns: dict[str, Any]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, chosen: np.ndarray) -> "StoredTable":
        """Return the chosen rows, positions or a mask, in that order."""
        places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        columns = {name: picked(values, places) for name, values in self.columns.items()}
        ids, versions, removed, number = (self.ids, self.versions, self.removed, self.number)
        return StoredTable(self.table, ids[places], versions[places], removed[places], number[places], columns)

    @property
    def live(self) -> "StoredTable":
        """Return the rows that are not removed."""
        return self.rows(~self.removed) if self.removed.any() else self


def joined(first: StoredTable, second: StoredTable) -> StoredTable:
    """Return the rows of both."""
    columns = {name: _appended(values, second.columns[name]) for name, values in first.columns.items()}
    names = ("ids", "versions", "removed", "number")
    ids, versions, removed, number = (np.concatenate([getattr(one, name) for one in (first, second)]) for name in names)
    return StoredTable(first.table, ids, versions, removed, number, columns)


def _appended(first: Any, second: Any) -> Any:
    if not isinstance(first, Ragged):
        return np.concatenate([first, second])
    offsets = np.concatenate([first.offsets, first.offsets[-1] + second.offsets[1:]])
    return Ragged(offsets, np.concatenate([first.values, second.values]))


def picked(values: Any, places: np.ndarray) -> Any:
    """Return a column's cells at places, lists included."""
    if not isinstance(values, Ragged):
        return values[places]
    counts = values.counts[places]
    offsets = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    return Ragged(offsets, values.values[np.repeat(values.offsets[places], counts) + within])


def read_table(name: str, company_id: int, day: int | None = None) -> StoredTable:
    """Return all rows of a table of a company, those removed included.

    Args:
        name: The table, not `company`.
        company_id: The company.
        day: Day number on which dated columns are seen; None for their latest.
    """
    return _read(name, {"company": company_id}, ("version", "removed_at"), day)


def read_live(name: str, company_id: int, day: int | None = None, ids: Sequence[int] | None = None) -> StoredTable:
    """Return the rows of a table that are not removed, as `read_table` does, without their versions.

    Args:
        name: The table, not `company`.
        company_id: The company.
        day: Day number on which dated columns are seen; None for their latest.
        ids: Only the rows with these ids.
    """
    where: dict[str, Any] = {"company": company_id, "removed_at": None}
    return _read(name, where if ids is None else {**where, "id": list(ids)}, (), day)


def _read(name: str, where: Mapping[str, Any], more: tuple[str, ...], day: int | None) -> StoredTable:
    table, model = TABLES[name], REGISTRY[name]
    declared = [column for column in table.columns if model.columns is None or column.name in model.columns]
    fields = [field for column in declared for field in field_names(table, column)]
    numbered = ("number",) if table.numbered else ()
    read = read_columns(model, ["id", *more, *numbered, *fields], where)
    ids = read["id"]
    columns = _converted(table, read, fields)
    company_id = where["company"]
    for column in table.columns:
        if column.type in ITEM_TYPES:
            columns[column.name] = _read_items(table, column, company_id, ids)
    if name in DATED:
        columns.update(_read_dated(table, company_id, ids, day))
    versions = read.get("version", np.zeros(len(ids), dtype=np.int64))
    removed = ~np.isnan(read["removed_at"]) if more else np.zeros(len(ids), dtype=bool)
    return StoredTable(table, ids, versions, removed, read.get("number", np.zeros(len(ids), dtype=np.int64)), columns)


def field_names(table: Table, column: Column) -> list[str]:
    """Return the fields of the table's model that a column is; none for lists of rows of their own."""
    if column.type in ITEM_TYPES:
        return []
    if column.type == "ref" and not is_upward(table.name, column):
        return [name for name, _ in reference_names(column)]
    return [column.name]


def _converted(table: Table, read: Arrays, fields: Sequence[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in fields:
        column = table.by_name.get(name)
        values: Any = read[name]
        if column is not None and column.type == "month":
            values = month_of(values)
        elif column is not None and column.type in JSON_TYPES:
            values = _lists(column, values)
        columns[name] = values
    return columns


def _lists(column: Column, values: np.ndarray) -> Ragged:
    offsets = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum([len(cell) for cell in values], out=offsets[1:])
    if column.type == "steps":
        nan = float("nan")
        flat: list[Any] = [(left, nan if right is None else right) for cell in values for left, right in cell]
    else:
        flat = [item for cell in values for item in cell]
    return Ragged(offsets, objects(flat))


def objects(values: Sequence[Any]) -> np.ndarray:
    """Return values, tuples too, as an object array."""
    return np.fromiter(values, dtype=object, count=len(values))


def _read_items(table: Table, column: Column, company_id: int, ids: np.ndarray) -> Ragged:
    model = ITEMS[table.name, column.name]
    names = [*(field for field, _ in item_targets(column)), *item_extras(column)]
    read = read_columns(model, ["owner", "position", *names], {"company": company_id})
    owner = positions(ids, read["owner"])
    order = np.lexsort((read["position"], owner))
    order = order[owner[order] >= 0]
    counts = np.bincount(owner[order], minlength=len(ids))
    offsets = np.zeros(len(ids) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    if column.type == "refs":
        return Ragged(offsets, read[names[0]][order])
    flat = list(zip(*(read[name][order].tolist() for name in names), strict=True))
    return Ragged(offsets, objects(flat))


def item_extras(column: Column) -> tuple[str, ...]:
    """Return the fields of an item beside its targets."""
    return {"links": ("code", "share"), "duties": ("duty",)}.get(column.type, ())


def positions(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return where each wanted id stands in `ids`, -1 where it does not; shape of wanted."""
    if not len(ids):
        return np.full(wanted.shape, -1, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    place = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)]
    return np.where(ids[place] == wanted, place, -1)


def _read_dated(table: Table, company_id: int, ids: np.ndarray, day: int | None) -> Arrays:
    """Return the dated columns of rows on a day: as the last that began by then has them, else as the first."""
    model = DATED[table.name]
    read = read_columns(model, ["record", "starts_on", *model.columns], {"company": company_id})
    owner = positions(ids, read["record"])
    order = np.lexsort((read["starts_on"], owner))
    order = order[owner[order] >= 0]
    owner, starts = owner[order], read["starts_on"][order]
    first = np.searchsorted(owner, np.arange(len(ids)))
    begun = np.ones(len(order)) if day is None else (starts <= day).astype(np.float64)
    chosen = first + np.maximum(np.bincount(owner, begun, len(ids)).astype(np.int64) - 1, 0)
    return {name: read[name][order][chosen] for name in model.columns}
