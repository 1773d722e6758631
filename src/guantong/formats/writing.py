"""A company as a workbook or CSV folder; whatever is written reads back as the same company."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guantong.engine.company import Company
from guantong.engine.tables import TABLES, Column, Table
from guantong.formats.plain_values import Value, column_values, number_text, setting_of_company
from guantong.formats.spreadsheet import Spreadsheet, WorkbookLimitError

MOST_ROWS = 1_048_575
"""Rows below the headings of an Excel sheet."""

__all__ = ["MOST_ROWS", "WorkbookLimitError", "write_company"]


def write_company(company: Company, path: Path | str, language: str) -> None:
    """Write a company to an .xlsx file, or to a folder of CSV files where the path does not end in .xlsx.

    Only the sheets that the company has are written. The file or folder appears whole or not at all.

    Args:
        company: What to write.
        path: An .xlsx file, which is replaced, or a folder, which must be new or empty.
        language: "zh" or "en", the language of names and choices.

    Raises:
        WorkbookLimitError: A sheet is beyond what Excel holds.
        FileExistsError: The folder holds something already.
        OSError: The place cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(company, path, language)
    else:
        _write_csv(company, path, language)


def heading(column: Column, language: str) -> str:
    """Return a column's name in a language."""
    return column.zh if language == "zh" else column.name


def sheet_title(table: Table, language: str) -> str:
    """Return a sheet's name in a language."""
    return table.zh if language == "zh" else table.name


def _tables(company: Company) -> list[Table]:
    return [table for table in TABLES.values() if table.name in company.present]


def _write_xlsx(company: Company, path: Path, language: str) -> None:
    for table in _tables(company):
        if (rows := len(getattr(company, table.name))) > MOST_ROWS:
            raise WorkbookLimitError(f"{table.name}: {rows} rows; an Excel sheet holds {MOST_ROWS}")
    setting = setting_of_company(company)
    with beside(path) as folder:
        draft = folder / path.name
        with Spreadsheet(draft, setting.decimals) as book:
            for table in _tables(company):
                sheet = book.add_sheet(sheet_title(table, language), table.columns)
                sheet.write_headings([heading(column, language) for column in table.columns])
                values = [column_values(company, table, column, language, setting) for column in table.columns]
                for row in zip(*values, strict=True):
                    sheet.write_row(row)
        draft.replace(path)


def _write_csv(company: Company, path: Path, language: str) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(17, "exists already and is not an empty folder", str(path))
    setting = setting_of_company(company)
    with beside(path) as folder:
        draft = folder / "draft"
        draft.mkdir()
        for table in _tables(company):
            values = [column_values(company, table, column, language, setting) for column in table.columns]
            with (draft / f"{sheet_title(table, language)}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([heading(column, language) for column in table.columns])
                writer.writerows([csv_text(value) for value in row] for row in zip(*values, strict=True))
        if path.exists():
            path.rmdir()
        draft.replace(path)


def csv_text(value: Value) -> str:
    """Return a value as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value)
    return value if isinstance(value, str) else str(value)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a folder beside a path, on the same file system, for drafts that are moved to the path when whole."""
    folder = Path(tempfile.mkdtemp(prefix=".guantong-", dir=path.absolute().parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
