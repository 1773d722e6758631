"""Actual values as programs send them."""

from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import Field, model_validator

from guantong.kit.payloads import Day, GoalCode, Note, Number, SentSchema

MOST_VALUES = 50
"""Values of a request."""


class ValueIn(SentSchema):
    """What a goal reached by a day: `value`, or `numerator` and `denominator`; it replaces the value of that day."""

    goal: GoalCode
    date: Day
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        parts = (self.numerator is not None, self.denominator is not None)
        if parts != (True, True) and (any(parts) or self.value is None):
            raise ValueError("value")
        return self


_EXAMPLE: dict[str, Any] = {
    "values": [
        {"goal": "G-2026-01", "date": "2026-06-30", "value": 1250.5},
        {"goal": "G-2026-02", "date": "2026-06-30", "numerator": 45, "denominator": 50, "note": "June"},
    ]
}


class ValuesIn(SentSchema):
    """1 to 50 values, which are entered all or none."""

    values: Annotated[list[ValueIn], Field(min_length=1, max_length=MOST_VALUES, examples=[_EXAMPLE["values"]])]


class ValuesOut(Schema):
    """How many of the values are new or changed, and how many were there already as they are."""

    recorded: int
    unchanged: int
