"""Goals as programs read them."""

import datetime

from ninja import Schema

from guantong.engine.measurement import STATUSES
from guantong.engine.tables import CHOICES
from guantong.kit.payloads import Code, Moment, PageQuery, choice


class GoalsQuery(PageQuery):
    """Which goals are asked for.

    `standing` is the status that the last check found, `changed` the moment since which their rows have changed.
    """

    cycle: Code | None = None
    unit: Code | None = None
    owner: Code | None = None
    status: choice(CHOICES["goal_status"]) | None = None  # type: ignore[valid-type]
    standing: choice(STATUSES) | None = None  # type: ignore[valid-type]
    changed: Moment | None = None


class FiguresOut(Schema):
    """Where a goal stood at the last check; null = missing."""

    actual: float | None
    target: float | None
    plan: float | None
    gap: float | None
    gap_ratio: float | None
    attainment: float | None
    known_weight: float | None
    status: str


class GoalOut(Schema):
    """A goal; `parent` is null where there is none or it is hidden, `figures` where no check has seen it yet."""

    code: str
    name: str
    cycle: str
    unit: str
    owner: str | None
    parent: str | None
    metric: str | None
    priority: str | None
    personal: bool
    private: bool
    start: datetime.date | None
    due: datetime.date | None
    weight: float | None
    status: str
    figures: FiguresOut | None


class GoalsOut(Schema):
    """A page of goals; `as_of` is the day of the last check, `behind` whether something changed since."""

    as_of: datetime.date | None
    behind: bool
    items: list[GoalOut]
    next: str | None
