"""Who belongs to a company and what they may do there.

What was granted or delegated is marked, never deleted.
"""

from typing import Any, ClassVar

from django.db import models

from guantong.access.policies import DUTIES, ROLES, SCOPES
from guantong.accounts.models import User
from guantong.kit.visibility import EVERYTHING, Viewer, Visible
from guantong.organisation.models import Company, Person, Unit


def own_or_managed(viewer: Viewer, own: models.Q) -> models.Q:
    """Return the condition that something is somebody's own, unless they manage access and see all."""
    return EVERYTHING if viewer.reach("manage_access").everything else own


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Membership(Visible):
    """That a user belongs to a company.

    Attributes:
        person: Which person of the company they are; NULL for advisers from outside and the like.
        ended_at: When it ended; one that has ended gives access to nothing.
    """

    table = "memberships"
    row_security: ClassVar[str] = "user_id = (SELECT nullif(current_setting('guantong.user', true), '')::bigint)"

    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that somebody is the member or manages access."""
        return own_or_managed(viewer, models.Q(**{f"{prefix}pk": viewer.membership_id or 0}))

    class Meta:
        """A user is one member of a company, and a person one user."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at=None), name="membership_of_person_once"
            ),
        ]


class Grant(Visible):
    """A role given to a member: how far, and from which to which day.

    Attributes:
        unit: Which unit the scopes `unit` and `below` mean.
        starts_on, ends_on: The first and the last day; open where NULL.
        reason: Why, in the words of who gave it.
        given_by: Who, as the trail names them.
    """

    table = "grants"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="grants")
    role = models.TextField(choices=_choices(ROLES))
    scope = models.TextField(choices=_choices(SCOPES))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    given_by = models.TextField()
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that the grant is somebody's own or they manage access."""
        return own_or_managed(viewer, models.Q(**{f"{prefix}membership": viewer.membership_id or 0}))

    class Meta:
        """What the database itself refuses."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")), name="grant_ends_after"
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=("unit", "below"), unit__isnull=False)
                | models.Q(scope__in=("own", "company"), unit__isnull=True),
                name="grant_unit_by_scope",
            ),
        ]


class Delegation(Visible):
    """That somebody checks in or approves for somebody else, from which to which day."""

    table = "delegations"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    giver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="+")
    duty = models.TextField(choices=_choices(DUTIES))
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that somebody delegates, is the deputy, or manages access."""
        giver, deputy = (models.Q(**{f"{prefix}{name}": viewer.person_id or 0}) for name in ("giver", "deputy"))
        return own_or_managed(viewer, giver | deputy)

    class Meta:
        """What the database itself refuses."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="delegation_ends_after"
            ),
            models.CheckConstraint(condition=~models.Q(giver=models.F("deputy")), name="delegation_to_another"),
        ]
