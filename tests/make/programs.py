"""Programs that ask the interface: a token of a member of the cast, and what it is answered."""

import datetime
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.test import Client

from guantong import clock
from guantong.access.models import Membership
from guantong.access.policies import TOKEN_ABILITIES
from guantong.access.queries import digest_of
from guantong.kit.events import subscribe
from guantong.kit.separation import company_scope
from guantong.organisation.events import RowsChanged
from guantong.tokens.models import ApiToken
from tests.make.cast import build_cast


class _Fault:
    error: Exception | None = None


def _fail_where_told(_event: RowsChanged) -> None:
    if _Fault.error is not None:
        raise _Fault.error


@contextmanager
def failing_changes(error: Exception) -> Iterator[None]:
    """Have every change of rows fail with an error when all of it is written."""
    subscribe(RowsChanged, _fail_where_told)
    _Fault.error = error
    try:
        yield
    finally:
        _Fault.error = None


def token_of(member: Membership, *abilities: str, minutes: float = 60) -> str:
    """Return the text of a new token of a member, whatever they may make themselves.

    Args:
        member: The member.
        abilities: To what it is restricted; all that tokens can have where none is named.
        minutes: For how long from now.
    """
    now = clock.now()
    text = f"gt_{member.company_id}_{secrets.token_urlsafe(32)}"
    with company_scope(member.company_id):
        ApiToken.objects.create(
            company=member.company, membership=member, name=secrets.token_hex(4), digest=digest_of(text),
            hint=text[-4:], abilities=list(abilities or TOKEN_ABILITIES), created_at=now,
            expires_at=now + datetime.timedelta(minutes=minutes),
        )  # fmt: skip
    return text


def write_token(role: str) -> None:
    """Build the cast in the database at hand, and write the text of a token of one of its members."""
    cast = build_cast()
    with company_scope(cast.company.pk):
        sys.stdout.write(token_of(cast.members[role]) + "\n")


class Program:
    """A program with a token; "" for one without."""

    def __init__(self, token: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> HttpResponse:
        """Ask for a list."""
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """Send a body as JSON; text is sent as it is."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        return self.client.post(f"/api/v1/{path}", text, content_type=kind, headers={**self.headers, **named})

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Return the entries of all pages of a list."""
        found, cursor = [], None
        while True:
            answer = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.content
            page = answer.json()
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found
