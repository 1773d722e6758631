"""Circles: rows that lead back to themselves, each reported once with its path."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from guantong.engine.tables import TREES
from guantong.formats.problems import Problem
from guantong.formats.sheets import Sheet

LONGEST_PATH_SHOWN = 12


def circle_problems(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Yield the circles of every column that may have none."""
    for table, column in TREES:
        sheet = sheets.get(table)
        if sheet is None or column not in sheet.cells or "code" not in sheet.cells or not len(sheet):
            continue
        codes = sheet.cells["code"]
        position_of = {code: position for position, code in enumerate(codes)}
        if sheet.table.by_name[column].type == "ref":
            parents = [position_of.get(code, -1) if code else -1 for code in sheet.cells[column]]
            circles = tree_circles(np.array(parents, dtype=np.int64))
        else:
            circles = graph_circles(
                {
                    at: [position_of[code] for code in cell if code in position_of]
                    for at, cell in enumerate(sheet.cells[column])
                    if cell
                }
            )
        for circle in circles:
            yield _problem(sheet, column, circle, codes)


def tree_circles(parents: np.ndarray) -> list[list[int]]:
    """Return the circles of rows with at most one parent each, every circle from its first row on.

    Args:
        parents: (n_rows,) positions, -1 = none.
    """
    jump = np.append(parents, -1)  # position -1 is the last: none stays none
    for _ in range(len(parents).bit_length()):
        jump = jump[jump]
    inside = np.unique(jump[jump >= 0])  # every row that leads into a circle ends on it
    seen: set[int] = set()
    circles: list[list[int]] = []
    for start in inside.tolist():
        path: list[int] = []
        at = start
        while at not in seen:
            seen.add(at)
            path.append(at)
            at = int(parents[at])
        if path:
            circles.append(_from_first(path))
    return sorted(circles)


def graph_circles(edges: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return one circle of every group of rows that lead to one another, each from its first row on."""
    return sorted(
        _shortest(edges, min(group), set(group))
        for group in _Groups(edges).found
        if len(group) > 1 or group[0] in edges.get(group[0], ())
    )


class _Groups:
    """The strongly connected groups of a graph (Tarjan), without recursion."""

    def __init__(self, edges: Mapping[int, Sequence[int]]) -> None:
        self.edges = edges
        self.found: list[list[int]] = []
        self._index: dict[int, int] = {}
        self._low: dict[int, int] = {}
        self._stack: list[int] = []
        self._open: set[int] = set()
        self._work: list[tuple[int, Iterator[int]]] = []
        for root in edges:
            if root not in self._index:
                self._explore(root)

    def _enter(self, at: int) -> None:
        self._index[at] = self._low[at] = len(self._index)
        self._stack.append(at)
        self._open.add(at)
        self._work.append((at, iter(self.edges.get(at, ()))))

    def _explore(self, root: int) -> None:
        self._enter(root)
        while self._work:
            at, targets = self._work[-1]
            to = next(targets, None)
            if to is None:
                self._leave(at)
            elif to not in self._index:
                self._enter(to)
            elif to in self._open:
                self._low[at] = min(self._low[at], self._index[to])

    def _leave(self, at: int) -> None:
        self._work.pop()
        if self._work:
            above = self._work[-1][0]
            self._low[above] = min(self._low[above], self._low[at])
        if self._low[at] < self._index[at]:
            return
        group: list[int] = []
        while not group or group[-1] != at:
            group.append(self._stack.pop())
            self._open.discard(group[-1])
        self.found.append(group)


def _shortest(edges: Mapping[int, Sequence[int]], start: int, members: set[int]) -> list[int]:
    """Return a shortest way from a row back to itself within its group."""
    came_from: dict[int, int] = {}
    ring = [start]
    while start not in came_from:
        following: list[int] = []
        for at in ring:
            for to in edges.get(at, ()):
                if to in members and to not in came_from:
                    came_from[to] = at
                    following.append(to)
        ring = following
    path = [start]
    at = came_from[start]
    while at != start:
        path.append(at)
        at = came_from[at]
    return [path[0], *reversed(path[1:])]


def _from_first(path: list[int]) -> list[int]:
    least = path.index(min(path))
    return path[least:] + path[:least]


def _problem(sheet: Sheet, column: str, circle: list[int], codes: Sequence[str]) -> Problem:
    names = [codes[at] for at in circle]
    if len(names) > LONGEST_PATH_SHOWN:
        names = [*names[: LONGEST_PATH_SHOWN - 1], "…"]
    path = " → ".join([*names, names[0]])
    return sheet.problem("circle", circle[0], column, expected="no way back to itself", details={"path": path})
