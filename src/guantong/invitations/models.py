"""Invitations into a company; their secrets are kept as digests only."""

from typing import ClassVar

from django.db import models

from guantong.access.models import Membership, own_or_managed
from guantong.access.policies import ROLES, SCOPES
from guantong.kit.visibility import NOTHING, Viewer, Visible
from guantong.organisation.models import Company, Person, Unit


class Invitation(Visible):
    """That an address is invited into a company, as which person and with which role.

    Attributes:
        digest: SHA-256 of the secret in the link.
        membership: Who accepted it.
    """

    table = "invitations"
    transient: ClassVar[str] = "Links of invitations lead to one installation; a restored company invites anew."

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.TextField(choices=[(role, role) for role in ROLES])
    scope = models.TextField(choices=[(scope, scope) for scope in SCOPES])
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    digest = models.TextField(unique=True)
    given_by = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def seen_by(viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that somebody manages access."""
        del prefix
        return own_or_managed(viewer, NOTHING)
