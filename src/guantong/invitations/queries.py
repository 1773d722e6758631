"""Invitations that wait, and the secrets of their links."""

import datetime

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from guantong.access.queries import digest_of
from guantong.invitations.models import Invitation
from guantong.organisation.models import Company


def get_secret(invitation: Invitation) -> str:
    """Return what the link of an invitation holds; it is worked out of the row and the installation's key."""
    what = f"{invitation.pk} {invitation.email} {invitation.created_at.isoformat()}"
    return salted_hmac("guantong.invitations", what, algorithm="sha256").hexdigest()


def get_link(invitation: Invitation) -> str:
    """Return the path that an invitation's mail leads to."""
    return f"/invitations/{invitation.company.code}/{get_secret(invitation)}/"


def list_invitations(company: Company) -> QuerySet[Invitation]:
    """Return the invitations of a company that wait to be accepted, newest first; they may have expired."""
    waiting: QuerySet[Invitation] = Invitation.objects.filter(company=company, removed_at=None, accepted_at=None)
    return waiting.select_related("person", "unit").order_by("-pk")


def find_invitation(company: Company, secret: str, at: datetime.datetime) -> Invitation | None:
    """Return the invitation that a link leads to, None where it is unknown, withdrawn, accepted or has expired."""
    found: Invitation | None = list_invitations(company).filter(digest=digest_of(secret), expires_at__gt=at).first()
    return found
