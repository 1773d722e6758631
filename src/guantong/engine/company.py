"""A company as columns: one immutable struct of arrays per table.

Rows are sorted by key, so the order in which a source gave them never shows. What a cell becomes:

    code text            object array of str, "" = none
    ref                  int64 positions in the table met, -1 = none; a column with two targets holds
                         positions in the first, and `<name>_<second>` those in the second
    refs                 Ragged of int64 positions
    texts                Ragged of str
    links duties steps   Ragged of (left, right) pairs: right is NaN or "" where nothing is stated
    number integer share float64, NaN = missing; 0 where it is nearer to 0 than NOTHING
    date                 float64 days since 1970-01-01, NaN = missing
    month                float64 months since 1970-01, NaN = missing
    datetime             float64 UTC seconds since 1970, NaN = missing
    money                int64 minor units, -1 = missing
    bool                 int8 1 yes, 0 no, -1 missing
    choice               int8 position in Column.choice_values, -1 = missing
"""

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat, starmap
from typing import Any

import numpy as np

from guantong.engine.tables import TABLES, Column, Table

FLOAT_TYPES = frozenset({"number", "integer", "share", "date", "month", "datetime"})
PAIR_TYPES = frozenset({"links", "duties", "steps"})
RAGGED_TYPES = frozenset({"refs", "texts"}) | PAIR_TYPES

NOTHING = 1e-100
"""A number up to this is rounding error: it is 0, so that it divides nothing."""

_KINDS: Mapping[str, Any] = {
    **dict.fromkeys(FLOAT_TYPES, np.float64),
    "money": np.int64,
    **dict.fromkeys(("bool", "choice"), np.int8),
}
"""Type of a column's array by its type word; others hold objects."""

Columns = Mapping[str, Any]
"""Cells of one table by column name, one canonical value per row, references as codes; see `Company.build`."""


@dataclass(frozen=True, eq=False)
class Ragged:
    """A list per row: row i holds `values[offsets[i]:offsets[i + 1]]`.

    Attributes:
        offsets: (n_rows + 1,) int64.
        values: (n_values,) int64 positions or object.
    """

    offsets: np.ndarray
    values: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Return the row of each value, (n_values,) int64."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts)

    @property
    def counts(self) -> np.ndarray:
        """Return the number of values per row, (n_rows,) int64."""
        return np.diff(self.offsets)

    def of(self, row: int) -> list[Any]:
        """Return the values of one row."""
        return list(self.values[self.offsets[row] : self.offsets[row + 1]])


class Rows:
    """The columns of one table; `rows.target` is the array of column `target`.

    Attributes:
        table: The declaration.
        given: (n_rows,) int64, the place that each row had in its source; None where the source was in key order.
    """

    def __init__(self, table: Table, size: int, columns: dict[str, Any], given: np.ndarray | None = None) -> None:
        self.table = table
        self.given = given
        self._size = size
        self._columns = columns

    def __len__(self) -> int:
        return self._size

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_columns"][name]
        except KeyError:
            raise AttributeError(name) from None

    def columns(self) -> dict[str, Any]:
        """Return the arrays by name, those of a second target included."""
        return dict(self._columns)

    def at(self, row: int) -> "Rows":
        """Return one row as a table of its own."""
        return Rows(self.table, 1, {name: _one_row(values, row) for name, values in self._columns.items()})

    def is_choice(self, column: str, *values: str) -> np.ndarray:
        """Return where a choice column holds one of the values, (n_rows,) bool."""
        known, cells = self.table.by_name[column].choice_values, self._columns[column]
        found = cells == known.index(values[0])
        for value in values[1:]:
            found |= cells == known.index(value)
        return found

    def choice(self, column: str, row: int) -> str | None:
        """Return one choice cell as its code value, None if empty."""
        position = int(self._columns[column][row])
        return self.table.by_name[column].choice_values[position] if position >= 0 else None


def _one_row(values: Any, row: int) -> Any:
    if isinstance(values, Ragged):
        held = values.of(row)
        return Ragged(np.array([0, len(held)]), values.values[values.offsets[row] : values.offsets[row + 1]])
    return values[row : row + 1]


