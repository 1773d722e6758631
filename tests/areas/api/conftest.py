"""The cast, and programs with a token of each of its members."""

from collections.abc import Callable

import pytest

from tests.make.cast import Cast, build_cast
from tests.make.programs import Program, token_of


@pytest.fixture
def cast() -> Cast:
    """Give both companies with everybody in their place."""
    return build_cast()


@pytest.fixture
def program(cast: Cast) -> Callable[..., Program]:
    """Give a function that returns a program of a member of the cast, restricted to some abilities."""
    return lambda role, *abilities: Program(token_of(cast.members[role], *abilities))
