"""The check of a company kept in the database: findings with their life, figures, the index over time."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet

from guantong.goals.models import Goal
from guantong.kit.records import Record
from guantong.kit.visibility import EVERYTHING, NOTHING, Reach, Viewer, Visible
from guantong.organisation.models import Company, Person, Post, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

BUDGET_FAMILY = "OTB-"
"""How the rules begin whose evidence is of budgets."""

PAY_RULE = "REWARD-FAIRNESS"
"""The rule whose evidence tells of what people earn."""


def _not_about_hidden_goals(viewer: Viewer, prefix: str) -> Q:
    """Return the condition that what the code `subject` names is no goal that is hidden from somebody."""
    if viewer.reach("see_private_goals").everything:
        return EVERYTHING
    private = Goal.objects.filter(company=viewer.company_id, private=True)
    hidden = private.exclude(pk__in=Goal.objects.visible_to(viewer).filter(private=True).values("pk"))
    return ~Q(**{f"{prefix}subject__in": hidden.values("code")})


def _of_people(viewer: Viewer, reach: Reach) -> QuerySet:
    """Return the codes of the people whom a reach covers on the viewer's day."""
    posts = Post.objects.on(viewer.company_id, viewer.day)
    theirs = posts.filter(Q(record__in=reach.person_ids) | Q(unit__in=reach.unit_ids))
    return theirs.values("record__code")


class Waiver(Record):
    """A finding that somebody approved to live with, until a day."""

    table = "waivers"

    seen_by = staticmethod(_not_about_hidden_goals)


class Finding(Visible):
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

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that somebody may see a finding: what it is about, and the money that it tells of."""
        rule = f"{prefix}rule__startswith"
        condition = _not_about_hidden_goals(viewer, prefix)
        budgets = viewer.reach("see_budgets")
        if not budgets.everything:
            own = Person.objects.filter(pk=viewer.person_id or 0).values("code")
            units = Unit.objects.filter(pk__in=budgets.unit_ids).values("code")
            theirs = Q(**{f"{prefix}owner__in": own}) | Q(**{f"{prefix}unit__in": units})
            condition &= ~Q(**{rule: BUDGET_FAMILY}) | theirs
        pay = viewer.reach("see_pay")
        if not pay.everything:
            posts = Post.objects.on(viewer.company_id, viewer.day).paid_within(pay)
            condition &= ~Q(**{rule: PAY_RULE}) | Q(**{f"{prefix}subject__in": posts.values("record__code")})
        return condition

    class Meta:
        """A finding is one row for ever."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["company", "rule", "subject_type", "subject", "year"], name="finding_identity"
            )
        ]

    discussed_as: ClassVar[str] = "findings"

    @property
    def code(self) -> str:
        """Return what a finding is known by: rule, subject type, year and subject, none of which hold a colon."""
        return f"{self.rule}:{self.subject_type}:{self.year}:{self.subject}"

    @staticmethod
    def with_code(code: str) -> Q:
        """Return the condition that a finding is the one of a code."""
        parts = code.split(":", 3)
        names = ("rule", "subject_type", "year", "subject")
        return Q(**dict(zip(names, parts, strict=True))) if len(parts) == len(names) else NOTHING

    @staticmethod
    def closed_among(findings: "Sequence[Finding]") -> set[int]:
        """Return the ids of those findings that tell of money or of a private goal."""
        subjects = {(row.company_id, row.subject) for row in findings}
        goals = Goal.objects.filter(code__in={code for _, code in subjects}, private=True)
        private = set(goals.values_list("company", "code"))
        return {
            row.pk
            for row in findings
            if row.rule.startswith((BUDGET_FAMILY, PAY_RULE)) or (row.company_id, row.subject) in private
        }

    def audience(self) -> tuple[str, ...] | None:
        """Return nothing in particular where not everybody may see what it tells of; None where everybody may."""
        return () if self.closed_among([self]) else None


class GoalFigures(Visible):
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

    seen_through = ("goal",)


class CardResult(Visible):
    """The score of a holder's card in a cycle at the last check."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    holder = models.TextField()
    cycle = models.TextField()
    score = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    rating = models.TextField(blank=True, default="")

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> Q:
        """Return the condition that a card is a unit's, or of somebody whose scores the viewer may see."""
        reach = viewer.reach("see_scores")
        if reach.everything:
            return EVERYTHING
        units = Unit.objects.filter(company=viewer.company_id).values("code")
        holders = Q(**{f"{prefix}holder__in": units})
        return holders | Q(**{f"{prefix}holder__in": _of_people(viewer, reach)})

    class Meta:
        """One card of a holder in a cycle."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "holder", "cycle"], name="card_result_once")
        ]


class IndexPoint(Visible):
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


class Mark(Visible):
    """Something changed that the next check has to see; a check takes every mark there is.

    Attributes:
        record_id: The row that changed, NULL = any of the table.
    """

    transient: ClassVar[str] = "A restored company is checked as a whole, so that what waited is seen too."

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    table = models.TextField()
    record_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class CheckState(Visible):
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
