"""The sheets that a file lacks, taken from the company that it is to be loaded into: they say which codes there are."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.tables import Column
from guantong.formats.sheets import Sheet

IN_BASE = 0
"""Row number of what stands in the base, which no file has."""


def base_sheet(company: Company, name: str) -> Sheet:
    """Return a table of a company as a sheet that has been read, its row numbers `IN_BASE`."""
    rows = getattr(company, name)
    cells = {column.name: _cells(company, rows, column) for column in rows.table.columns}
    return Sheet(rows.table, np.full(len(rows), IN_BASE), {}, cells)


def _cells(company: Company, rows: Rows, column: Column) -> Any:
    """Return the canonical cells of a column, as `Company.build` takes them."""
    values = getattr(rows, column.name)
    if column.type == "ref":
        return _codes(company, rows, column)
    if not isinstance(values, Ragged):
        return values.tolist() if values.dtype == object else values
    if column.type == "refs":
        values = Ragged(values.offsets, getattr(company, column.targets[0]).code[values.values])
    return list(_lists(values))


def _codes(company: Company, rows: Rows, column: Column) -> list[str]:
    found = np.full(len(rows), "", dtype=object)
    for target in column.targets:
        place = getattr(rows, column.name if target == column.targets[0] else f"{column.name}_{target}")
        found[place >= 0] = getattr(company, target).code[place[place >= 0]]
    return list(found)


def _lists(values: Ragged) -> Iterator[tuple[Any, ...]]:
    flat, offsets = values.values.tolist(), values.offsets.tolist()
    for start, end in pairwise(offsets):
        yield tuple(flat[start:end])
