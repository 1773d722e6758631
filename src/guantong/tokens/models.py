"""API tokens: keys with which programs act for members of a company; their secrets are kept as digests only."""

from typing import Any, ClassVar

from django.db import models

from guantong.access.models import Membership, own_or_managed
from guantong.kit.visibility import Viewer, Visible
from guantong.organisation.models import Company


class ApiToken(Visible):
    """A key with which a program acts for a member, within some of the member's abilities.

    Attributes:
        digest: SHA-256 of the secret; the secret itself was shown once.
        hint: Its last four characters, to tell tokens apart.
        abilities: Names of the abilities that it is restricted to.
    """

    table = "tokens"
    transient: ClassVar[str] = "Tokens open one installation; a restored company makes its own."

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="tokens")
    name = models.TextField()
    digest = models.TextField(unique=True)
    hint = models.TextField()
    abilities = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that the token is somebody's own or they manage access."""
        return own_or_managed(viewer, models.Q(**{f"{prefix}membership": viewer.membership_id or 0}))


class Answer(Visible):
    """What a request of a token was answered, so that the same request sent again is not carried out again.

    Attributes:
        key: By which the program knows the request.
        digest: SHA-256 of what was asked.
        body: The answer.
    """

    table = "answers"
    transient: ClassVar[str] = "Answers are of tokens, and kept for a day only."
    seen_through = ("token",)

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="+")
    key = models.TextField()
    digest = models.TextField()
    body = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """One answer to a key of a token."""

        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]


class CountedMinute(models.Model):
    """How often somebody has asked within a minute: `token` and its id, or `failures` and the address of who failed."""

    transient: ClassVar[str] = "Counts of one minute."

    name = models.TextField(unique=True)
    minute = models.BigIntegerField()
    asked = models.PositiveIntegerField()
