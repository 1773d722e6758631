"""Making API tokens and taking them back."""

import datetime
import secrets
from collections.abc import Iterable

from django.db import transaction

from guantong.access.actions import RefusedAccessError
from guantong.access.models import Membership
from guantong.access.policies import TOKEN_ABILITIES, Viewer, Who, check_may, deed_of
from guantong.access.queries import digest_of
from guantong.audit.actions import RowChange, record_entry
from guantong.formats.writing import as_text
from guantong.tokens.models import ApiToken
from guantong.tokens.queries import TOKEN_PREFIX, list_tokens

LONGEST_DAYS = 366
_LONGEST_NAME = 100
_MOST_TOKENS = 20


def create_token(who: Viewer, name: str, abilities: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a key with which a program acts for a member.

    Args:
        who: The member.
        name: What it is for.
        abilities: What it may do, at most; at least one of `TOKEN_ABILITIES` that the member has.
        days: For how many days, 1 to 366.

    Returns:
        The token and its text, which is kept nowhere.

    Raises:
        ForbiddenError: They may make no tokens, or lack an ability that the token shall have.
        RefusedAccessError: The name is empty, too long or one of their tokens' already, there are too many, no ability
            is asked for or one that tokens cannot have, or the days are impossible.
    """
    check_may(who, "make_tokens")
    wanted = [ability for ability in TOKEN_ABILITIES if ability in set(abilities)]
    if not wanted or set(abilities) - set(TOKEN_ABILITIES):
        raise RefusedAccessError("abilities", names=", ".join(TOKEN_ABILITIES))
    for ability in wanted:
        check_may(who, ability)
    if not 1 <= days <= LONGEST_DAYS:
        raise RefusedAccessError("days", most=LONGEST_DAYS)
    title = name.strip()
    if not title or len(title) > _LONGEST_NAME or not title.isprintable():
        raise RefusedAccessError("name", most=_LONGEST_NAME)
    with transaction.atomic():
        member = Membership.objects.select_for_update().get(pk=who.membership_id)  # no two tokens of one name at once
        names = [token.name for token in list_tokens(member) if token.expires_at > who.at]
        if title in names or len(names) >= _MOST_TOKENS:
            raise RefusedAccessError("token_name" if title in names else "tokens", name=title, most=_MOST_TOKENS)
        text = f"{TOKEN_PREFIX}_{who.company_id}_{secrets.token_urlsafe(32)}"
        token: ApiToken = ApiToken.objects.create(
            company=who.company, membership=member, name=title, digest=digest_of(text), hint=text[-4:],
            abilities=wanted, created_at=who.at, expires_at=who.at + datetime.timedelta(days=days),
        )  # fmt: skip
        record_entry(deed_of(who), "create_token", {}, [_token_change(token, who, "create")])
    return token, text


def remove_token(who: Who, token_id: int) -> None:
    """Have a token open nothing any more: its member and who manages access may.

    Raises:
        ForbiddenError: They are neither.
        RefusedAccessError: There is no such token.
    """
    with transaction.atomic():
        rows = ApiToken.objects.select_for_update(of=("self",)).filter(company=who.company, removed_at=None)
        token = rows.filter(pk=token_id).first()
        if token is None:
            raise RefusedAccessError("token")
        if token.membership_id != who.membership_id:
            check_may(who, "manage_access")
        token.removed_at, token.version = who.at, token.version + 1
        token.save(update_fields=["removed_at", "version"])
        record_entry(deed_of(who), "remove_token", {}, [_token_change(token, who, "remove")])


def _token_change(token: ApiToken, who: Who, kind: str) -> RowChange:
    cells = {"name": token.name, "abilities": ";".join(token.abilities), "expires_at": as_text(token.expires_at)}
    before, after = ({}, cells) if kind == "create" else (cells, {})
    return RowChange(token.table, token.pk, f"{who.actor}/{token.name}", kind, before, after)
