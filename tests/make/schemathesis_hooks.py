"""What schemathesis cannot know of the interface: which goals there are, and what a cursor looks like."""

from typing import Any

import schemathesis
from hypothesis import strategies as st

from guantong.kit.paging import write_cursor

GOALS = ("G", "OPEN1", "HIDDEN1", "HIDDEN2", "MINE")
"""Goals of the cast's company."""

schemathesis.openapi.format("goal-code", st.sampled_from(GOALS))
schemathesis.openapi.format("cursor", st.text("ABC", min_size=1).map(lambda text: write_cursor([text])))


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:  # noqa: ARG001
    """Leave out what the schema cannot say: a goal's day stands once, and a value states something."""
    return True
