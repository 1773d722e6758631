"""The rows of a file of people as values: cells parsed, headings joined, one row a person."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guantong.engine.company import empty_cell
from guantong.engine.tables import TABLES, Column
from guantong.formats.cells import PARSERS, RefusedError, Setting, shown
from guantong.formats.characters import code_form, folded, trim
from guantong.formats.columns import read_column
from guantong.formats.people.mapping import WORDS_TARGET, PeopleMapping
from guantong.formats.people.problems import PeopleProblem, problem
from guantong.formats.people.source import PeopleFile
from guantong.formats.people.words import employment_of, likely_day
from guantong.formats.raw_sheet import is_blank

_PEOPLE = TABLES["people"].by_name
_COLUMNS = {
    **{name: _PEOPLE[name] for name in ("code", "name", "email", "joined", "left", "base_bonus", "grade_factor")},
    "language": _PEOPLE["language"],
    "unit": Column("unit", "text", "组织单元"),
    "unit_name": Column("unit_name", "text", "单元名称"),
    "position": Column("position", "text", "岗位"),
    "manager": Column("manager", "text", "直接上级"),
    "status": Column("status", "text", "在职状态"),
    "head": Column("head", "bool", "是否负责人"),
}
"""How the cells of each target are read; what names a unit, position or person is resolved later."""

_NOTHING = frozenset("/ - -- — —— \\ 无 空 N/A n/a #N/A NULL null None none nil".split())
"""What people write into cells that they leave empty."""

_TAKEN_AS_WRITTEN = frozenset({"code", "name", "status"})
_BETWEEN = {"code": "-", "unit": "/"}


@dataclass
class Records:
    """People as a file has them, one row a person, in the file's order.

    Attributes:
        rows: Number of each row as Excel counts.
        cells: Values by target; targets that are not mapped are absent.
        problems: What was wrong with cells and rows.
    """

    rows: list[int]
    cells: dict[str, list[Any]]
    problems: list[PeopleProblem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, target: str) -> bool:
        """Return whether a target is mapped."""
        return target in self.cells

    def of(self, target: str) -> list[Any]:
        """Return the values of a target, empty ones where it is not mapped."""
        return self.cells[target] if target in self.cells else [empty_cell(_COLUMNS[target])] * len(self)

    def only(self, kept: Sequence[int]) -> None:
        """Keep rows by position."""
        self.rows = [self.rows[at] for at in kept]
        self.cells = {name: [values[at] for at in kept] for name, values in self.cells.items()}


FormerCodes = Mapping[str, Mapping[str, str]]
"""Present codes by former ones, by table."""


def read_records(file: PeopleFile, mapping: PeopleMapping, setting: Setting, former: FormerCodes) -> Records:
    """Return the people of a file, each once; what is left out or read as empty stands in the problems."""
    records = Records(list(file.row_numbers), {})
    raw = {target: _joined(file, target, names) for target, names in mapping.items() if names and target in _COLUMNS}
    codes = [code_form(shown(cell)) for cell in raw["code"]]
    for target, cells in raw.items():
        records.cells[target], problems = _read(target, cells, setting, (records.rows, codes))
        records.problems += problems
    records.problems += _marked(file, mapping, (records.rows, codes))
    if records.has("status"):
        _read_status(records, frozenset(map(folded, mapping.get(WORDS_TARGET, ()))))
    for target, table in {"code": "people", "manager": "people", "unit": "units"}.items():
        if records.has(target) and former.get(table):
            present = former[table]
            records.cells[target] = [present.get(code_form(word), word) for word in records.cells[target]]
    _drop_without_code(records)
    _drop_repeated(records)
    return records


def _joined(file: PeopleFile, target: str, names: Sequence[str]) -> Sequence[Any]:
    """Return the raw cells of a target: of several headings names and codes joined, units a path, else the first."""
    columns = [file.columns[file.headings.index(name)] for name in names]
    if len(columns) == 1:
        is_plain = target in _TAKEN_AS_WRITTEN or _NOTHING.isdisjoint(columns[0])
        return columns[0] if is_plain else ["" if cell in _NOTHING else cell for cell in columns[0]]
    cells: list[Any] = []
    for row in zip(*columns, strict=True):
        filled = [cell for cell in row if not is_blank(cell) and cell not in _NOTHING]
        if target == "name":
            cells.append(_full_name([trim(shown(cell)) for cell in filled]))
        elif target in _BETWEEN:
            cells.append(_BETWEEN[target].join(trim(shown(cell)) for cell in filled))
        else:
            cells.append(filled[0] if filled else "")
    return cells


def _full_name(parts: Sequence[str]) -> str:
    return ("" if all(not part.isascii() and len(part) <= 2 for part in parts) else " ").join(parts)


_Places = tuple[Sequence[int], Sequence[str]]
"""Row number and code of each row."""


def _read(target: str, raw: Sequence[Any], setting: Setting, places: _Places) -> tuple[list[Any], list[PeopleProblem]]:
    column = _COLUMNS[target]
    found: Any
    found, refusals = read_column(column, raw, setting)
    cells: list[Any] = found.tolist() if isinstance(found, np.ndarray) else list(found)
    problems = []
    for at, refusal in refusals:
        written = shown(raw[at])
        better = refusal.suggestion or (likely_day(written) if column.type == "date" else "")
        try:
            cells[at] = PARSERS[column.type](better, column, setting) if better else cells[at]
        except RefusedError:
            better = ""
        place = places[0][at], places[1][at]
        problems.append(problem("unreadable_cell", *place, (target, written), better, expected=refusal.expected))
    return cells, problems


def _marked(file: PeopleFile, mapping: PeopleMapping, places: _Places) -> Iterator[PeopleProblem]:
    """Yield cells that show a spreadsheet error; they are empty."""
    targets = {file.headings.index(name): target for target, names in mapping.items()
               if target in _COLUMNS for name in names}  # fmt: skip
    for at, column in file.marked:
        if column in targets:
            details = {"expected": "a value"}
            yield problem("unreadable_cell", places[0][at], places[1][at], (targets[column], "#"), **details)


def _read_status(records: Records, left_words: frozenset[str]) -> None:
    """Turn status words into 1 active, 0 left, -1 not stated; a word that nobody knows counts as active."""
    known: dict[str, int] = {}
    found = []
    for at, word in enumerate(records.cells["status"]):
        if word not in known:
            known[word] = employment_of(word, left_words)
        if known[word] == -2:
            place = records.rows[at], records.cells["code"][at]
            records.problems.append(problem("unknown_status", *place, ("status", word), "active"))
        found.append(abs(known[word]) - 1 if known[word] == -2 else known[word])
    records.cells["status"] = found


def _drop_without_code(records: Records) -> None:
    codes = records.cells["code"]
    without = [at for at, code in enumerate(codes) if not code]
    if not without:
        return
    for at in without:
        name = records.of("name")[at] or records.of("email")[at]
        records.problems.append(problem("no_code", records.rows[at], "", ("code", ""), name=name))
    records.only([at for at, code in enumerate(codes) if code])


def _drop_repeated(records: Records) -> None:
    """Keep one row of each code: the last of those that are not of somebody who left, else the last."""
    if len(set(records.cells["code"])) == len(records):
        return
    places: dict[str, list[int]] = defaultdict(list)
    for at, code in enumerate(records.cells["code"]):
        places[code].append(at)
    kept = []
    for code, rows in places.items():
        kept.append(_kept(records, rows))
        for at in rows:
            if at != kept[-1]:
                kind = "row_twice" if _row(records, at) == _row(records, kept[-1]) else "code_twice"
                details = {"kept": str(records.rows[kept[-1]])}
                records.problems.append(problem(kind, records.rows[at], code, ("code", code), **details))
    records.only(sorted(kept))


def _kept(records: Records, rows: Sequence[int]) -> int:
    if all(_row(records, at) == _row(records, rows[0]) for at in rows):
        return rows[0]
    status, left = records.of("status") if records.has("status") else [-1] * len(records), records.of("left")
    employed = [at for at in rows if (status[at] == 1) or (status[at] == -1 and left[at] != left[at])]
    return (employed or list(rows))[-1]


def _row(records: Records, at: int) -> tuple[Any, ...]:
    return tuple(None if values[at] != values[at] else values[at] for values in records.cells.values())
