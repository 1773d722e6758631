"""The cells of a worksheet part, looked at before the workbook library unpacks them.

The library keeps a dense grid, shows a spreadsheet error as an empty cell and a formula that was never calculated
likewise. `Screening` runs a few byte searches over the part; only where they meet something that is not plain does
`inspect` read the part as XML, cell by cell, and say what it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from guantong.formats.package import DamagedError

LAST_COLUMN = 104
"""Column CZ: cells further right are refused."""

LAST_ROW = 1_048_576
MOST_CELLS = 50_000_000
"""Rows times columns of a sheet, up to its last row and column, and cells written in it."""

MOST_EMPTY = 100
"""Cells up to the last row and column for each one filled, where they are more than FREE_CELLS."""

FREE_CELLS = 2_000_000
_BLOCK = 1 << 20
_START = re.compile(rb"<worksheet[\s>]")
_UNUSUAL = re.compile(rb'<c(?! r="(?:[A-C]?[A-Z][0-9]{1,5}|A?[A-Z][1-3][0-9]{5})")[\s>/]')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_FORMULA = re.compile(rb"<f[\s>/]")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FOREIGN = (b'"e"', b"'e'")
_PREFIXED = re.compile(rb":c[\s>/]")
_FILLED = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?(?:v|is)[\s>]")


@dataclass(frozen=True)
class Mark:
    """A cell that reads as empty and is not: row and column count from 1, value None for an uncalculated formula."""

    row: int
    column: int
    value: str | None


@dataclass
class Extent:
    """How far the filled cells of a sheet reach, and the first cell beyond the limits."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    beyond: str = ""


def column_number(letters: str) -> int:
    """Return the number of a column, A = 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column, 1 = A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def whole_tags(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks of about a megabyte, cut where a tag begins."""
    kept: list[bytes] = []
    size = 0
    for block in blocks:
        kept.append(block)
        size += len(block)
        if size < _BLOCK:
            continue
        together = b"".join(kept)
        cut = together.rfind(b"<")
        if cut > 0:
            yield together[:cut]
            together = together[cut:]
        kept, size = [together], len(together)
    yield b"".join(kept)


def is_plain(blocks: Iterable[bytes]) -> bool:
    """Return whether a worksheet part holds only plain cells: no errors, no formulas, within CZ99999 and AZ399999."""
    return all(
        (number > 0 or _START.search(block) is not None) and _is_plain_block(block)
        for number, block in enumerate(whole_tags(blocks))
    )


def _is_plain_block(block: bytes) -> bool:
    return not (_is_foreign(block) or _UNUSUAL.search(block))


def _is_foreign(block: bytes) -> bool:
    """Return whether a block may hold an error cell, a prefixed cell or a formula."""
    if any(word in block for word in _FOREIGN):
        return True
    if b"<f" in block and _FORMULA.search(block) is not None:
        return True
    return b":c" in block and _PREFIXED.search(block) is not None


def tall_extent(blocks: Iterable[bytes]) -> Extent | None:
    """Return how far a long sheet of plain cells reaches, None where a cell is not plain."""
    extent = Extent()
    first = True
    for block in whole_tags(blocks):
        found = _CELL.findall(block)
        foreign = _is_foreign(block)
        cells = block.count(b"<c ") + block.count(b"<c>") + block.count(b"<c/")
        if foreign or cells != len(found) or (first and _START.search(block) is None):
            return None
        first = False
        if found:
            extent.rows = max(extent.rows, *{int(row) for _, row in found})
            extent.columns = max(extent.columns, *{column_number(name.decode()) for name in {at for at, _ in found}})
            extent.cells += len(found)
    return extent if extent.columns <= LAST_COLUMN and extent.rows <= LAST_ROW else None


def is_filled(blocks: Iterable[bytes]) -> bool:
    """Return whether a worksheet part holds any cell with content."""
    return any(_FILLED.search(block) is not None for block in whole_tags(blocks))


class _Inspector:
    """Reads a part as XML; counts positions as the library does where a cell does not state its own."""

    def __init__(self) -> None:
        self.extent = Extent()
        self.marks: list[Mark] = []
        self.row = 0
        self.column = 0
        self.kind = ""
        self.value: list[str] | None = None
        self.filled = self.formula = self.in_cell = self.reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit(" ", 1)[-1]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            stated = attributes.get("r", "")
            self.row = int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 9 else self.row + 1
            self.column = 0
        elif self.in_cell:
            self.formula |= tag == "f"
            self.filled |= tag in ("v", "is")
            self.reading = tag == "v"
            if self.reading:
                self.value = []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column += 1
        if match:
            self.column, self.row = column_number(match[1]), int(match[2])
        self.kind = attributes.get("t", "")
        self.value = None
        self.in_cell, self.filled, self.formula, self.reading = True, False, False, False

    def text(self, data: str) -> None:
        if self.reading and self.value is not None:
            self.value.append(data)

    def end(self, name: str) -> None:
        tag = name.rsplit(" ", 1)[-1]
        if tag == "v":
            self.reading = False
        elif tag == "c" and self.in_cell:
            self.in_cell = False
            if self.filled or self.formula:
                self._end_cell("".join(self.value or ()))

    def _end_cell(self, value: str) -> None:
        extent = self.extent
        extent.cells += 1
        extent.rows = max(extent.rows, self.row)
        extent.columns = max(extent.columns, self.column)
        if not extent.beyond and (self.column > LAST_COLUMN or self.row > LAST_ROW):
            extent.beyond = f"{column_letters(self.column)}{self.row}"
        if self.kind == "e":
            self.marks.append(Mark(self.row, self.column, value or "#N/A"))
        elif self.formula and not value and (self.kind != "str" or self.value is None):
            self.marks.append(Mark(self.row, self.column, None))


def inspect(blocks: Iterable[bytes]) -> tuple[Extent, list[Mark]]:
    """Read a part as XML and return how far it reaches and its marks.

    Raises:
        DamagedError: No well-formed XML, or one with a document type.
    """
    inspector = _Inspector()
    parser = expat.ParserCreate(None, " ")
    parser.buffer_text = True
    parser.StartElementHandler = inspector.start
    parser.EndElementHandler = inspector.end
    parser.CharacterDataHandler = inspector.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise DamagedError from None
    return inspector.extent, inspector.marks


def _refuse_doctype(*_: Any) -> None:
    raise DamagedError
