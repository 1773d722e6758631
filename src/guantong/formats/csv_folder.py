"""A folder of CSV files as raw sheets; each file is the sheet of its name."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from guantong.formats.names import sheet_named
from guantong.formats.problems import InputError, Problem, shorten
from guantong.formats.raw_sheet import RawSheet, is_blank
from guantong.formats.xml_cells import LAST_COLUMN, column_letters

LARGEST_CSV = 1 << 30
"""Bytes of one CSV file."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_DELIMITERS = {";": ";", "\t": "tab", "；": "；", "，": "，", "|": "|"}

SheetNamed = Callable[[str], str | None]


def csv_files(folder: Path) -> list[Path]:
    """Return the CSV files of a folder by name; hidden ones are left out.

    Raises:
        InputError: There is none, or the folder cannot be listed.
    """
    try:
        files = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() == ".csv" and not path.name.startswith((".", "~")) and path.is_file()
        )
    except OSError:
        raise InputError(
            [Problem("unreadable_file", value=str(folder), expected="a folder that can be read")]
        ) from None
    if not files:
        raise InputError([Problem("empty_folder", value=str(folder), expected="company.csv, cycles.csv, …")])
    return files


def csv_sheets(folder: Path, meaning: SheetNamed) -> Iterator[RawSheet | str]:
    """Yield the CSV files of a folder that have a meaning, and the names of those that have none.

    Raises:
        InputError: The folder holds no CSV or cannot be listed.
    """
    for path in csv_files(folder):
        if meaning(path.stem) is None:
            yield path.stem
        else:
            yield read_csv(path)


def read_csv(path: Path) -> RawSheet:
    """Return one CSV file; what keeps it from being read stands in its problems."""
    sheet = sheet_named(path.stem)
    try:
        size = path.stat().st_size
        if size > LARGEST_CSV:
            expected = f"at most {LARGEST_CSV} bytes"
            return _refused(path, Problem("too_large", sheet, value=f"{size} bytes", expected=expected))
        data = path.read_bytes()
    except OSError:
        return _refused(path, Problem("unreadable_file", sheet, value=path.name, expected="a file that can be read"))
    text = _decoded(data)
    if text is None:
        return _refused(path, Problem("bad_encoding", sheet, value=path.name, expected="UTF-8"))
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        return _refused(path, Problem("bad_csv", sheet, row, expected="text without NUL characters"))
    return _parsed(path, sheet, text)


def _decoded(data: bytes) -> str | None:
    """Return the text of a file: UTF-16 with its mark, else UTF-8, else GB18030."""
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refused(path: Path, problem: Problem) -> RawSheet:
    return RawSheet(path.stem, (), problems=(problem,))


def _parsed(path: Path, sheet: str | None, text: str) -> RawSheet:
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_CSV))
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        expected = 'quotes doubled inside quotes and closed: "say ""yes"""'
        return _refused(path, Problem("bad_csv", sheet, len(rows) + 1, expected=expected))
    return _even(path, sheet, rows)


def _even(path: Path, sheet: str | None, rows: list[list[str]]) -> RawSheet:
    """Return rows as long as the heading; anything filled beyond it is a problem."""
    top = next((number for number, row in enumerate(rows) if any(not is_blank(cell) for cell in row)), len(rows))
    if top == len(rows):
        return RawSheet(path.stem, ())
    heading = rows[top]
    while heading and is_blank(heading[-1]):
        heading.pop()
    problems = [*_delimiter_problems(sheet, heading, top + 1), *_width_problems(sheet, heading, top + 1)]
    if problems:
        return RawSheet(path.stem, (), top + 1, problems=problems)
    width = len(heading)
    for number in range(top + 1, len(rows)):
        row = rows[number]
        if len(row) > width:
            extra = [cell for cell in row[width:] if not is_blank(cell)]
            if extra:
                expected = f"at most {width} cells, one per heading"
                problems.append(Problem("extra_cells", sheet, number + 1, None, shorten(extra[0]), expected))
            del row[width:]
        elif len(row) < width:
            row.extend([""] * (width - len(row)))
    return RawSheet(path.stem, rows[top:], top + 1, problems=problems)


def _delimiter_problems(sheet: str | None, heading: list[str], row: int) -> Iterator[Problem]:
    if len(heading) != 1:
        return
    for sign, name in _OTHER_DELIMITERS.items():
        if sign in heading[0]:
            yield Problem("csv_delimiter", sheet, row, None, shorten(heading[0]), "commas", details={"found": name})
            return


def _width_problems(sheet: str | None, heading: list[str], row: int) -> Iterator[Problem]:
    if len(heading) > LAST_COLUMN:
        value = f"{len(heading)} columns"
        yield Problem("too_large", sheet, row, None, value, f"at most column {column_letters(LAST_COLUMN)}")
