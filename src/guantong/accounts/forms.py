"""The forms of signing in, where allauth's do not suffice."""

import json
from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    PasswordVerificationMixin,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2.utils import websafe_decode

from guantong import clock
from guantong.accounts.actions import record_failure
from guantong.accounts.tasks import deliver_reset
from guantong.kit.addresses import client_address
from guantong.kit.language import current_language, say_later

_CODE_SECONDS = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
"""How long a one-time code could be taken again: as long as clocks may differ."""


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, login="email", password="password")  # nosec B106  # no password
        self.fields["password"].help_text = ""
        self.fields["remember"].label = say_later("accounts.login.remember")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


def _name(fields: dict[str, forms.Field], **labels: str) -> None:
    """Give fields our labels, and new passwords our one line about what they should be."""
    for name, label in labels.items():
        fields[name].label = say_later(f"accounts.labels.{label}")
        if label == "new_password":
            fields[name].help_text = say_later("accounts.labels.rules")


class PasswordFields:
    """The two fields of a new password, as they are called here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        _name(fields, password1="new_password", password2="again")
        if "oldpassword" in fields:
            _name(fields, oldpassword="old_password")
            fields["oldpassword"].help_text = ""

    def clean(self) -> Any:
        """Refuse two passwords that differ, in our words."""
        cleaned: dict[str, Any] = super(PasswordVerificationMixin, self).clean()  # type: ignore[misc]
        if cleaned.get("password1", "") != cleaned.get("password2", ""):
            self.add_error("password2", say_later("accounts.wrong.different"))  # type: ignore[attr-defined]
        return cleaned


class NewPasswordForm(PasswordFields, ResetPasswordKeyForm):
    """A new password by a link."""


class ChangePassword(PasswordFields, ChangePasswordForm):
    """A new password by the old one."""


class FirstPassword(PasswordFields, SetPasswordForm):
    """A password for one who had none."""


class AgainForm(ReauthenticateForm):
    """The password before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, password="password")  # nosec B106  # no password
        self.fields["password"].help_text = ""


class ForgottenForm(ResetPasswordForm):
    """The address to send a link to; nothing here depends on whether somebody has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, email="email")

    def clean_email(self) -> str:
        """Return the address in lower case."""
        email: str = self.cleaned_data["email"]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the link sent."""
        del request, kwargs
        email: str = self.cleaned_data["email"]
        deliver_reset.enqueue(email, current_language())
        return email


class _CodeOnce:
    """Takes each one-time code once, for as long as it could be valid."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP and not _take(authenticator.user_id, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


def _take(user_id: int, code: str) -> bool:
    """Return whether a code is used for the first time."""
    return cache.add(f"one-time-code:{user_id}:{''.join(code.split())}", 1, timeout=_CODE_SECONDS)


class CodeForm(_CodeOnce, AuthenticateForm):
    """The second step: a one-time or recovery code."""


class CodeAgainForm(_CodeOnce, ReauthenticateByCodeForm):
    """The same before something sensitive."""


class ActivateCodesForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def clean_code(self) -> str:
        """Return the code; it cannot be used again to sign in."""
        code: str = super().clean_code()
        _take(self.user.pk, code)
        return code


class _OwnOrigin(forms.Form):
    """Takes passkeys only from pages of this installation: not of other ports, nor of hosts below its own."""

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        if _origin(credential) != settings.GUANTONG_URL:
            self._fail()
            raise ValidationError(say_later("accounts.wrong.passkey"))
        above = getattr(super(), "clean_credential", None)
        try:
            return above() if above else credential
        except ValidationError:
            self._fail()
            raise ValidationError(say_later("accounts.wrong.passkey")) from None

    def _fail(self) -> None:
        email = getattr(getattr(self, "user", None), "email", "")
        record_failure(email, clock.now(), client_address(context.request), "passkey")


def _origin(credential: Any) -> str:
    """Return the page that a browser says it has used a passkey on, "" where it says nothing of use."""
    try:
        data = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        return str(data["origin"])
    except (ValueError, TypeError, KeyError):
        return ""


class AddPasskeyForm(_OwnOrigin, AddWebAuthnForm):
    """A new passkey and what to call it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = say_later("accounts.passkeys.name")
        if "passwordless" in self.fields:
            self.fields["passwordless"].initial = True
            self.fields["passwordless"].label = say_later("accounts.passkeys.passwordless")
            self.fields["passwordless"].help_text = say_later("accounts.passkeys.passwordless_help")


class PasskeyForm(_OwnOrigin, AuthenticateWebAuthnForm):
    """The second step with a passkey."""


class PasskeyAgainForm(_OwnOrigin, ReauthenticateWebAuthnForm):
    """The same before something sensitive."""


class PasskeySignInForm(_OwnOrigin, LoginWebAuthnForm):
    """Signing in with a passkey alone."""
