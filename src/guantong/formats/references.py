"""References: every code named must be there; where it is not, the likeliest one meant is suggested."""

import bisect
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

from guantong.engine.tables import Column
from guantong.formats.cells import shown
from guantong.formats.characters import code_form, folded
from guantong.formats.problems import Problem
from guantong.formats.sheets import Sheet

DUTY_TARGETS = ("units", "people")
MOST_CLOSE_LOOKS = 200
"""Different unknown codes per column for which the whole neighbourhood is compared."""

_NEIGHBOURS = 400

Sheets = Mapping[str, Sheet]


def reference_problems(sheets: Sheets) -> Iterator[Problem]:
    """Yield every reference to a code that is not there."""
    books: dict[tuple[str, ...], _Codes] = {}
    for sheet in sheets.values():
        for column in sheet.table.columns:
            targets = targets_of(column)
            if targets and column.name in sheet.cells and not _unreadable(sheets, targets):
                if targets not in books:
                    books[targets] = _Codes(sheets, targets)
                yield from _unknown(sheet, column, books[targets])
    yield from _node_problems(sheets)


def targets_of(column: Column) -> tuple[str, ...]:
    """Return the tables that a column's codes may meet."""
    return DUTY_TARGETS if column.type == "duties" else column.targets


def _unreadable(sheets: Sheets, targets: Iterable[str]) -> bool:
    return any(name in sheets and not sheets[name].whole for name in targets)


class _Codes:
    """The codes that a reference may name; suggestions are prepared when the first is needed."""

    def __init__(self, sheets: Sheets, targets: tuple[str, ...]) -> None:
        self.sheets = [sheets[name] for name in targets if name in sheets]
        self.targets = targets
        self.known: Set[str] = {code for sheet in self.sheets for code in sheet.cells.get("code", ())} - {""}
        self.refused = {
            code_form(shown(sheet.raw["code"][at])) for sheet in self.sheets for at in sheet.refused.get("code", ())
        }
        self.looks = 0
        self._sorted: list[str] = []
        self._by_name: dict[str, str] = {}
        self._by_form: dict[str, str] = {}
        self._suggestions: dict[str, tuple[str, bool]] = {}

    def suggestion(self, word: str) -> tuple[str, bool]:
        """Return the code most likely meant, "" where none is, and whether the word is that row's name."""
        if word not in self._suggestions:
            self._suggestions[word] = self._find(word)
        return self._suggestions[word]

    def _find(self, word: str) -> tuple[str, bool]:
        if not self._sorted and self.known:
            self._prepare()
        form = folded(word)
        if form in self._by_name:
            return self._by_name[form], True
        packed = form.replace("_", "")
        if packed in self._by_form:
            return self._by_form[packed], False
        self.looks += 1
        if self.looks > MOST_CLOSE_LOOKS:
            return "", False
        at = bisect.bisect_left(self._sorted, word)
        around = self._sorted[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
        return next(iter(difflib.get_close_matches(word, around, n=1)), ""), False

    def _prepare(self) -> None:
        self._sorted = sorted(self.known)
        for code in self._sorted:
            self._by_form.setdefault(folded(code).replace("_", ""), code)
        for sheet in self.sheets:
            for name, code in zip(sheet.cells.get("name", ()), sheet.cells.get("code", ()), strict=False):
                if code:
                    self._by_name.setdefault(folded(name), code)


def _unknown(sheet: Sheet, column: Column, codes: _Codes) -> Iterator[Problem]:
    cells = sheet.cells[column.name]
    if column.type == "ref":
        if unknown := set(cells) - codes.known - codes.refused - {""}:
            for position, code in enumerate(cells):
                if code in unknown:
                    yield _problem(sheet, column, position, code, codes)
        return
    named = {item for cell in set(cells) for item in codes_in(column, cell)}
    if unknown := named - codes.known - codes.refused:
        for position, cell in enumerate(cells):
            for code in codes_in(column, cell):
                if code in unknown:
                    yield _problem(sheet, column, position, code, codes)


def codes_in(column: Column, cell: Sequence[Any]) -> Sequence[str]:
    """Return the codes that a list cell names."""
    return cell if column.type == "refs" else [left for left, _ in cell]


def _problem(sheet: Sheet, column: Column, position: int, code: str, codes: _Codes) -> Problem:
    suggestion, is_name = codes.suggestion(code)
    absent = [name for name in codes.targets if name not in {each.table.name for each in codes.sheets}]
    details = {"name": "yes"} if is_name else {}
    if len(absent) == len(codes.targets):
        details = {"absent": ", ".join(absent)}
    return sheet.problem(
        "unknown_reference",
        position,
        column.name,
        value=code,
        expected="a code of sheet " + " or ".join(codes.targets),
        suggestion=suggestion,
        details=details,
    )


# --- Nodes: codes within one process ----------------------------------------------------------------


def _node_problems(sheets: Sheets) -> Iterator[Problem]:
    nodes = sheets.get("process_nodes")
    if nodes is not None and (not nodes.whole or not {"process", "code"} <= nodes.cells.keys()):
        return
    known = set(zip(nodes.cells["process"], nodes.cells["code"], strict=True)) if nodes is not None else set()
    if nodes is not None and "next" in nodes.cells:
        for position, cell in enumerate(nodes.cells["next"]):
            process = nodes.cells["process"][position]
            for code, _ in cell if process else ():
                if (process, code) not in known:
                    yield _unknown_node(nodes, position, "next", process, code, known)
    scenarios = sheets.get("scenarios")
    if scenarios is not None and {"process", "node"} <= scenarios.cells.keys():
        for position, pair in enumerate(zip(scenarios.cells["process"], scenarios.cells["node"], strict=True)):
            if all(pair) and pair not in known:
                yield _unknown_node(scenarios, position, "node", *pair, known)


def _unknown_node(
    sheet: Sheet, position: int, column: str, process: str, code: str, known: Set[tuple[str, str]]
) -> Problem:
    siblings = sorted(node for of, node in known if of == process and node)
    close = difflib.get_close_matches(code, siblings[:_NEIGHBOURS], n=1)
    return sheet.problem(
        "unknown_reference",
        position,
        column,
        value=code,
        expected=f"a code of sheet process_nodes within process {process}",
        suggestion=close[0] if close else "",
        details={"process": process},
    )
