"""A company as a workbook or CSV folder; whatever is written reads back as the same company."""

import datetime

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
