"""The company, its cycles, units, positions and people.

A person's unit, position, manager and pay grade are dated: `Post` holds one row from each day on which they change.
"""

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from guantong.engine.tables import TABLES
from guantong.kit.records import Dated, Record
from guantong.kit.visibility import Reach, Visible, VisibleQuerySet

POST_COLUMNS = ("unit", "position", "manager", "base_bonus", "grade_factor")
"""Columns of a person that are dated."""


class Company(Visible):
    """A company of this installation: the one row of its sheet `company`, and what else is kept once.

    Attributes:
        sheets: Names of the tables that are there; the rules of absent ones are silent.
        settings: `RULE-ID.parameter=value`, as the column of the sheet.
        people_mapping: How the company's people file is read (`guantong load-people`).
        access: What the company has chosen who may do what: by ability and role the scope (access/policies.py).
        is_demo: Whether it is the demo company, which may be rebuilt and removed.
        row_security: The installation knows all companies; whoever asks as a user, only those of their memberships.
    """

    row_security: ClassVar[str] = (
        "(SELECT current_setting('guantong.company', true)) = '0'"
        " AND ((SELECT nullif(current_setting('guantong.user', true), '')) IS NULL OR id IN ("
        "SELECT company_id FROM access_membership"
        " WHERE user_id = (SELECT nullif(current_setting('guantong.user', true), '')::bigint)))"
    )

    code = models.TextField(unique=True)
    name = models.TextField()
    schema = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(blank=True, default="")
    stage = models.TextField(blank=True, default="")
    industry = models.TextField(blank=True, default="")
    size = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    timezone = models.TextField(blank=True, default="")
    fiscal_start = models.BigIntegerField(null=True, blank=True)
    settings = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    people_mapping = models.JSONField(default=dict)
    access = models.JSONField(default=dict)
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        """What the database itself refuses."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~models.Q(code=""), name="company_code_given"),
            models.CheckConstraint(condition=~models.Q(name=""), name="company_name_given"),
        ]


class Cycle(Record):
    """A cycle: a year, its quarters, a planning horizon."""

    table = "cycles"


class Unit(Record):
    """A unit of the organisation; exactly one is the company itself."""

    table = "units"


class Position(Record):
    """A position of a unit."""

    table = "positions"


class Person(Record):
    """A person, employed or gone."""

    table = "people"
    columns = tuple(name for name in TABLES["people"].by_name if name not in POST_COLUMNS)


class PostQuerySet(VisibleQuerySet):
    """Posts of people."""

    def on(self, company_id: int, day: datetime.date) -> Self:
        """Return where the people of a company stand on a day: the last post that began by then, else the first."""
        own = self.model._base_manager.filter(record=OuterRef("record"))
        begun = own.filter(starts_on__lte=day).order_by("-starts_on").values("pk")[:1]
        first = own.order_by("starts_on").values("pk")[:1]
        return self.filter(company=company_id, pk=Coalesce(Subquery(begun), Subquery(first)))

    def paid_within(self, reach: Reach) -> Self:
        """Return the posts of people whose pay a reach covers: those themselves, of its units, and direct reports."""
        if reach.everything:
            return self.all()
        units, managers = models.Q(unit__in=reach.unit_ids), models.Q(manager__in=reach.manager_ids)
        return self.filter(models.Q(record__in=reach.person_ids) | units | managers)


class Post(Dated):
    """Where a person stands from a day on: unit, position, manager, pay grade."""

    table = "people"
    columns = POST_COLUMNS

    objects = PostQuerySet.as_manager()


class CodeAlias(Visible):
    """A code that a row had before it was renamed; it still leads to the row, and nothing else may take it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    table = models.TextField()
    code = models.TextField()
    record_id = models.BigIntegerField()

    class Meta:
        """An alias leads to one row."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "table", "code"], name="code_alias_once")
        ]
