"""Cells of stored rows as a workbook's CSV writes them, for the trail and for showing a difference."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.tables import Column
from guantong.formats.writing import as_text, cells_of, list_text
from guantong.kit.companies import canonical_cells
from guantong.kit.fields import has_optional_code
from guantong.kit.stored import StoredTable, field_names

_BLOCK = 20_000


def cell_texts(
    rows: StoredTable,
    columns: Iterator[Column] | tuple[Column, ...],
    tables: Mapping[str, StoredTable],
    company: Company,
) -> dict[str, list[str]]:
    """Return the cells of columns as text, "" where they are empty.

    Args:
        rows: The rows.
        columns: Which of their columns.
        tables: The tables that they refer to.
        company: The company, for currency and zone.
    """
    return {
        column.name: [""] * len(rows) if _is_empty(rows, column) else list(_texts(rows, column, tables, company))
        for column in columns
    }


def _is_empty(rows: StoredTable, column: Column) -> bool:
    """Return whether a column holds nothing in any row, as many do: then there is nothing to be made text."""
    for name in field_names(rows.table, column) or [column.name]:
        values = rows.columns[name]
        if isinstance(values, Ragged):
            holds = len(values.values) > 0
        elif values.dtype == object:
            holds = any(values)
        else:
            holds = bool((values == values).any() if values.dtype == np.float64 else (values >= 0).any())
        if holds:
            return False
    return True


def _texts(rows: StoredTable, column: Column, tables: Mapping[str, StoredTable], company: Company) -> Iterator[str]:
    if column.type == "ref":
        yield from canonical_cells(rows, column, tables)
    elif column.type in ("refs", "duties"):
        for cell in canonical_cells(rows, column, tables):
            yield list_text(column, cell)
    else:
        plain = Rows(rows.table, len(rows), {column.name: rows.columns[column.name]})
        for cell in cells_of(company, plain, column, "en"):
            yield as_text(cell)


def blocks(places: np.ndarray) -> Iterator[np.ndarray]:
    """Yield positions in blocks, so that the texts of millions of rows are never all there at once."""
    for start in range(0, len(places), _BLOCK):
        yield places[start : start + _BLOCK]


def filled(texts: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield the cells of each row that are not empty."""
    for row in zip(*texts.values(), strict=True):
        yield {name: cell for name, cell in zip(texts, row, strict=True) if cell}


def key_text(rows: StoredTable, texts: Mapping[str, Any], row: int) -> str:
    """Return the key of a row, its parts joined by a slash."""
    if has_optional_code(rows.table) and rows.columns["code"][row]:
        return str(rows.columns["code"][row])
    parts = [texts[name][row] for name in rows.table.key]
    if rows.table.numbered:
        parts.append(str(rows.number[row] + 1))
    return "/".join(parts)
