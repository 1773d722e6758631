"""What schemathesis cannot know of the interface: which goals there are, what a cursor is, what no schema can say."""

from typing import Any

import schemathesis
from hypothesis import strategies as st

from guantong.kit.paging import write_cursor

GOALS = ("G", "OPEN1", "HIDDEN1", "HIDDEN2", "MINE")
"""Goals of the cast's company."""

BEYOND_SCHEMA = frozenset({"cursor", "goal", "value", "day_twice"})
"""Faults of requests that the schema allows: a cursor of another list, a goal that is not there, a value that states
nothing, a goal's day that stands twice."""

schemathesis.openapi.format("goal-code", st.sampled_from(GOALS))
schemathesis.openapi.format("cursor", st.text("ABC", min_size=1).map(lambda text: write_cursor([text])))


@schemathesis.check
def what_the_schema_allows_is_refused_for_what_it_cannot_say(_context: Any, response: Any, case: Any) -> None:
    """Fail where a request that the schema allows is refused for something that the schema could say."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    problem = response.json()
    if problem["type"].endswith(":key_reused"):
        return
    faults = {error["fault"] for error in problem["errors"]}
    assert faults <= BEYOND_SCHEMA, f"refused for {faults - BEYOND_SCHEMA}"
