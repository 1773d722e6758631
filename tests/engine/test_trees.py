"""Trees as arrays, against what walking up one row at a time says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.trees import intervals, levels, nearest_upward, path_upward


@st.composite
def forests(draw: st.DrawFn) -> np.ndarray:
    """Return parents of up to 12 rows in any order of rows."""
    size = draw(st.integers(0, 12))
    names = draw(st.permutations(range(size)))
    parent = np.full(size, -1, dtype=np.int64)
    for place in range(1, size):
        above = draw(st.integers(-1, place - 1))
        parent[names[place]] = names[above] if above >= 0 else -1
    return parent


def walk(parent: np.ndarray, row: int) -> list[int]:
    return [row] if parent[row] < 0 else [row, *walk(parent, int(parent[row]))]


@given(forests())
def test_levels_hold_each_row_once_at_its_depth(parent: np.ndarray) -> None:
    found = levels(parent)
    assert sorted(row for level in found for row in level) == list(range(len(parent)))
    for depth, level in enumerate(found):
        assert level.tolist() == sorted(level)
        assert all(len(walk(parent, row)) == depth + 1 for row in level)


def test_levels_of_a_long_line() -> None:
    size = 300
    found = levels(np.arange(-1, size - 1))
    assert [level.tolist() for level in found] == [[row] for row in range(size)]


@given(forests())
def test_a_subtree_is_an_interval(parent: np.ndarray) -> None:
    first, last = intervals(parent)
    assert sorted(first) == list(range(len(parent)))
    for above in range(len(parent)):
        inside = (first[above] <= first) & (first <= last[above])
        assert inside.tolist() == [above in walk(parent, row) for row in range(len(parent))]


@given(forests(), st.data())
def test_nearest_upward_is_the_first_marked_on_the_path(parent: np.ndarray, data: st.DataObject) -> None:
    size = len(parent)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)
    expected = [next((above for above in walk(parent, row) if mask[above]), -1) for row in range(size)]
    assert nearest_upward(parent, mask).tolist() == expected


@given(forests())
def test_path_upward_starts_at_the_row_and_ends_at_a_root(parent: np.ndarray) -> None:
    for row in range(len(parent)):
        assert path_upward(parent, row) == walk(parent, row)
