"""The rows of a CSV file, gathered as columns as long as the heading."""

from collections.abc import Iterator, Sequence

from guantong.formats.problems import Problem, shorten
from guantong.formats.raw_sheet import RawSheet, heading_place, is_blank
from guantong.formats.xml_cells import LAST_COLUMN, column_letters

_OTHER_DELIMITERS = {";": ";", "\t": "tab", "；": "；", "，": "，", "|": "|"}


_MOST_DIFFERENT = 1 << 17


class CsvRows:
    """Takes the rows of a file some at a time and keeps their cells by column.

    Attributes:
        count: How many rows it has taken, the heading and those above it included.
    """

    def __init__(self, sheet: str | None) -> None:
        self.count = 0
        self._sheet = sheet
        self._heading: list[str] = []
        self._heading_row = 1
        self._columns: list[_Cells] = []
        self._problems: list[Problem] = []

    def add(self, rows: list[list[str]]) -> None:
        """Take the next rows; they may be changed."""
        first = self.count + 1
        self.count += len(rows)
        if not self._heading:
            top = heading_place(rows)
            if top is None:
                return
            self._open(rows[top], first + top)
            rows, first = rows[top + 1 :], first + top + 1
        if self._columns and rows:
            self._make_even(rows, first)
            for column, cells in zip(self._columns, zip(*rows, strict=True), strict=True):
                column.add(cells)

    def raw_sheet(self, name: str) -> RawSheet:
        """Return what was gathered; of a heading that cannot be used only the problems."""
        heading = self._heading if self._columns else ()
        columns = [column.cells for column in self._columns]
        return RawSheet(name, heading, columns, self._heading_row, problems=self._problems)

    def _open(self, heading: list[str], row: int) -> None:
        while is_blank(heading[-1]):
            heading.pop()
        self._heading, self._heading_row = heading, row
        self._problems += _delimiter_problems(self._sheet, heading, row)
        self._problems += _width_problems(self._sheet, heading, row)
        if not self._problems:
            self._columns = [_Cells() for _ in heading]

    def _make_even(self, rows: list[list[str]], first: int) -> None:
        """Make rows as long as the heading; anything filled beyond it is a problem."""
        width = len(self._heading)
        if set(map(len, rows)) == {width}:
            return
        for number, row in enumerate(rows, start=first):
            if len(row) > width:
                extra = [cell for cell in row[width:] if not is_blank(cell)]
                if extra:
                    expected = f"at most {width} cells, one per heading"
                    self._problems.append(
                        Problem("extra_cells", self._sheet, number, None, shorten(extra[0]), expected)
                    )
                del row[width:]
            elif len(row) < width:
                row.extend([""] * (width - len(row)))


class _Cells:
    """The cells of one column; equal ones are held once, unless most of so many are different that it does not pay."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._known: dict[str, str] | None = {}

    def add(self, cells: Sequence[str]) -> None:
        if self._known is None:
            self.cells.extend(cells)
            return
        self.cells.extend(map(self._known.setdefault, cells, cells))
        if len(self._known) > max(_MOST_DIFFERENT, len(self.cells) // 2):
            self._known = None


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
