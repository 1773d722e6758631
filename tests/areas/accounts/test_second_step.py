"""One-time and recovery codes: clocks that differ, codes used twice, guessing, secrets at rest."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from guantong import clock
from guantong.accounts.actions import remove_second_step
from guantong.accounts.models import CacheEntry, User
from tests.make.signing_in import AT, PASSWORD, code_at, is_signed_in, sign_in, with_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("user", "at_once")]
STEP = 30


@pytest.fixture
def secret(user: User) -> str:
    """Turn on one-time codes for Li."""
    return with_codes(user)


def steady_now() -> float:
    """Return the moment, waiting where the step is about to turn."""
    left = STEP - clock.now().timestamp() % STEP
    if left < 2:
        time.sleep(left)
    return clock.now().timestamp()


def second_step(client: Client, code: str) -> Any:
    """Sign in with the password, then send a code."""
    sign_in(client)
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def test_a_password_alone_no_longer_lets_in(client: Client, secret: str) -> None:
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert "passkey" not in page.partition("<form")[2].partition("<script")[0]
    assert secret not in page


@pytest.mark.parametrize(
    ("seconds", "counts"), [(0, True), (-STEP, True), (STEP, True), (-2 * STEP, False), (2 * STEP, False)]
)
def test_clocks_may_differ_by_half_a_minute(client: Client, secret: str, seconds: int, *, counts: bool) -> None:
    second_step(client, code_at(secret, steady_now() + seconds))
    assert is_signed_in(client) == counts


def test_a_code_counts_once_for_as_long_as_it_could_be_valid(client: Client, secret: str) -> None:
    code = code_at(secret, steady_now() + STEP)
    second_step(client, code)
    assert is_signed_in(client)
    browser = Client()
    second_step(browser, f" {code[:3]} {code[3:]}")
    assert not is_signed_in(browser)
    lasts = CacheEntry.objects.get(cache_key__contains="one-time-code").expires - clock.now()
    assert lasts.total_seconds() > 2.5 * STEP
    assert cache.get(f"one-time-code:{User.objects.get().pk}:{code}") == 1


def test_guessing_codes_is_stopped(client: Client, secret: str) -> None:
    sign_in(client)
    right = code_at(secret, steady_now())
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert client.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code == 200
    client.post("/accounts/2fa/authenticate/", {"code": right})
    assert not is_signed_in(client)


def test_turning_codes_on_shows_a_picture_and_recovery_codes_once(client: Client) -> None:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    code = code_at(secret, steady_now())
    assert client.post("/accounts/2fa/totp/activate/", {"code": code})["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    again = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not re.search(r"\d{8}</code>", again)
    browser = Client()
    second_step(browser, code)
    assert not is_signed_in(browser), "the code that turned them on is used"
    for counts in (True, False):
        second_step(browser, codes[0])
        assert is_signed_in(browser) == counts
        browser.post("/accounts/logout/")


def test_secrets_are_unreadable_in_the_database(user: User, secret: str) -> None:
    kept = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in kept
    assert get_adapter().decrypt(kept) == secret


def test_with_another_key_codes_fit_no_more_and_nothing_breaks(client: Client, secret: str, settings: Any) -> None:
    settings.SECRET_KEY = "another-key-of-the-installation-entirely"
    response = second_step(client, code_at(secret, steady_now()))
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_the_operator_helps_whoever_has_lost_everything(client: Client, user: User, secret: str) -> None:
    assert secret
    assert remove_second_step(user, AT, "operator") == 1
    sign_in(client)
    assert is_signed_in(client)


def test_turning_codes_off_needs_a_fresh_confirmation(client: Client, secret: str) -> None:
    second_step(client, code_at(secret, steady_now()))
    response = client.post("/accounts/2fa/totp/deactivate/")
    assert response["Location"].startswith("/accounts/")
    assert Authenticator.objects.filter(type="totp").exists()