class Company:
    """All tables of one company. `company.goals` are the goals' rows; `present` names the sheets that are there."""

    def __init__(self, tables: dict[str, Rows], present: frozenset[str]) -> None:
        self._tables = tables
        self.present = present

    def __getattr__(self, name: str) -> Rows:
        try:
            return self.__dict__["_tables"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[Rows]:
        return iter(self._tables.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Company) or self.present != other.present:
            return False
        return all(_equal(mine, theirs) for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    @property
    def code(self) -> str:
        """Return the company's code."""
        return str(self._tables["company"].code[0])

    def with_table(self, name: str, columns: Mapping[str, Any]) -> "Company":
        """Return the company with other columns in one table, which counts as present.

        Args:
            name: The table.
            columns: Arrays by name, all of one length, in key order; those left out stay.
        """
        rows = self._tables[name]
        arrays = {**rows.columns(), **columns}
        size = len(next(iter(arrays.values())))
        return Company({**self._tables, name: Rows(rows.table, size, arrays)}, self.present | {name})

    def setting(self, name: str) -> str:
        """Return a company cell of type code, text or choice as its code value, with the declared default."""
        column = TABLES["company"].by_name[name]
        rows = self._tables["company"]
        value = rows.choice(name, 0) if column.type == "choice" else str(getattr(rows, name)[0])
        return value or column.default

    @classmethod
    def build(cls, tables: Mapping[str, Columns]) -> "Company":
        """Sort the rows of each table by key and turn codes into positions.

        Args:
            tables: Cells by table and column: code, text and ref as str ("" = none); refs and texts as tuples of
                str; pairs as tuples of (left, right); float types as floats (NaN = missing), money as minor units
                (-1), bool and choice as small integers (-1). Missing tables are absent sheets; missing columns are
                empty. All codes must be known: the reader checks that (formats/integrity.py).

        Raises:
            KeyError: A reference names a code that is not there.
        """
        ordered: dict[str, tuple[int, Columns]] = {}
        given: dict[str, np.ndarray | None] = {}
        for name, table in TABLES.items():
            cells = tables.get(name, {})
            size = len(next(iter(cells.values()))) if cells else 0
            sorted_cells, given[name] = _sorted_cells(table, cells, size)
            ordered[name] = size, sorted_cells
        positions = {
            name: {code: row for row, code in enumerate(cells.get("code", ()))}
            for name, (_, cells) in ordered.items()
            if TABLES[name].key == ("code",)
        }
        built = {
            name: Rows(TABLES[name], size, _built(TABLES[name], cells, size, positions), given[name])
            for name, (size, cells) in ordered.items()
        }
        return cls(built, frozenset(tables))

    @classmethod
    def of_arrays(cls, tables: Mapping[str, Mapping[str, Any]]) -> "Company":
        """Return a company whose columns are arrays already, of any size in no time.

        Args:
            tables: Arrays by table and column, as this module's head says what a cell becomes, references as
                positions; rows in key order, each table with its `code` or a required column. Missing tables are
                absent sheets; missing columns are empty.
        """
        built = {}
        for name, table in TABLES.items():
            given = tables.get(name, {})
            size = len(next(iter(given.values()))) if given else 0
            columns = {key: array for column in table.columns for key, array in _empty_arrays(column, size)}
            built[name] = Rows(table, size, {**columns, **given})
        return cls(built, frozenset(tables))


def empty_cell(column: Column) -> Any:
    """Return what an empty cell of a column is in `Columns`."""
    if column.type in FLOAT_TYPES:
        return float("nan")
    if column.type in ("money", "bool", "choice"):
        return -1
    return () if column.type in RAGGED_TYPES else ""


def _sorted_cells(table: Table, cells: Columns, size: int) -> tuple[Columns, np.ndarray | None]:
    """Return the cells in key order, and the place that each row had, None where all stood in order."""
    if all(starmap(operator.le, pairwise(_keys(table, cells)))):
        return cells, None
    order = sorted(range(size), key=list(_keys(table, cells)).__getitem__)
    pick = operator.itemgetter(*order)
    places = np.array(order, dtype=np.int64)
    return {
        name: values[places] if isinstance(values, np.ndarray) else list(pick(values)) for name, values in cells.items()
    }, places


def _keys(table: Table, cells: Columns) -> Iterator[Any]:
    """Yield what the rows are sorted by; columns that are not there are the same in all rows."""
    rest = [column.name for column in table.columns if column.name not in table.key] if table.numbered else []
    columns = [_plain(cells[name]) for name in (*table.key, *rest) if name in cells]
    if table.numbered:
        for row in zip(*columns, strict=True):
            yield tuple((cell == cell, cell if cell == cell else 0) for cell in row)
    elif len(columns) == 1:
        yield from columns[0]
    else:
        yield from zip(*columns, strict=True)


def _plain(values: Any) -> list[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _built(table: Table, cells: Columns, size: int, positions: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the arrays of a table's columns, of those that are not there too."""
    return {
        name: array
        for column in table.columns
        for name, array in (
            _arrays(column, cells[column.name], positions) if column.name in cells else _empty_arrays(column, size)
        )
    }


def _arrays(
    column: Column, cells: Sequence[Any], positions: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[str, Any]]:
    if column.type == "ref":
        first, *others = column.targets
        known = [positions[target] for target in column.targets]
        for code in set(cells) - {""}:
            if not any(code in codes for codes in known):
                raise KeyError(f"{column.name}: {code}")
        for target, codes in zip((first, *others), known, strict=True):
            name = column.name if target == first else f"{column.name}_{target}"
            found = map(codes.get, cells, repeat(-1))
            yield name, np.fromiter(found, dtype=np.int64, count=len(cells))
    elif column.type == "refs":
        codes = positions[column.targets[0]]
        yield column.name, _ragged(cells, lambda value: codes[value], np.int64)
    elif column.type in RAGGED_TYPES:
        yield column.name, _ragged(cells, lambda value: value, object)
    elif column.type in FLOAT_TYPES:
        numbers = np.asarray(cells, dtype=np.float64)
        yield column.name, np.where(np.abs(numbers) <= NOTHING, 0.0, numbers)
    elif column.type in _KINDS:
        yield column.name, np.asarray(cells, dtype=_KINDS[column.type])
    else:
        yield column.name, _objects(cells)


def _empty_arrays(column: Column, size: int) -> Iterator[tuple[str, Any]]:
    """Yield a column of empty cells, and those of its further targets."""
    empty, kind = empty_cell(column), _KINDS.get(column.type, object)
    if column.type in RAGGED_TYPES:
        values = np.empty(0, dtype=np.int64 if column.type == "refs" else object)
        yield column.name, Ragged(np.zeros(size + 1, dtype=np.int64), values)
    elif column.type == "ref":
        for target in column.targets:
            name = column.name if target == column.targets[0] else f"{column.name}_{target}"
            yield name, np.full(size, -1, dtype=np.int64)
    else:
        yield column.name, np.full(size, empty, dtype=kind)


def _ragged(cells: Sequence[tuple[Any, ...]], convert: Any, kind: Any) -> Ragged:
    offsets = np.zeros(len(cells) + 1, dtype=np.int64)
    np.cumsum([len(cell) for cell in cells], out=offsets[1:])
    flat = [convert(value) for cell in cells for value in cell]
    return Ragged(offsets, np.asarray(flat, dtype=kind) if kind is not object else _objects(flat))


def _objects(values: Sequence[Any]) -> np.ndarray:
    return np.fromiter(values, dtype=object, count=len(values))


def _equal(mine: Rows, theirs: Rows) -> bool:
    return len(mine) == len(theirs) and all(
        _same(column, theirs._columns[name]) for name, column in mine._columns.items()
    )


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Ragged):
        return np.array_equal(left.offsets, right.offsets) and _same(left.values, right.values)
    if left.dtype == object:
        return [_written(value) for value in left] == [_written(value) for value in right]
    return bool(np.array_equal(left, right, equal_nan=left.dtype == np.float64))


def _written(value: Any) -> str:
    """Return an object cell as text that is the same for equal cells, whole numbers and NaN included."""
    parts = value if isinstance(value, tuple) else (value,)
    return repr([float(part) if isinstance(part, int) else part for part in parts])
