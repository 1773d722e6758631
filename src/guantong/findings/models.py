"""The check of a company kept in the database: findings with their life, figures, the index over time."""

from typing import Any, ClassVar

from django.db import models

from guantong.kit.records import Record
from guantong.organisation.models import Company


class Waiver(Record):
    """A finding that somebody approved to live with, until a day."""

    table = "waivers"


class Finding(models.Model):
    """A break in the thread: one row from its first sight on, however often it is mended and comes back.

    Attributes:
        subject_type: What it is about, with `subject` as its code; a finding is one per company, rule, subject, year.
        year: Code of the checked year.
        owner: Code of the person who mends it, "" where nobody answers for it.
        evidence: As the report has it; money in minor units.
        is_waived: Whether a waiver holds it back.
        opened_at, mended_at, reopened_at: When it was first seen, last gone, last back; it is open while not mended.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    rule = models.TextField()
    subject_type = models.TextField()
    subject = models.TextField()
    year = models.TextField()
    severity = models.TextField()
    owner = models.TextField(blank=True, default="")
    unit = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=dict)
    is_waived = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveIntegerField(default=0)

    class Meta:
        """A finding is one row for ever."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "rule", "subject_type", "subject", "year"], name="finding_identity"
            )
        ]


class GoalFigures(models.Model):
    """Where a goal stood at the last check; figures as in the report, NULL = missing."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    goal = models.OneToOneField("goals.Goal", models.CASCADE, related_name="figures")
    actual = models.FloatField(null=True)
    target = models.FloatField(null=True)
    plan = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    gap_ratio = models.FloatField(null=True)
    attainment = models.FloatField(null=True)
    known_weight = models.FloatField(null=True)
    status = models.TextField()


class CardResult(models.Model):
    """The score of a holder's card in a cycle at the last check."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    holder = models.TextField()
    cycle = models.TextField()
    score = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    rating = models.TextField(blank=True, default="")

    class Meta:
        """One card of a holder in a cycle."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "holder", "cycle"], name="card_result_once")
        ]


class IndexPoint(models.Model):
    """The connection index of a day, of the company (`unit` empty) or a unit with those below.

    Attributes:
        lost: Pairs of a link of the funnel and how many people it loses, in order.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    day = models.DateField()
    unit = models.TextField(blank=True, default="")
    people = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    lost = models.JSONField(default=list)

    class Meta:
        """One point of a unit and day."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "day", "unit"], name="index_point_once")
        ]


class Mark(models.Model):
    """Something changed that the next check has to see; a check takes every mark there is.

    Attributes:
        record_id: The row that changed, NULL = any of the table.
    """

    transient: ClassVar[str] = "A restored company is checked as a whole, so that what waited is seen too."

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    table = models.TextField()
    record_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class CheckState(models.Model):
    """How far the kept check of a company is.

    Attributes:
        day: The day of the last check.
        checked_at: When it was made.
        task: Id of the task that waits or runs to check the company, so that no second one is queued.
        stamp: Drawn anew with every check that is kept; tells a process whether what it remembers is of the last one.
        summary: Figures of the report that have no table of their own.
    """

    transient_fields: ClassVar[Any] = {
        "task": "Tasks are the database's own; a restored company gets its own.",
        "stamp": "What a process remembers is of the rows of one database.",
    }

    company = models.OneToOneField(Company, models.CASCADE, related_name="check_state")
    day = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    task = models.TextField(blank=True, default="")
    stamp = models.TextField(blank=True, default="")
    summary = models.JSONField(default=dict)
