"""The cells of a built company, to be changed and built again.

Cells are as `Company.build` takes them: by table and column, references as codes.
"""

import datetime
from functools import cache
from typing import Any

import numpy as np

from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check_company
from guantong.engine.company import Company, Ragged, Rows, empty_cell
from guantong.engine.tables import TABLES, Column

Cells = dict[str, dict[str, list[Any]]]

DAY = datetime.date(2026, 6, 30)
"""A day on which the demo breaks every rule."""


def demo() -> Cells:
    """Return the cells of the demo company on DAY, new ones at each call."""
    return {table: {name: list(column) for name, column in columns.items()} for table, columns in _demo().items()}


@cache
def _demo() -> Cells:
    return cells_of(build_demo(DAY, "en"))


def checked(cells: Cells, as_of: datetime.date = DAY) -> Report:
    """Return the check of a company made of cells."""
    return check_company(Company.build(cells), day_number(as_of))


def cells_of(company: Company) -> Cells:
    """Return the cells of the sheets that are there."""
    return {
        rows.table.name: {column.name: _column(company, rows, column) for column in rows.table.columns}
        for rows in company
        if rows.table.name in company.present
    }


def _column(company: Company, rows: Rows, column: Column) -> list[Any]:
    values = getattr(rows, column.name)
    if column.type == "ref":
        return _codes(company, rows, column)
    if isinstance(values, Ragged):
        lists = [tuple(values.of(row)) for row in range(len(rows))]
        codes = getattr(company, column.targets[0]).code if column.type == "refs" else None
        return lists if codes is None else [tuple(str(codes[item]) for item in each) for each in lists]
    return list(values.tolist())


def _codes(company: Company, rows: Rows, column: Column) -> list[str]:
    found = [""] * len(rows)
    for target in column.targets:
        positions = getattr(rows, column.name if target == column.targets[0] else f"{column.name}_{target}")
        for row in np.flatnonzero(positions >= 0).tolist():
            found[row] = str(getattr(company, target).code[positions[row]])
    return found


def is_empty(column: Column, cell: Any) -> bool:
    """Return whether a cell is empty."""
    return cell != cell or cell == empty_cell(column)


def size_of(cells: Cells, table: str) -> int:
    """Return the number of rows of a table."""
    return len(next(iter(cells[table].values())))


def keep_rows(cells: Cells, table: str, rows: list[int]) -> None:
    """Leave only these rows in a table, in this order."""
    cells[table] = {name: [column[row] for row in rows] for name, column in cells[table].items()}


def mended(cells: Cells) -> Cells:
    """Return cells without references to what is gone: emptied, and where they are required the row goes, too."""
    while True:
        known = {name: set(columns.get("code", ())) for name, columns in cells.items()}
        before = sum(size_of(cells, name) for name in cells)
        for name in cells:
            _forget(cells, name, known)
        if before == sum(size_of(cells, name) for name in cells):
            return cells


def _forget(cells: Cells, name: str, known: dict[str, set[str]]) -> None:
    gone = set()
    for column in TABLES[name].columns:
        there = set().union(*(known.get(target, set()) for target in column.targets))
        listed = cells[name][column.name]
        if column.type == "refs":
            listed[:] = [tuple(code for code in cell if code in there) for cell in listed]
        elif column.type == "ref":
            listed[:] = [code if code in there else "" for code in listed]
            gone |= {row for row, code in enumerate(listed) if column.required and not code}
    if gone:
        keep_rows(cells, name, [row for row in range(size_of(cells, name)) if row not in gone])
