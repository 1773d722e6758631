"""The sheets that a file lacks, taken from the company that it is to be loaded into: they say which codes there are."""

from collections.abc import Iterable, Iterator
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

_MOST_KEYS = 5
"""Keys of rows that one problem names."""


def base_sheet(company: Company, name: str) -> Sheet:
    """Return a table of a company as a sheet that has been read; its row numbers are negative, as no file's are."""
    rows = getattr(company, name)
    cells = {column.name: _cells(company, rows, column) for column in rows.table.columns}
    return Sheet(rows.table, -1 - np.arange(len(rows)), {}, cells)


def told_problems(problems: Iterable[Problem], base: Company) -> Iterator[Problem]:
    """Yield problems as they are told: those of rows of the base name keys, for such rows have no number.

    All rows of a column of the base that need the same code, which the file lacks, are one problem.

    Args:
        problems: Those of the file, and of sheets of the base that the file has made wrong.
        base: The company that supplied sheets.
    """
    needed: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        if problem.row is None or problem.row > 0 or problem.sheet is None:
            yield problem
        elif problem.kind == "unknown_reference":
            needed.setdefault((problem.sheet, problem.column or "", problem.value or ""), []).append(problem)
        else:
            yield replace(problem, row=None, value=problem.value or _key(problem, base))
    for (name, key, _), same in needed.items():
        lacking = targets_of(TABLES[name].by_name[key]) or (name,)
        keys = ", ".join(_key(problem, base) for problem in same[:_MOST_KEYS])
        more = f", … ({len(same)})" if len(same) > _MOST_KEYS else ""
        details = {"keys": keys + more, "file": ", ".join(lacking)}
        yield replace(same[0], kind="still_needed", row=None, suggestion="", details=details)


def _key(problem: Problem, base: Company) -> str:
    """Return the key of the row of the base that has a problem."""
    table, row = TABLES[problem.sheet or ""], -1 - (problem.row or 0)
    return "/".join(as_text(cell_of(base, table.name, row, name, "en")) for name in table.key)


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
