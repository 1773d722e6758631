"""A folder of CSV files as raw sheets; each file is the sheet of its name."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from guantong.formats.csv_rows import CsvRows
from guantong.formats.names import sheet_named
from guantong.formats.problems import InputError, Problem
from guantong.formats.raw_sheet import RawSheet

LARGEST_CSV = 1 << 30
"""Bytes of one CSV file."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLOCK = 1 << 20
_ROWS_AT_ONCE = 4096

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


def read_csv(path: Path, delimiters: str = ",") -> RawSheet:
    """Return one CSV file; what keeps it from being read stands in its problems.

    Args:
        path: The file.
        delimiters: The signs that may separate its cells; of several the one most frequent in its first line does.
    """
    sheet = sheet_named(path.stem)
    try:
        size = path.stat().st_size
        if size > LARGEST_CSV:
            expected = f"at most {LARGEST_CSV} bytes"
            return _refused(path, Problem("too_large", sheet, value=f"{size} bytes", expected=expected))
        data = path.read_bytes()
    except OSError:
        return _refused(path, Problem("unreadable_file", sheet, value=path.name, expected="a file that can be read"))
    found = _encoding(data)
    if found is None:
        return _refused(path, Problem("bad_encoding", sheet, value=path.name, expected="UTF-8"))
    encoding, bad_row = found
    if bad_row is not None:
        return _refused(path, Problem("bad_csv", sheet, bad_row, expected="text without NUL characters"))
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    return _parsed(path, sheet, text, _delimiter(data, encoding, delimiters))


def _encoding(data: bytes) -> tuple[str, int | None] | None:
    """Return the encoding of a file, UTF-16 with its mark, else UTF-8, else GB18030, and the row of its first NUL."""
    encodings = ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return encoding, _row_of_nul(_texts(data, encoding))
        except UnicodeDecodeError:
            continue
    return None


def _texts(data: bytes, encoding: str) -> Iterator[str]:
    """Yield the text of a file block by block: as a whole it would take up to four bytes a character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), _BLOCK):
        yield decoder.decode(data[start : start + _BLOCK])
    yield decoder.decode(b"", True)


def _row_of_nul(texts: Iterator[str]) -> int | None:
    """Return the row of the first NUL character; all texts are decoded in any case."""
    row, found = 1, None
    for text in texts:
        if found is None and "\0" in text:
            found = row + text.count("\n", 0, text.index("\0"))
        row += text.count("\n")
    return found


def _delimiter(data: bytes, encoding: str, delimiters: str) -> str:
    """Return the one of the delimiters that is most frequent in the first line that is not blank, else the first."""
    if len(delimiters) == 1:
        return delimiters
    lines = io.TextIOWrapper(io.BytesIO(data), encoding)
    line = next((line for line in lines if line.strip()), "")
    return max(delimiters, key=line.count)


def _refused(path: Path, problem: Problem) -> RawSheet:
    return RawSheet(path.stem, problems=(problem,))


def _parsed(path: Path, sheet: str | None, text: io.TextIOBase, delimiter: str) -> RawSheet:
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_CSV))
    reader = csv.reader(text, strict=True, delimiter=delimiter)
    gathered = CsvRows(sheet)
    rows: list[list[str]] = []
    try:
        while True:
            rows = []
            rows.extend(islice(reader, _ROWS_AT_ONCE))
            if not rows:
                return gathered.raw_sheet(path.stem)
            gathered.add(rows)
    except csv.Error:
        expected = 'quotes doubled inside quotes and closed: "say ""yes"""'
        return _refused(path, Problem("bad_csv", sheet, gathered.count + len(rows) + 1, expected=expected))
