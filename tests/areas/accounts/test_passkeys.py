"""Passkeys: added and used by their owner on pages of this installation, and by nobody else, nowhere else, once."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from guantong.accounts.actions import set_active
from guantong.accounts.models import User
from tests.make.passkeys import Passkey, add_passkey, ask_for_passkey, options_of, sign_in_with
from tests.make.signing_in import AT, PASSWORD, is_signed_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("user", "at_once")]
LIES: list[dict[str, Any]] = [
    {"origin": "https://evil.example"},
    {"origin": "https://localhost.evil.example"},
    {"origin": "https://sub.localhost"},
    {"origin": "http://localhost:9000"},
    {"origin": "http://127.0.0.1:8000"},
    {"rp_id": "evil.example"},
]


@pytest.fixture
def inside(client: Client) -> Client:
    """Sign in and confirm it, as adding a passkey needs."""
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def passkey(inside: Client) -> Passkey:
    """Add a passkey to Li."""
    made = Passkey()
    assert add_passkey(inside, made).status_code == 302
    return made


def test_a_passkey_signs_in_alone(passkey: Passkey) -> None:
    browser = Client()
    assert sign_in_with(browser, passkey).status_code == 302
    assert is_signed_in(browser)


def test_a_passkey_is_the_second_step_after_a_password(passkey: Passkey) -> None:
    browser = Client()
    assert sign_in(browser)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(browser)
    page = browser.get("/accounts/2fa/authenticate/").content.decode()
    browser.post("/accounts/2fa/authenticate/", {"credential": passkey.get(options_of(page))})
    assert is_signed_in(browser)


def test_adding_one_needs_a_fresh_confirmation(client: Client) -> None:
    sign_in(client)
    assert client.get("/accounts/2fa/webauthn/add/")["Location"].startswith("/accounts/reauthenticate/")


def test_the_first_one_brings_recovery_codes(inside: Client) -> None:
    assert add_passkey(inside, Passkey())["Location"] == "/accounts/2fa/recovery-codes/"
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES}


@pytest.mark.parametrize("lie", LIES)
def test_none_is_added_from_elsewhere(inside: Client, lie: dict[str, Any]) -> None:
    response = add_passkey(inside, Passkey(**lie))
    assert response.status_code == 200
    assert not Authenticator.objects.exists()


def test_one_that_shall_sign_in_alone_must_know_its_owner(inside: Client) -> None:
    assert add_passkey(inside, Passkey(is_verified=False)).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("lie", [*LIES, {"is_verified": False}, {"is_own_key": False}])
def test_none_is_used_elsewhere_or_by_others(passkey: Passkey, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(passkey, name, value)
    browser = Client()
    sign_in_with(browser, passkey)
    assert not is_signed_in(browser)


def test_an_answer_counts_once(passkey: Passkey) -> None:
    browser = Client()
    answer = passkey.get(ask_for_passkey(browser))
    browser.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    assert is_signed_in(browser)
    for other in (browser, Client()):
        other.logout()
        other.post("/accounts/2fa/webauthn/login/", {"credential": answer})
        assert not is_signed_in(other)
        ask_for_passkey(other)
        other.post("/accounts/2fa/webauthn/login/", {"credential": answer})
        assert not is_signed_in(other)


def test_an_answer_to_one_browser_is_worth_nothing_in_another(passkey: Passkey) -> None:
    theirs, mine = Client(), Client()
    answer = passkey.get(ask_for_passkey(theirs))
    ask_for_passkey(mine)
    mine.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    assert not is_signed_in(mine)


def test_one_that_is_not_known_does_not_sign_in(passkey: Passkey) -> None:
    browser = Client()
    sign_in_with(browser, Passkey(user=passkey.user))
    assert not is_signed_in(browser)


def test_one_of_a_deactivated_user_does_not_sign_in(passkey: Passkey, user: User) -> None:
    set_active(user, AT, "operator", is_active=False)
    browser = Client()
    sign_in_with(browser, passkey)
    assert not is_signed_in(browser)


def test_a_removed_one_does_not_sign_in(inside: Client, passkey: Passkey) -> None:
    (number,) = Authenticator.objects.filter(type="webauthn").values_list("pk", flat=True)
    assert "Laptop" in inside.get(f"/accounts/2fa/webauthn/keys/{number}/remove/").content.decode()
    inside.post(f"/accounts/2fa/webauthn/keys/{number}/remove/")
    browser = Client()
    sign_in_with(browser, passkey)
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", "null", "1", '{"response": {}}', '{"response": {"clientDataJSON": "!"}}']
)
def test_nonsense_is_refused(client: Client, text: str) -> None:
    ask_for_passkey(client)
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": text}).status_code in (200, 302)
    assert not is_signed_in(client)


def test_an_answer_with_parts_missing_is_refused(passkey: Passkey) -> None:
    whole = json.loads(passkey.get(ask_for_passkey(Client())))
    for name in whole["response"]:
        browser = Client()
        ask_for_passkey(browser)
        response = {key: value for key, value in whole["response"].items() if key != name}
        credential = json.dumps({**whole, "response": response})
        assert browser.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in (200, 302)
        assert not is_signed_in(browser)
