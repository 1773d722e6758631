"""A name says what is in a file; a docstring says what a thing is for."""

from ast import get_docstring
from pathlib import PurePath

import pytest

from tests.architecture.tree import modules, public

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}


@pytest.mark.parametrize("path", modules())
def test_no_name_says_nothing(path: str) -> None:
    assert EMPTY_WORDS.isdisjoint(PurePath(path).with_suffix("").parts)


@pytest.mark.parametrize("path", modules())
def test_everything_public_has_a_docstring(path: str) -> None:
    tree = modules()[path]
    bare = [node.name for node in public(tree) if not get_docstring(node)]
    assert not bare
    assert get_docstring(tree) or not tree.body, "the module does not state its concept"
