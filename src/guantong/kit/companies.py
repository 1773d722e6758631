"""From stored tables to the engine's company: live rows in key order, ids as positions.

The company that comes out equals, array by array, the one that the reader of a workbook builds from the same rows.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from guantong.engine.company import FLOAT_TYPES, Company, Ragged
from guantong.engine.tables import TABLES, Column
from guantong.kit.fields import is_upward, reference_names
from guantong.kit.records import DUTY_TARGETS
from guantong.kit.stored import StoredTable, objects, positions

Stored = Mapping[str, StoredTable]


def company_of(header: Mapping[str, Any], stored: Stored, present: Sequence[str]) -> Company:
    """Return the engine's company of stored tables.

    Args:
        header: Cells of the one row of `company` by column, canonical as `Company.build` takes them.
        stored: Tables as read; rows marked as removed are left out.
        present: Names of the tables that count as there, `company` included.
    """
    live = {name: stored[name].live for name in TABLES if name in present and name in stored}
    ordered = _coded_in_order(live)
    tables: dict[str, dict[str, Any]] = {"company": _header_arrays(header)}
    for name in TABLES:
        if name not in live:
            continue
        rows = ordered.get(name) or live[name].rows(key_order(live[name], ordered))
        tables[name] = {key: values for column in rows.table.columns for key, values in _column(rows, column, ordered)}
    return Company.of_arrays(tables)


def _header_arrays(header: Mapping[str, Any]) -> dict[str, Any]:
    return dict(Company.build({"company": {name: [cell] for name, cell in header.items()}}).company.columns())


def _coded_in_order(live: Stored) -> dict[str, StoredTable]:
    """Return the tables whose key is a code, in its order."""
    ordered = {}
    for name, rows in live.items():
        if rows.table.key == ("code",):
            codes = rows.columns["code"].tolist()
            is_sorted = all(left <= right for left, right in itertools.pairwise(codes))
            ordered[name] = rows if is_sorted else rows.rows(np.array(sorted(range(len(codes)), key=codes.__getitem__)))
    return ordered


def key_order(rows: StoredTable, ordered: Stored) -> np.ndarray:
    """Return the positions of rows in key order, (n_rows,) int64.

    Args:
        rows: Rows of a table whose key is not a code.
        ordered: The tables with codes, in their order.
    """
    parts = [_rank(rows, rows.table.by_name[name], ordered) for name in rows.table.key]
    order = np.lexsort(parts[::-1])
    return _equal_keys_by_content(rows, order, parts, ordered) if rows.table.numbered else order


def _rank(rows: StoredTable, column: Column, ordered: Stored) -> np.ndarray:
    """Return numbers that sort as the cells of a key column do."""
    if column.type == "ref" and len(column.targets) == 1:
        return positions(_ids(ordered, column.targets[0]), rows.columns[column.name])
    if column.type in FLOAT_TYPES or column.type in ("money", "choice", "bool"):
        return np.asarray(rows.columns[column.name])
    words = codes_of(rows, column, ordered) if column.type == "ref" else rows.columns[column.name].tolist()
    place = {word: number for number, word in enumerate(sorted(set(words)))}
    return np.fromiter((place[word] for word in words), dtype=np.int64, count=len(rows))


def _ids(ordered: Stored, table: str) -> np.ndarray:
    return ordered[table].ids if table in ordered else np.zeros(0, dtype=np.int64)


def codes_of(rows: StoredTable, column: Column, ordered: Stored) -> list[str]:
    """Return the codes that a reference column holds, "" = none."""
    if is_upward(rows.table.name, column):
        return list(rows.columns[column.name])
    found = [""] * len(rows)
    for field, target in reference_names(column):
        place = positions(_ids(ordered, target), rows.columns[field])
        codes = ordered[target].columns["code"] if target in ordered else ()
        for row in np.flatnonzero(place >= 0).tolist():
            found[row] = codes[place[row]]
    return found


def _equal_keys_by_content(
    rows: StoredTable, order: np.ndarray, parts: Sequence[np.ndarray], ordered: Stored
) -> np.ndarray:
    """Return the order with rows of equal keys sorted by their other cells, as engine/company.py sorts them."""
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for part in parts:
        same &= part[order][1:] == part[order][:-1]
    if not same.any():
        return order
    group = np.concatenate([[0], np.cumsum(~same)])
    rest = [column for column in rows.table.columns if column.name not in rows.table.key]
    cells = [canonical_cells(rows, column, ordered) for column in rest]
    content = [tuple((cell == cell, cell if cell == cell else 0) for cell in row) for row in zip(*cells, strict=True)]
    places = sorted(range(len(order)), key=lambda place: (group[place], content[order[place]]))
    return order[np.array(places)]


def canonical_cells(rows: StoredTable, column: Column, ordered: Stored) -> list[Any]:
    """Return the cells of a column as `Company.build` takes them, references as codes."""
    if column.type == "ref":
        return codes_of(rows, column, ordered)
    values = rows.columns[column.name]
    if not isinstance(values, Ragged):
        return list(values.tolist())
    if column.type == "refs":
        target = column.targets[0]
        place = positions(_ids(ordered, target), values.values)
        codes = ordered[target].columns["code"][place] if len(place) else objects([])
        values = Ragged(values.offsets, codes)
    elif column.type == "duties":
        values = Ragged(values.offsets, _with_codes(values.values, ordered))
    return [tuple(values.of(row)) for row in range(len(rows))]


def _with_codes(duties: np.ndarray, ordered: Stored) -> np.ndarray:
    """Return duties with codes in place of ids."""
    columns = list(zip(*duties, strict=True)) or [(), (), ()]
    codes = [""] * len(duties)
    for ids, target in zip(columns[:2], DUTY_TARGETS, strict=True):
        place = positions(_ids(ordered, target), np.array(ids, dtype=np.int64))
        for row in np.flatnonzero(place >= 0).tolist():
            codes[row] = ordered[target].columns["code"][place[row]]
    return objects(list(zip(codes, columns[2], strict=True)))


def _column(rows: StoredTable, column: Column, ordered: Stored) -> list[tuple[str, Any]]:
    """Return the arrays of the engine's company that a column is."""
    if column.type == "ref":
        return list(_references(rows, column, ordered))
    values = rows.columns[column.name]
    if column.type == "refs":
        values = Ragged(values.offsets, positions(_ids(ordered, column.targets[0]), values.values))
    elif column.type == "duties":
        values = Ragged(values.offsets, _with_codes(values.values, ordered))
    return [(column.name, values)]


def _references(rows: StoredTable, column: Column, ordered: Stored) -> list[tuple[str, np.ndarray]]:
    if not is_upward(rows.table.name, column):
        return [
            (field, positions(_ids(ordered, target), rows.columns[field])) for field, target in reference_names(column)
        ]
    found = []
    for field, target in reference_names(column):
        codes = ordered[target].columns["code"].tolist() if target in ordered else []
        place = {code: row for row, code in enumerate(codes)}
        words = rows.columns[column.name]
        found.append((field, np.fromiter((place.get(word, -1) for word in words), np.int64, len(rows))))
    return found
