"""Making API tokens and taking them back."""

import datetime
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from guantong.access.actions import RefusedAccessError
from guantong.access.models import Membership
from guantong.access.policies import TOKEN_ABILITIES, Viewer, Who, check_may, deed_of
from guantong.access.queries import digest_of
from guantong.audit.actions import RowChange, record_entry
from guantong.formats.writing import as_text
from guantong.kit.locks import take_until_commit
from guantong.tokens.models import Answer, ApiToken, CountedMinute
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


# --- Requests that are carried out once ------------------------------------------------------------

ANSWERS_KEPT = datetime.timedelta(hours=24)
"""For how long a request is known when it is sent again."""


@dataclass(frozen=True)
class Asked:
    """What a program asks for.

    Attributes:
        company_id, token_id: Of the token.
        key: By which the program knows the request; None where it shall be carried out whenever it comes.
        digest: SHA-256 of what is asked.
        at: The moment.
    """

    company_id: int
    token_id: int
    key: str | None
    digest: str
    at: datetime.datetime


class ReusedKeyError(Exception):
    """The key belongs to a request that asked for something else."""


class InFlightError(Exception):
    """The request of this key is being carried out at this moment."""


def answer_once(asked: Asked, carry_out: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
    """Carry a request out, unless it was carried out before; what it writes and its answer are kept together or not.

    Args:
        asked: What is asked.
        carry_out: Does it and returns the answer; what it raises is not kept, so that the key stays free.

    Returns:
        The answer, and whether it is that of an earlier time.

    Raises:
        ReusedKeyError: The key belongs to another request of the last 24 hours.
        InFlightError: The request is being carried out at this moment.
    """
    if asked.key is None:
        return carry_out(), False
    with transaction.atomic():
        if not take_until_commit(f"answer {asked.token_id} {asked.key}"):
            raise InFlightError
        known = Answer.objects.filter(company=asked.company_id, token=asked.token_id, key=asked.key)
        row = known.filter(created_at__gt=asked.at - ANSWERS_KEPT).first()
        if row is not None:
            if row.digest != asked.digest:
                raise ReusedKeyError
            return row.body, True
        body = carry_out()
        cells = {"digest": asked.digest, "body": body, "created_at": asked.at}
        named = {"company_id": asked.company_id, "token_id": asked.token_id, "key": asked.key}
        Answer.objects.update_or_create(**named, defaults=cells)
    return body, False


def prune_answers(company_id: int, at: datetime.datetime) -> int:
    """Delete the answers of a company that are kept no longer; returns how many."""
    old = Answer.objects.filter(company=company_id, created_at__lte=at - ANSWERS_KEPT)
    return int(old.delete()[0])


def note_use(token: ApiToken, day: datetime.date) -> None:
    """Keep the last day on which a token was used."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_on=day)


# --- How often -----------------------------------------------------------------------------------

_MINUTE = 60
_COUNT = """
INSERT INTO tokens_countedminute (name, minute, asked) VALUES (%s, %s, 1)
ON CONFLICT (name) DO UPDATE SET
    asked = CASE WHEN tokens_countedminute.minute = excluded.minute THEN tokens_countedminute.asked + 1 ELSE 1 END,
    minute = excluded.minute
RETURNING asked
"""


@dataclass(frozen=True)
class Rate:
    """What is left of a minute.

    Attributes:
        limit: Requests of a minute.
        remaining: How many are left; negative where more was asked.
        reset: Whole seconds until the next minute, at least 1.
    """

    limit: int
    remaining: int
    reset: int

    @property
    def is_over(self) -> bool:
        """Return whether more was asked than is allowed."""
        return self.remaining < 0

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that tell of it."""
        shown = {"Limit": self.limit, "Remaining": max(0, self.remaining), "Reset": self.reset}
        return {f"RateLimit-{name}": str(number) for name, number in shown.items()}


def count_request(name: str, limit: int, at: datetime.datetime) -> Rate:
    """Count a request for all processes together, in one statement, and return what is left of the minute.

    Args:
        name: Who asks: `token` and its id, or `failures` and an address.
        limit: Requests of a minute.
        at: The moment.
    """
    second = int(at.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [name, second // _MINUTE])
        asked = int(cursor.fetchone()[0])
    return Rate(limit, limit - asked, _MINUTE - second % _MINUTE)


def prune_counts(at: datetime.datetime) -> int:
    """Delete the counts of minutes that are over; returns how many."""
    return int(CountedMinute.objects.filter(minute__lt=int(at.timestamp()) // _MINUTE).delete()[0])
