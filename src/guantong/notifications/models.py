"""What members are told, how they want to be told, and the mails that tell it.

Telling somebody is no change of the company, so the trail has none of it; what a member chooses is in the trail.
"""

from typing import Any, ClassVar

from django.db import models

from guantong.access.models import Membership
from guantong.invitations.models import Invitation
from guantong.kit.subjects import seen_subject
from guantong.kit.visibility import NOTHING, Viewer, Visible
from guantong.notifications.policies import DIGEST_DAYS, KINDS, MAILS
from guantong.organisation.models import Company

STATES = ("waiting", "sending", "sent", "uncertain", "given_up", "dropped")
"""Of a mail: it waits, is on its way, was sent, may have been sent by a worker that died, cannot be sent, or had
nothing left to tell."""

ABOUT_ACCESS = ("access", "security", "undelivered")
"""Kinds of notices that are about the member's access or the installation, and no row of the company."""


def _listed(values: Any) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Delivery(Visible):
    """A mail: to a member, telling them what notices say, or to an address that is invited.

    Attributes:
        kind: `notices` at once, `digest`, or `invitation`.
        address: Where it was sent; empty before.
        attempts: How often it was tried.
        next_at: When it is tried next.
        claimed_at: When a worker began to send it.
        message_id: Its Message-ID, the same at every attempt.
        error: Why the last attempt failed.
    """

    transient: ClassVar[str] = "Mails are one installation's; what is restored is not sent again."

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.TextField(choices=_listed(("notices", "digest", "invitation")))
    address = models.TextField(blank=True, default="")
    state = models.TextField(choices=_listed(STATES), default="waiting")
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        """Found by what is due."""

        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "next_at"], name="delivery_due", condition=models.Q(state="waiting"))
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(membership__isnull=False, invitation__isnull=True)
                | models.Q(membership__isnull=True, invitation__isnull=False),
                name="delivery_to_one",
            )
        ]

    @classmethod
    def seen_by(cls, viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that somebody manages access."""
        del prefix
        return models.Q() if viewer.reach("manage_access").everything else NOTHING


class Notice(Visible):
    """Something that a member is told, once.

    Attributes:
        table, record_id: What it is about (kit/subjects.py).
        state: Which of the things that can happen to it; a member is told of each once.
        data: What else the words need.
        is_shown: Whether the list shows it.
        mail: Whether it goes by mail: `at_once`, `digest` or `none`.
        delivery: The mail that tells it.
        read_at: When they read it.
    """

    transient_fields: ClassVar[Any] = {"delivery": "Mails are one installation's."}

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    kind = models.TextField(choices=_listed(KINDS))
    table = models.TextField()
    record_id = models.BigIntegerField()
    state = models.TextField()
    data = models.JSONField(default=dict)
    is_shown = models.BooleanField(default=True)
    mail = models.TextField(choices=_listed(MAILS))
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A member is told of a thing once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["membership", "kind", "table", "record_id", "state"], name="notice_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["membership", "-created_at"], name="notice_of_member"),
            models.Index(
                fields=["company", "created_at"],
                name="notice_for_digest",
                condition=models.Q(mail="digest", delivery=None, read_at=None),
            ),
        ]

    @classmethod
    def seen_by(cls, viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that it is one's own, and that one may see what it is about."""
        own = models.Q(**{f"{prefix}membership": viewer.membership_id})
        return own & (models.Q(**{f"{prefix}kind__in": ABOUT_ACCESS}) | seen_subject(viewer, prefix))


class Choice(Visible):
    """How a member wants to be told of a kind of thing; what is usual where there is none."""

    trail_table: ClassVar[str] = "notice_choices"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    kind = models.TextField(choices=_listed(KINDS))
    is_shown = models.BooleanField()
    mail = models.TextField(choices=_listed(MAILS))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One choice of a kind."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["membership", "kind"], name="notice_choice_once")
        ]

    @classmethod
    def seen_by(cls, viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that it is one's own."""
        return models.Q(**{f"{prefix}membership": viewer.membership_id})


class MailPlan(Visible):
    """When a member gets mail: the hour and days of the digest, and the hours without any, in the company's zone.

    Attributes:
        digest_hour: 0–23.
        quiet_from, quiet_to: Minutes after midnight, NULL = no quiet hours; they may lie across midnight.
    """

    trail_table: ClassVar[str] = "mail_plans"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="+")
    digest_hour = models.PositiveIntegerField()
    digest_days = models.TextField(choices=_listed(DIGEST_DAYS))
    quiet_from = models.PositiveIntegerField(null=True, blank=True)
    quiet_to = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """What the database itself refuses."""

        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_to=None)
                | models.Q(quiet_from__lt=1440, quiet_to__lt=1440) & ~models.Q(quiet_from=models.F("quiet_to")),
                name="mail_plan_quiet_hours",
            ),
            models.CheckConstraint(condition=models.Q(digest_hour__lt=24), name="mail_plan_hour"),
        ]

    @classmethod
    def seen_by(cls, viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that it is one's own."""
        return models.Q(**{f"{prefix}membership": viewer.membership_id})
