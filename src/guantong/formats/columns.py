"""A whole column at once: what most columns hold is judged without a call per cell.

`read_column` takes the raw cells of a column and returns canonical ones. A column that is entirely what it should be
(all text, all floats, few different values) goes through a handful of passes that run in C; every other cell is
parsed by cells.py or lists.py once per different value.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from guantong.engine.company import FLOAT_TYPES, empty_cell
from guantong.engine.tables import Column
from guantong.formats.cells import (
    CODE_SIGNS,
    LARGEST_NUMBER,
    PARSERS,
    SHARES_ABOVE_ONE,
    Fault,
    RefusedError,
    Setting,
)
from guantong.formats.characters import LONGEST_CODE, LONGEST_TEXT, trim
from guantong.formats.lists import LIST_PARSERS

_EXACT_MINOR = 1e9
_TOLERANCE = 1e-6
_WORDS = frozenset({"code", "ref", "text"})
_NUMBERS = frozenset({"number", "share", "money"})
_MORE_THAN_DIGITS = re.compile(r"[^0-9eE+\-. ]")

Faults = list[tuple[int, Fault]]


def read_column(column: Column, raw: Sequence[Any], setting: Setting) -> tuple[Sequence[Any], Faults]:
    """Return the canonical cells of a column and (position, fault) of those refused, which read as empty."""
    kinds = set(map(type, raw))
    fast: Any = None
    if column.type in _WORDS and kinds == {str}:
        fast = _plain_words(raw, is_code=column.type != "text")
    elif column.type in _NUMBERS and kinds <= {float, str} and (values := _floats(raw, kinds)) is not None:
        fast = _plain_money(values, setting) if column.type == "money" else _plain_numbers(column, values)
    return (fast, []) if fast is not None else _each_different(column, raw, kinds, setting)


def _plain_words(raw: Sequence[str], is_code: bool) -> Sequence[str] | None:
    """Return trimmed texts or codes, or None where any of them needs a closer look."""
    words = list(map(str.strip, raw))
    together = " ".join(words)
    if not together.isprintable() or max(map(len, words)) > (LONGEST_CODE if is_code else LONGEST_TEXT):
        return None
    if is_code and (any(sign in together for sign in CODE_SIGNS) or not unicodedata.is_normalized("NFKC", together)):
        return None
    return raw if words == raw else words  # one list instead of two equal ones


def _floats(raw: Sequence[Any], kinds: set[type]) -> np.ndarray | None:
    """Return floats with NaN for empty cells, or None where a text is more than digits, point and exponent."""
    if kinds == {float}:
        return np.array(raw, dtype=np.float64)
    words = {cell for cell in raw if type(cell) is str} - {""}
    together = " ".join(words)
    if not together.isascii() or _MORE_THAN_DIGITS.search(together):
        return None
    try:
        values = {word: float(word) for word in words}
    except ValueError:
        return None
    values[""] = np.nan
    if kinds == {str}:
        return np.fromiter(map(values.__getitem__, raw), dtype=np.float64, count=len(raw))
    return np.array([values[cell] if type(cell) is str else cell for cell in raw], dtype=np.float64)


def _plain_numbers(column: Column, values: np.ndarray) -> np.ndarray | None:
    limited = column.type == "share" and column.name not in SHARES_ABOVE_ONE
    there = values[~np.isnan(values)]
    if np.abs(there).max(initial=0.0) > LARGEST_NUMBER or (limited and there.max(initial=0.0) > 1):
        return None
    return values + 0.0


def _plain_money(values: np.ndarray, setting: Setting) -> np.ndarray | None:
    """Return minor units; amounts so large that floating point could deceive go the exact way."""
    minor = values * 10.0**setting.decimals
    there = minor[~np.isnan(minor)]
    if np.abs(there).max(initial=0.0) > _EXACT_MINOR or there.min(initial=0.0) < 0:
        return None
    if np.abs(there - np.rint(there)).max(initial=0.0) > _TOLERANCE / 2:
        return None
    return np.where(np.isnan(minor), -1, np.rint(np.nan_to_num(minor))).astype(np.int64)


class _Memo(dict[Any, Any]):
    """Canonical value by raw cell, parsed at its first sight."""

    def __init__(self, column: Column, setting: Setting) -> None:
        super().__init__()
        self.column = column
        self.setting = setting
        self.empty = empty_cell(column)
        self.parse = PARSERS.get(column.type) or LIST_PARSERS[column.type]
        self.refused: dict[Any, tuple[Fault, ...]] = {}

    def __missing__(self, raw: Any) -> Any:
        value = self[raw] = self._read(raw)
        return value

    def _read(self, raw: Any) -> Any:
        cell = raw[1] if type(raw) is tuple else raw
        if isinstance(cell, str) and not trim(cell):
            return self.empty
        try:
            return self.parse(cell, self.column, self.setting)
        except RefusedError as error:
            self.refused[raw] = error.faults
            return self.empty


def _each_different(
    column: Column, raw: Sequence[Any], kinds: set[type], setting: Setting
) -> tuple[Sequence[Any], Faults]:
    """Parse every different cell once. True, 1 and 1.0 are one key to a dictionary, so mixed columns keep the type."""
    keys: Sequence[Any] = [(type(cell), cell) for cell in raw] if bool in kinds and len(kinds) > 1 else raw
    memo = _Memo(column, setting)
    cells: Any = list(map(memo.__getitem__, keys))
    faults: Faults = []
    if memo.refused:
        faults = [
            (position, fault) for position, key in enumerate(keys) if key in memo.refused for fault in memo.refused[key]
        ]
    if column.type in FLOAT_TYPES:
        cells = np.array(cells, dtype=np.float64)
    elif column.type == "money":
        cells = np.array(cells, dtype=np.int64)
    return cells, faults
