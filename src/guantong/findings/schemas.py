"""Findings and the connection index as programs read them."""

import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from guantong.engine.catalogue import CATALOGUE
from guantong.engine.findings import SEVERITIES
from guantong.kit.payloads import Code, Day, PageQuery, Subject, choice

STATES = ("open", "mended", "all")


class FindingsQuery(PageQuery):
    """Which findings of the checked year are asked for."""

    rule: choice(CATALOGUE) | None = None  # type: ignore[valid-type]
    severity: choice(SEVERITIES) | None = None  # type: ignore[valid-type]
    state: choice(STATES) = "open"  # type: ignore[valid-type]
    owner: Code | None = None
    unit: Code | None = None
    subject: Subject | None = None


class SubjectOut(Schema):
    """What a finding is about: its type and code."""

    type: str
    code: str


class FindingOut(Schema):
    """A finding: where the thread is broken, whose it is, since when; amounts in `evidence` are strings."""

    rule: str
    title: str
    severity: str
    subject: SubjectOut
    year: str
    owner: str | None
    unit: str | None
    evidence: dict[str, Any]
    waived: bool
    opened_at: datetime.datetime
    mended_at: datetime.datetime | None
    reopened_at: datetime.datetime | None
    times_reopened: int


class FindingsOut(Schema):
    """A page of findings; `as_of` is the day of the last check, `behind` whether something changed since."""

    as_of: datetime.date | None
    year: str | None
    behind: bool
    items: list[FindingOut]
    next: str | None


class IndexQuery(PageQuery):
    """Which points are asked for: of a unit, from and to a day; the last day's where no day is named."""

    unit: Code | None = None
    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")


class LinkOut(Schema):
    """How many people pass a link of the thread and all before it, and how many it loses."""

    link: str
    kept: int
    lost: int


class PointOut(Schema):
    """The index of a day, of a unit with those below; `unit` is null for the company."""

    day: datetime.date
    unit: str | None
    people: int
    whole: int
    index: float | None
    funnel: list[LinkOut]


class IndexOut(Schema):
    """A page of points of the connection index by day and unit."""

    as_of: datetime.date | None
    behind: bool
    items: list[PointOut]
    next: str | None
