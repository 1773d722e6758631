"""Trees as arrays: `parent[i]` is the position of row i's parent, -1 for a root. No circles (formats/integrity.py)."""

import numpy as np


def levels(parent: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each level from the roots down.

    Args:
        parent: (n,) int64 positions, -1 = root.

    Returns:
        One ascending (m,) int64 array per level; together each row once.
    """
    depth = _depths(parent)
    if not len(depth):
        return []
    count = np.bincount(depth)
    # Numbers of few bits are sorted in one pass over them.
    order = np.argsort(depth.astype(np.min_scalar_type(len(count))), kind="stable")
    return np.split(order, np.cumsum(count)[:-1])


def _depths(parent: np.ndarray) -> np.ndarray:
    """Return how many rows stand above each row, (n,) int64."""
    depth = np.zeros(len(parent), dtype=np.int64)
    below = parent >= 0
    inner = np.zeros(len(parent), dtype=bool)
    inner[parent[below]] = True
    # Most rows are leaves, so only the others are walked level by level.
    current, waiting = np.flatnonzero(inner & ~below), np.flatnonzero(inner & below)
    above, level = parent[waiting], 0
    placed = np.zeros(len(parent), dtype=bool)
    while len(current):
        placed[current] = True
        level += 1
        reached = placed[above]
        current, waiting, above = waiting[reached], waiting[~reached], above[~reached]
        depth[current] = level
    leaves = np.flatnonzero(below & ~inner)
    depth[leaves] = depth[parent[leaves]] + 1
    return depth


def add_upward(parent: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return for each row the sum of the values of its subtree, itself included, (n,) of the values' type."""
    total = values.copy()
    for level in reversed(levels(parent)[1:]):
        np.add.at(total, parent[level], total[level])
    return total


def intervals(parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the rows so that a subtree is an interval.

    Returns:
        first, last: (n,) int64; row b lies in the subtree of a (a included) when first[a] <= first[b] <= last[a].
    """
    rows = levels(parent)
    size = add_upward(parent, np.ones(len(parent), dtype=np.int64))
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
