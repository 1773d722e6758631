"""How allauth, which does the work of signing in, is joined to Guantong: its adapters, and the mails it wants sent."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe

from guantong import clock
from guantong.accounts.actions import record_failure
from guantong.accounts.models import User
from guantong.kit.addresses import client_address
from guantong.kit.language import current_language, in_language, say, say_later

_NAMED = ("ip", "user_agent", "code", "from_email", "to_email", "email")
"""What of allauth's words about a mail goes into it; a link that lets somebody in is none of it."""


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent: its subject, its plain text, its HTML."""

    subject: str
    text: str
    html: str


def mail_of(kind: str, language: str, details: dict[str, Any]) -> Mail:
    """Return a mail in a language.

    Args:
        kind: Which, as messages/accounts.*.toml lists them under `mail`.
        language: "zh" or "en".
        details: What it names.
    """
    with in_language(language):
        words = {"ip": "", "user_agent": "", "at": "", **details}
        subject = say(f"mail.{kind}.subject", **words)
        context = {
            "subject": subject,
            "paragraphs": say(f"mail.{kind}.text", **words).split("\n"),
            "details": details,
            "action": say(f"mail.{kind}.action") if "link" in details else "",
            "url": settings.GUANTONG_URL,
        }
        text = render_to_string("accounts/mail.txt", context)
        html = render_to_string("accounts/mail.html", context)
        return Mail(subject, text, html)


def _ours(given: Mapping[str, Any], **keys: str) -> dict[str, Any]:
    """Return allauth's messages with ours in place of some."""
    return {**given, **{name: say_later(f"accounts.wrong.{key}") for name, key in keys.items()}}


class AccountAdapter(DefaultAccountAdapter):
    """How users sign in with password and mail."""

    error_messages = _ours(
        DefaultAccountAdapter.error_messages,
        email_password_mismatch="mismatch",  # nosec B106  # no password
        incorrect_code="code",
        incorrect_password="password",
        enter_current_password="password",
        too_many_login_attempts="limit",
        rate_limited="limit",
        email_taken="taken",
        same_as_current="same",
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes themselves a user: an invitation or the operator does."""
        del request
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of whoever asks."""
        return client_address(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether one may be sent on to an address after signing in: a path of this installation only."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None) and str(url).startswith("/")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where one goes after changing the password."""
        del request
        return str(reverse("mfa_index"))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return where one goes after signing out."""
        del request
        return str(reverse("account_login"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts per host name and port, which are the caller's to choose.
        del request
        return str(credentials.get("email", "")).strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever has failed too often, whether or not there is such a user.

        Raises:
            ImmediateHttpResponse: The page that says so.
        """
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Have it recorded that a password was wrong."""
        record_failure(str(credentials.get("email", "")), clock.now(), client_address(request), "password")

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell somebody by mail what has changed about their signing in."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail that allauth wants sent."""
        from guantong.accounts.tasks import deliver_mail

        details = {name: str(context[name]) for name in _NAMED if name in context}
        details["at"] = clock.now().strftime("%Y-%m-%d %H:%M UTC")
        if "provider" in context:
            details["provider"] = str(getattr(context["provider"], "name", context["provider"]))
        language = getattr(context.get("user"), "language", "") or current_language()
        deliver_mail.enqueue(template_prefix.rpartition("/")[2], email, language, details)


class SecondStepAdapter(DefaultMFAAdapter):
    """One-time codes and passkeys."""

    error_messages = _ours(DefaultMFAAdapter.error_messages, incorrect_code="code")

    def encrypt(self, text: str) -> str:
        """Return the secret of one-time codes as the database holds it: unreadable without the installation's key."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret in the clear; one that another key has hidden fits no code."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the picture that an authenticator app scans, to stand in the page itself."""
        return mark_safe(super().build_totp_svg(url).partition("?>")[2])  # nosec B703, B308  # drawn, without a word

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whose passkeys they are: those of the operator's address, whatever the caller calls the host."""
        return {"id": relying_party(), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002
        """Return the name proposed for a new passkey."""
        del user, type
        return say("accounts.passkeys.proposed")


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Signing in through an OpenID Connect provider."""

    error_messages = _ours(
        DefaultSocialAccountAdapter.error_messages,
        no_password="last_provider",
        no_verified_email="last_provider",  # nosec B106  # no password
    )

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse whom the provider does not vouch for, and whom nobody has invited.

        Raises:
            ImmediateHttpResponse: The page that says why.
        """
        data = sociallogin.account.extra_data
        known, given = data.get("id_token", {}), data.get("userinfo") or data.get("id_token", {})
        email = str(given.get("email") or "")
        if known.get("sub") != given.get("sub"):
            reason = "mixed"
        elif sociallogin.is_existing or (
            request.user.is_authenticated and sociallogin.state.get("process") == "connect"
        ):
            return
        elif given.get("email_verified") is not True:
            reason = "unverified"
        else:
            reason = "unknown"
        record_failure(email, clock.now(), client_address(request), "provider")
        raise ImmediateHttpResponse(_provider_page(request, reason, email))

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Return whether the provider has verified the address: it must say true, not something like it."""
        data = login.account.extra_data
        given = data.get("userinfo") or data.get("id_token", {})
        return given.get("email_verified") is True and super().can_authenticate_by_email(login, email)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Show a page of ours where the exchange with the provider fails.

        Raises:
            ImmediateHttpResponse: That page.
        """
        del provider, exception, extra_context
        page = _provider_page(request, "cancelled", "") if error == AuthError.CANCELLED else failed_exchange(request)
        raise ImmediateHttpResponse(page)


def failed_exchange(request: HttpRequest) -> HttpResponse:
    """Record that the exchange with the provider has failed; returns the page that says so."""
    record_failure("", clock.now(), client_address(request), "provider")
    return _provider_page(request, "failed", "")


def _provider_page(request: HttpRequest, reason: str, email: str) -> HttpResponse:
    context = {"reason": reason, "email": email, "name": settings.GUANTONG_OIDC_NAME}
    return render(request, "accounts/provider_page.html", context, status=403)


def relying_party() -> str:
    """Return the host name that passkeys belong to."""
    return settings.GUANTONG_URL.partition("://")[2].partition(":")[0]


def _fernet() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"second-step").digest()
    return Fernet(base64.urlsafe_b64encode(key))
