"""Every page of signing in, in both languages: its own words, its language, nothing inline, nothing to keep."""

import re

import pytest
from django.test import Client

from guantong.accounts.models import User
from tests.make.signing_in import PASSWORD, a_user, sign_in, with_codes

pytestmark = pytest.mark.django_db

ENTRANCE = ["login/", "signup/", "inactive/", "password/reset/", "password/reset/done/",
            "password/reset/key/done/", "password/reset/key/1-bad/", "3rdparty/login/cancelled/"]  # fmt: skip
INSIDE = ["2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "password/change/", "email/", "sessions/",
          "reauthenticate/", "logout/", "3rdparty/"]  # fmt: skip
LANGUAGES = {"zh": "zh-Hans", "en": "en"}


@pytest.fixture
def user() -> User:
    return a_user(language="")


def assert_good(client: Client, path: str, language: str) -> str:
    response = client.get(f"/accounts/{path}", headers={"Accept-Language": language})
    if response.status_code == 302 and "reauthenticate" in response["Location"]:
        client.post(response["Location"], {"password": PASSWORD})
        response = client.get(f"/accounts/{path}", headers={"Accept-Language": language})
    assert response.status_code == 200, path
    text = response.content.decode()
    assert f'<html lang="{LANGUAGES[language]}">' in text
    assert "no-store" in response["Cache-Control"]
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    assert all(
        'src="/static/' in script or "application/json" in script for script in re.findall("<script[^>]*>", text)
    )
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ENTRANCE)
def test_a_page_outside_is_good(client: Client, path: str, language: str) -> None:
    text = assert_good(client, path, language)
    assert bool(re.search("[一-鿿]{4}", re.sub("简体中文", "", text))) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", INSIDE)
def test_a_page_inside_is_good(client: Client, user: User, path: str, language: str) -> None:
    if path == "reauthenticate/":
        with_codes(user)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    else:
        sign_in(client)
    text = assert_good(client, path, language)
    assert bool(re.search("[一-鿿]{4}", re.sub("简体中文", "", text))) == (language == "zh")
