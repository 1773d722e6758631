"""The sheets that a file lacks, taken from the company that it is to be loaded into: they say which codes there are."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.tables import TABLES, Column
from guantong.formats.problems import Problem
from guantong.formats.references import targets_of
from guantong.formats.sheets import Sheet
from guantong.formats.writing import as_text, cell_of


def base_sheet(company: Company, name: str) -> Sheet:
    """Return a table of a company as a sheet that has been read; its row numbers are negative, as no file's are."""
    rows = getattr(company, name)
    cells = {column.name: _cells(company, rows, column) for column in rows.table.columns}
    return Sheet(rows.table, -1 - np.arange(len(rows)), {}, cells)


def base_problem(problem: Problem, base: Company) -> Problem:
    """Return a problem as it is told: one of a row of the base names its key, for it has no row number.

    Args:
        problem: A problem of the file, or of a sheet of the base that the file has made wrong.
        base: The company that supplied sheets.
    """
    if problem.row is None or problem.row > 0 or problem.sheet is None:
        return problem
    table, row = TABLES[problem.sheet], -1 - problem.row
    key = [as_text(cell_of(base, table.name, row, name, "en")) for name in table.key]
    if problem.kind != "unknown_reference":
        return replace(problem, row=None, value=problem.value or key[0])
    details = {
        "key": "/".join(key),
        "file": ", ".join(targets_of(table.by_name[problem.column or ""]) or (table.name,)),
    }
    return replace(problem, kind="still_needed", row=None, suggestion="", details=details)


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
