"""Cells that hold a list: items between `;` or `；`, pairs with `:` or `：`."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from guantong.engine.tables import Column
from guantong.formats.cells import (
    NUMBER_FORMS,
    Fault,
    Parser,
    RefusedError,
    Setting,
    code_cell,
    code_text,
    number_cell,
    share_of,
    text_cell,
)
from guantong.formats.characters import trim

SEPARATOR = ";"
_SEPARATORS = re.compile("[;；]")
_COLON = re.compile("[:：]")
MISSING = float("nan")

Item = Callable[[str, Column, Setting], Any]


def _list(item: Item) -> Parser:
    """Return a parser that reads every item and reports every bad one."""

    def parse(raw: Any, column: Column, setting: Setting) -> tuple[Any, ...]:
        if not isinstance(raw, str):
            raw = _single(raw, column, setting)
        values, faults = [], []
        for word in (trim(part) for part in _SEPARATORS.split(raw)):
            if not word:
                continue
            try:
                values.append(item(word, column, setting))
            except RefusedError as error:
                faults += [
                    Fault(each.kind, each.expected, each.suggestion, word, each.details) for each in error.faults
                ]
        if faults:
            raise RefusedError(*faults)
        return tuple(values)

    return parse


def _single(raw: Any, column: Column, setting: Setting) -> str:
    """Return the one item of a cell that holds no text, such as the code 1001."""
    if column.type == "steps":
        raise RefusedError(_bad_item("attainment:points, such as 80%:60; 100%:100"))
    return text_cell(raw, column, setting) if column.type == "texts" else code_cell(raw, column, setting)


def _bad_item(expected: str) -> Fault:
    return Fault("bad_item", expected)


def _code(word: str, _column: Column, _setting: Setting) -> str:
    return code_text(word)


def _link(word: str, _column: Column, _setting: Setting) -> tuple[str, float]:
    code, share = _halves(word, "code or code:share, such as N2:30%")
    return code_text(code), share_of(share) if share else MISSING


def _duty(word: str, column: Column, setting: Setting) -> tuple[str, str]:
    code, duty = _halves(word, "code:duty")
    return code_text(code), text_cell(duty, column, setting)


def _step(word: str, column: Column, setting: Setting) -> tuple[float, float]:
    attainment, points = _halves(word, "attainment:points, such as 80%:60")
    if not points:
        raise RefusedError(_bad_item("attainment:points, such as 80%:60"))
    try:
        return number_cell(attainment, column, setting), number_cell(points, column, setting)
    except RefusedError as error:
        kind = error.faults[0].kind
        raise RefusedError(Fault(kind, f"attainment:points, each {NUMBER_FORMS}")) from None


def _halves(word: str, expected: str) -> tuple[str, str]:
    """Return what stands before and after the first colon, trimmed; the left may not be empty."""
    left, *right = (trim(part) for part in _COLON.split(word, maxsplit=1))
    if not left:
        raise RefusedError(_bad_item(expected))
    return left, right[0] if right else ""


LIST_PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "refs": _list(_code),
        "texts": _list(text_cell),
        "links": _list(_link),
        "duties": _list(_duty),
        "steps": _list(_step),
    }
)
