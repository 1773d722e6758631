"""Users of the installation, and browsers that sign in."""

import datetime
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from guantong.accounts.actions import create_user
from guantong.accounts.models import User

AT = datetime.datetime(2026, 5, 4, 8, 0, tzinfo=datetime.UTC)
PASSWORD = "thread-from-strategy-to-pay"


def a_user(email: str = "li@example.com", password: str = PASSWORD, language: str = "en") -> User:
    """Make a user with a password, "" for none."""
    user = create_user(email, email.partition("@")[0].title(), language, AT)
    if password:
        user.set_password(password)
        user.save()
    return user


def sign_in(client: Client, email: str = "li@example.com", password: str = PASSWORD, **more: Any) -> HttpResponse:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    """Return whether a browser is signed in."""
    return client.get("/accounts/2fa/").status_code == 200


def with_codes(user: User) -> str:
    """Turn one-time codes on; returns their secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_at(secret: str, seconds: float) -> str:
    """Return the one-time code of a moment, in seconds since 1970."""
    return format_hotp_value(hotp_value(secret, int(seconds) // settings.MFA_TOTP_PERIOD))
