"""What the trail and the areas above learn of signing in, without anything secret."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from guantong import clock
from guantong.accounts.actions import EmailError, ExistingUserError, create_user, set_language
from guantong.accounts.events import SignedIn, SignedOut, SignInChanged, SignInFailed
from guantong.accounts.models import User
from guantong.accounts.queries import find_user, get_sign_in_state, get_user, list_users
from guantong.accounts.tasks import prune_sessions
from guantong.audit.models import Entry
from guantong.kit import events
from guantong.kit.separation import company_scope
from guantong.messages.labels import label
from tests.make.signing_in import AT, PASSWORD, code_at, sign_in, with_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]
KINDS = (SignedIn, SignedOut, SignInChanged, SignInFailed)


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Hear every event of signing in."""
    said: list[Any] = []
    hear = said.append
    for kind in KINDS:
        events.subscribe(kind, hear)
    yield said
    for kind in KINDS:
        events._HANDLERS[kind].remove(hear)


def entries() -> list[Entry]:
    with company_scope(0):
        return list(Entry.objects.filter(company_id=0).order_by("pk"))


def test_signing_in_and_out_is_written_and_told(client: Client, user: User, heard: list[Any]) -> None:
    client.post(
        "/accounts/login/", {"login": "li@example.com", "password": PASSWORD}, headers={"User-Agent": "Firefox/140"}
    )
    client.post("/accounts/logout/")
    came, went = heard
    assert (came.user_id, came.method, came.address, came.agent) == (user.pk, "password", "127.0.0.1", "Firefox/140")
    assert abs(came.at - clock.now()) < datetime.timedelta(minutes=1)
    assert went.user_id == user.pk
    made, signed_in, signed_out = entries()
    assert (made.action, made.actor) == ("create_user", "operator")
    assert (signed_in.action, signed_in.actor) == ("sign_in", "li@example.com")
    assert signed_in.details == {"method": "password", "address": "127.0.0.1", "agent": "Firefox/140"}
    assert signed_out.action == "sign_out"


def test_both_steps_stand_in_the_method(client: Client, user: User, heard: list[Any]) -> None:
    secret = with_codes(user)
    sign_in(client)
    assert heard == []
    client.post("/accounts/2fa/authenticate/", {"code": code_at(secret, clock.now().timestamp())})
    assert heard[-1].method == "password+totp"


def test_failures_are_written_for_users_and_strangers(client: Client, user: User, heard: list[Any]) -> None:
    for email in ("Li@example.com", "nobody@example.com"):
        sign_in(client, email=email, password="not-the-password")
    secret = with_codes(user)
    sign_in(client)
    wrong = str((int(code_at(secret, clock.now().timestamp())) + 7) % 1_000_000).zfill(6)
    client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert [(event.email, event.user_id, event.reason) for event in heard] == [
        ("li@example.com", user.pk, "password"),
        ("nobody@example.com", None, "password"),
        ("li@example.com", user.pk, "code"),
    ]


def test_every_change_is_written_and_nothing_secret(client: Client, user: User, heard: list[Any]) -> None:
    sign_in(client)
    new = "quite-another-password"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [event.what for event in heard if isinstance(event, SignInChanged)] == ["password_changed"]
    text = json.dumps([entry.details for entry in entries()])
    assert new not in text
    assert PASSWORD not in text
    assert user.pk == heard[-1].user_id


def test_what_is_written_has_words(client: Client, user: User) -> None:
    assert user
    sign_in(client)
    sign_in(client, password="not-the-password")
    client.post("/accounts/logout/")
    for action in {entry.action for entry in entries()}:
        for language in ("zh", "en"):
            assert label(f"trail.actions.{action}", language)


def test_a_user_is_made_once_with_an_address_that_is_one() -> None:
    user = create_user(" New@Example.com ", " New ", "xx", AT)
    assert (user.email, user.name, user.language) == ("new@example.com", "New", "")
    assert not user.has_usable_password()
    with pytest.raises(ExistingUserError):
        create_user("new@example.com", "", "zh", AT)
    for address in ("", "x", "a@b", "a b@example.com", "x" * 250 + "@example.com"):
        with pytest.raises(EmailError):
            create_user(address, "", "zh", AT)


def test_users_are_found_however_they_are_written(user: User) -> None:
    assert find_user(" LI@example.com ") == user == get_user(user.pk)
    assert find_user("") is None
    assert list(list_users()) == [user]
    with_codes(user)
    state = get_sign_in_state(user)
    assert (state.has_password, state.passkeys, state.has_codes, state.providers) == (True, 0, True, 0)
    set_language(user, "xx")
    assert user.language == "en"


def test_old_sessions_go(client: Client, user: User) -> None:
    assert user
    sign_in(client)
    session = client.session
    session.set_expiry(-1)
    session.save()
    prune_sessions.func()
    assert not type(session)().exists(session.session_key)
