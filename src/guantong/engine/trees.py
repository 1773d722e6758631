"""Trees as arrays: `parent[i]` is the position of row i's parent, -1 for a root. No circles (formats/integrity.py)."""

import numpy as np


def levels(parent: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each level from the roots down.

    Args:
        parent: (n,) int64 positions, -1 = root.

    Returns:
        One ascending (m,) int64 array per level; together each row once.
    """
    found: list[np.ndarray] = []
    placed = np.zeros(len(parent), dtype=bool)
    current = np.flatnonzero(parent < 0)
    waiting = np.flatnonzero(parent >= 0)
    above = parent[waiting]
    while len(current):
        placed[current] = True
        found.append(current)
        reached = placed[above]
        current, waiting, above = waiting[reached], waiting[~reached], above[~reached]
    return found


def intervals(parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the rows so that a subtree is an interval.

    Returns:
        first, last: (n,) int64; row b lies in the subtree of a (a included) when first[a] <= first[b] <= last[a].
    """
    rows = levels(parent)
    size = np.ones(len(parent), dtype=np.int64)
    for level in reversed(rows[1:]):
        np.add.at(size, parent[level], size[level])
    first = np.zeros(len(parent), dtype=np.int64)
    for depth, level in enumerate(rows):
        above = parent[level]
        order = np.argsort(above, kind="stable")
        level, above = level[order], above[order]
        before = np.cumsum(size[level]) - size[level]
        starts = np.searchsorted(above, above)
        start = before - before[starts]
        first[level] = start if depth == 0 else first[above] + 1 + start
    return first, first + size - 1


def nearest_upward(parent: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return for each row the nearest row upward (itself included) that the mask marks, (n,) int64, -1 = none."""
    nearest = np.full(len(parent), -1, dtype=np.int64)
    for depth, level in enumerate(levels(parent)):
        inherited = nearest[parent[level]] if depth else np.full(len(level), -1, dtype=np.int64)
        nearest[level] = np.where(mask[level], level, inherited)
    return nearest


def path_upward(parent: np.ndarray, row: int) -> list[int]:
    """Return a row and those above it, from the row upward."""
    path = [row]
    while parent[path[-1]] >= 0:
        path.append(int(parent[path[-1]]))
    return path
