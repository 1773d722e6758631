"""The area as Django knows it, and what it hears from the libraries that do the work of signing in."""

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users of the installation and how they sign in."""

    name = "guantong.accounts"

    def ready(self) -> None:
        """Have sign-ins and their changes recorded; Django's own handlers of the same signals come before."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from allauth.socialaccount import signals as provider

        account.user_logged_in.connect(_signed_in)
        account.user_logged_out.connect(_signed_out)
        mfa.authentication_failed.connect(_code_failed)
        for name in ("password_set", "password_changed", "password_reset", "email_changed"):
            getattr(account, name).connect(_CHANGES[name])
        for name in ("added", "removed", "reset"):
            getattr(mfa, f"authenticator_{name}").connect(_CHANGES[name])
        provider.social_account_added.connect(_CHANGES["provider_added"])
        provider.social_account_removed.connect(_CHANGES["provider_removed"])


def _signed_in(request: Any, user: Any, **_more: Any) -> None:
    from allauth.account.internal.flows.login import get_authentication_records

    from guantong import clock
    from guantong.accounts.actions import record_sign_in
    from guantong.accounts.events import SignedIn
    from guantong.kit.addresses import client_address

    records = get_authentication_records(request, user)
    method = "+".join(str(record.get("type") or record["method"]) for record in records)
    agent = request.headers.get("User-Agent", "")[:200]
    record_sign_in(SignedIn(user.pk, clock.now(), method, client_address(request), agent))


def _signed_out(user: Any, **_more: Any) -> None:
    from guantong import clock
    from guantong.accounts.actions import record_sign_out

    if user is not None:
        record_sign_out(user, clock.now())


def _code_failed(request: Any, user: Any, **_more: Any) -> None:
    from guantong import clock
    from guantong.accounts.actions import record_failure
    from guantong.kit.addresses import client_address

    record_failure(user.email, clock.now(), client_address(request), "code")


def _changed(what: str) -> Any:
    def receive(user: Any = None, authenticator: Any = None, **more: Any) -> None:
        from guantong import clock
        from guantong.accounts.actions import record_change

        whose = user or (more.get("sociallogin") or more["socialaccount"]).user
        name = f"{authenticator.type}_{what}" if authenticator is not None else what
        record_change(whose, name, clock.now(), whose.email)

    return receive


_CHANGES = {
    name: _changed(name)
    for name in (
        "password_set", "password_changed", "password_reset", "email_changed",
        "added", "removed", "reset", "provider_added", "provider_removed",
    )
}  # fmt: skip
"""Django keeps receivers only as long as somebody else does."""
