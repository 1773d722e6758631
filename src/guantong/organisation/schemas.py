"""Units and people as programs read them."""

import datetime

from ninja import Schema

from guantong.kit.payloads import Code, PageQuery, Truth


class UnitsQuery(PageQuery):
    """Which units are asked for."""

    parent: Code | None = None


class UnitOut(Schema):
    """A unit; `parent` and `head` are codes."""

    code: str
    name: str
    kind: str
    parent: str | None
    head: str | None
    chain_link: str | None
    core: bool | None


class UnitsOut(Schema):
    """A page of units."""

    items: list[UnitOut]
    next: str | None


class PeopleQuery(PageQuery):
    """Which people are asked for."""

    unit: Code | None = None
    active: Truth | None = None


class PersonOut(Schema):
    """A person on the company's present day; `unit`, `position` and `manager` are codes."""

    code: str
    name: str
    email: str | None
    unit: str | None
    position: str | None
    manager: str | None
    joined: datetime.date | None
    left: datetime.date | None
    language: str | None


class PeopleOut(Schema):
    """A page of people, and the day on which they stand so."""

    as_of: datetime.date
    items: list[PersonOut]
    next: str | None
