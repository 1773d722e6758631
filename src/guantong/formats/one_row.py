"""A company that is nothing but the one row of its own sheet."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from guantong.engine.company import Company
from guantong.engine.tables import TABLES
from guantong.formats.company_sheet import company_problems, setting_of
from guantong.formats.integrity import sheet_problems
from guantong.formats.problems import InputError
from guantong.formats.sheets import Sheet, read_cells


def company_of_row(cells: Mapping[str, str]) -> Company:
    """Return a company of its row alone, the cells as a file would have them.

    Raises:
        InputError: With all that is wrong with it.
    """
    table = TABLES["company"]
    sheet = Sheet(table, np.zeros(1, dtype=np.int64), {name: [cell] for name, cell in cells.items()})
    read_cells(sheet, setting_of(None))
    problems = [*sheet.problems, *sheet_problems(sheet), *company_problems(sheet)]
    if problems:
        raise InputError(replace(problem, row=None) for problem in problems)
    return Company.build({table.name: sheet.cells})
