"""A company as a workbook or CSV folder; whatever is written reads back as the same company."""

import csv
import datetime
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from guantong.engine.company import Company, Ragged, Rows
from guantong.engine.tables import TABLES, Column, Table
from guantong.formats.cells import EXACT, SHARES_ABOVE_ONE, Setting
from guantong.formats.company_sheet import setting_of_company
from guantong.formats.spreadsheet import Dated, Percent, write_workbook

MOST_ROWS = 1_048_575
"""Rows below the headings of an Excel sheet."""

_EPOCH = datetime.date(1970, 1, 1)


class TooManyRowsError(ValueError):
    """A sheet that Excel cannot hold; the CSV folder can."""

    def __init__(self, sheet: str, rows: int) -> None:
        self.sheet = sheet
        self.rows = rows
        super().__init__(
            f"{sheet}: {rows} rows; an Excel sheet holds {MOST_ROWS}. "
            "Write a CSV folder: give a path that does not end in .xlsx"
        )
