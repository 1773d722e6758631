"""Finding for whom a token acts."""

import datetime
from dataclasses import replace

from django.db.models import QuerySet

from guantong.access.models import Membership
from guantong.access.policies import Viewer
from guantong.access.queries import digest_of, get_viewer
from guantong.tokens.models import ApiToken

TOKEN_PREFIX = "gt"  # nosec B105  # no password


def get_token_viewer(token: str, at: datetime.datetime) -> tuple[Viewer, ApiToken] | None:
    """Return for whom an API token acts, restricted to what it may; None where it opens nothing.

    To be called within the scope of `company_of_token(token)`, the installation's for 0; takes two queries.

    Args:
        token: The token as it was shown.
        at: The moment; a token has ended at the moment that it names.
    """
    row = (
        ApiToken.objects.filter(digest=digest_of(token), removed_at=None, expires_at__gt=at)
        .filter(company=company_of_token(token), membership__ended_at=None, membership__user__is_active=True)
        .select_related("membership__company", "membership__user")
        .first()
    )
    viewer = None if row is None else get_viewer(row.membership, at)
    return None if viewer is None or row is None else (replace(viewer, only=frozenset(row.abilities)), row)


def company_of_token(token: str) -> int:
    """Return the id of the company that a token names, 0 where it is no token."""
    parts = token.split("_", 2)
    if len(parts) != len(("prefix", "company", "secret")) or parts[0] != TOKEN_PREFIX:
        return 0
    digits = parts[1]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(2**62)) else 0


def list_tokens(membership: Membership) -> QuerySet[ApiToken]:
    """Return a member's tokens that were not removed, newest first; they may have expired."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.filter(membership=membership, removed_at=None)
    return tokens.order_by("-pk")


def list_own_tokens(viewer: Viewer) -> QuerySet[ApiToken]:
    """Return somebody's own tokens that were not removed, newest first; they may have expired."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.visible_to(viewer).filter(membership=viewer.membership_id)
    return tokens.order_by("-pk")
