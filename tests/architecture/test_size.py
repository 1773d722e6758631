"""A file or function over the size guide is usually two things."""

import pytest

from tests.architecture.tree import PACKAGE, functions, modules

FILE_LINES = 400
FUNCTION_LINES = 50
ARGUMENTS = 6

# "path" or "path::function" → why it may be longer.
EXCEPTIONS = {
    "engine/tables.py": "a declaration list",
}


@pytest.mark.parametrize("path", modules())
def test_file_is_short(path: str) -> None:
    lines = len((PACKAGE / path).read_text("utf-8").splitlines())
    assert lines <= FILE_LINES or path in EXCEPTIONS


@pytest.mark.parametrize("path", modules())
def test_functions_are_short_and_take_few_arguments(path: str) -> None:
    for function in functions(modules()[path]):
        place = f"{path}::{function.name}"
        if place in EXCEPTIONS:
            continue
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= FUNCTION_LINES, f"{place} has {lines} lines"
        given = function.args
        names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        count = len([name for name in names if name not in {"self", "cls"}])
        assert count <= ARGUMENTS, f"{place} takes {count} arguments"


def test_every_exception_is_still_there() -> None:
    places = {f"{path}::{function.name}" for path, tree in modules().items() for function in functions(tree)}
    assert EXCEPTIONS.keys() <= modules().keys() | places
