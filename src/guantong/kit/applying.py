"""Writing a difference into the database: new rows, changed ones, marks of removal, lists and dated columns."""

import datetime
from typing import Any

import numpy as np

from guantong.engine.calendar import day_number
from guantong.engine.tables import Column
from guantong.kit.bulk import delete_rows, first_days, insert_rows, reserve_ids, update_rows
from guantong.kit.difference import TableDifference
from guantong.kit.fields import ITEM_TYPES
from guantong.kit.records import DATED, ITEMS, REGISTRY, item_targets
from guantong.kit.stored import StoredTable, item_extras, picked


def apply_difference(
    difference: TableDifference, before: StoredTable, company_id: int, day: datetime.date, at: datetime.datetime
) -> None:
    """Write what changes in one table.

    Args:
        difference: The change.
        before: The table as it is.
        company_id: Whose it is.
        day: From which dated columns hold.
        at: When it happens.
    """
    model = REGISTRY[difference.name]
    new, changed = np.flatnonzero(difference.is_new), np.flatnonzero(~difference.is_new & _touched(difference))
    insert_rows(model, {**_own(difference.rows.rows(new), company_id), **_cells(difference.rows.rows(new))})
    after = difference.rows.rows(changed)
    update_rows(model, after.ids, {**_cells(after), "removed_at": np.full(len(after), np.nan)})
    gone = before.ids[difference.removed]
    update_rows(model, gone, {"removed_at": np.full(len(gone), at.timestamp())})
    for column in difference.rows.table.columns:
        if column.type in ITEM_TYPES:
            _write_items(difference, column, company_id)
    if difference.name in DATED:
        _write_dated(difference, company_id, day)


def _touched(difference: TableDifference) -> np.ndarray:
    return difference.is_changed | difference.is_restored


def _own(rows: StoredTable, company_id: int) -> dict[str, Any]:
    """Return the fields of new rows that are not declared columns."""
    own = {"id": rows.ids, "company": np.full(len(rows), company_id), "version": rows.versions}
    return {**own, "number": rows.number} if rows.table.numbered else own


def _cells(rows: StoredTable) -> dict[str, Any]:
    """Return the declared cells of rows by the fields of their model."""
    dated = DATED[rows.table.name].columns if rows.table.name in DATED else ()
    cells = {}
    for name, values in rows.columns.items():
        column = rows.table.by_name.get(name)
        if name in dated or (column is not None and column.type in ITEM_TYPES):
            continue
        cells[name] = first_days(values) if column is not None and column.type == "month" else values
    return cells


def _write_items(difference: TableDifference, column: Column, company_id: int) -> None:
    """Replace the lists that changed."""
    model = ITEMS[difference.name, column.name]
    changed = difference.field_changes.get(column.name, np.zeros(len(difference.rows), dtype=bool))
    delete_rows(model, "owner", difference.rows.ids[changed])
    places = np.flatnonzero(changed | difference.is_new)
    lists = picked(difference.rows.columns[column.name], places)
    owners = lists.rows
    columns: dict[str, Any] = {
        "id": reserve_ids(model, len(owners)),
        "company": np.full(len(owners), company_id),
        "owner": difference.rows.ids[places][owners],
        "position": np.arange(len(owners)) - lists.offsets[:-1][owners],
    }
    names = [*(field for field, _ in item_targets(column)), *item_extras(column)]
    if column.type == "refs":
        columns[names[0]] = lists.values
    else:
        parts = list(zip(*lists.values.tolist(), strict=True)) or [()] * len(names)
        for name, part in zip(names, parts, strict=True):
            columns[name] = [None if cell != cell or cell == -1 else cell for cell in part]
    insert_rows(model, columns)


def _write_dated(difference: TableDifference, company_id: int, day: datetime.date) -> None:
    """Begin a dated row on the day where a dated column changed; one that begins on that day is replaced."""
    model = DATED[difference.name]
    changed = difference.rows.rows(difference.dated_changed)
    known = changed.ids[~difference.is_new[difference.dated_changed]]
    for start in range(0, len(known), 5000):
        model._base_manager.filter(record__in=known[start : start + 5000].tolist(), starts_on=day).delete()
    insert_rows(
        model,
        {
            "id": reserve_ids(model, len(changed)),
            "company": np.full(len(changed), company_id),
            "record": changed.ids,
            "starts_on": np.full(len(changed), float(day_number(day))),
            **{name: changed.columns[name] for name in model.columns},
        },
    )
