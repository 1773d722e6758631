"""A company from rows of cell texts, as the trail and a form have them: a CSV folder's content without the folder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from guantong.engine.company import Company
from guantong.engine.tables import TABLES
from guantong.formats.company_sheet import company_problems, setting_of
from guantong.formats.integrity import sheet_problems
from guantong.formats.problems import InputError
from guantong.formats.sheets import Sheet, read_cells

CellRows = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows by table, each its filled cells by column."""


def company_of_rows(tables: CellRows) -> Company:
    """Return the company of rows that were valid when they were written.

    Raises:
        InputError: A cell is not what its column holds.
        KeyError: A reference names a code that is not there.
    """
    sheets = {name: _sheet(name, tables[name]) for name in TABLES if name in tables}
    setting = setting_of(None)
    for name, sheet in sheets.items():
        read_cells(sheet, setting)
        if name == "company":
            setting = setting_of(sheet)
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    if problems:
        raise InputError(problems)
    return Company.build({name: sheet.cells for name, sheet in sheets.items()})


def company_of_row(cells: Mapping[str, str]) -> Company:
    """Return a company that is nothing but the one row of its own sheet.

    Raises:
        InputError: With all that is wrong with it.
    """
    sheet = _sheet("company", [cells])
    read_cells(sheet, setting_of(None))
    problems = [*sheet.problems, *sheet_problems(sheet), *company_problems(sheet)]
    if problems:
        raise InputError(replace(problem, row=None) for problem in problems)
    return Company.build({"company": sheet.cells})


def _sheet(name: str, rows: Sequence[Mapping[str, str]]) -> Sheet:
    raw: dict[str, Sequence[Any]] = {column: [row.get(column, "") for row in rows] for column in TABLES[name].by_name}
    return Sheet(TABLES[name], np.zeros(len(rows), dtype=np.int64), raw)
