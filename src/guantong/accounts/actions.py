"""Writing users, and the installation's trail of how they sign in.

What concerns the installation stands in the trail of company 0; each event is published in the same transaction, for
areas above that keep the trails of companies.
"""

import datetime
from collections.abc import Mapping
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from guantong.accounts.events import SignedIn, SignedOut, SignInChanged, SignInFailed
from guantong.accounts.models import LANGUAGES, User
from guantong.accounts.queries import find_user
from guantong.audit.actions import Deed, record_entry
from guantong.kit.events import publish
from guantong.kit.separation import company_scope

INSTALLATION = 0
_log = structlog.get_logger(__name__)


class ExistingUserError(Exception):
    """A user has the address already."""


class EmailError(Exception):
    """What should be an e-mail address is none."""


def create_user(email: str, name: str, language: str, at: datetime.datetime, actor: str = "operator") -> User:
    """Make a user who cannot sign in yet: a password, a passkey or a provider comes later.

    The address counts as theirs: whoever makes the user vouches for it, and only mails to it let them in.

    Args:
        email: The address; case does not matter.
        name: As pages call them.
        language: "zh", "en" or "" for what the browser asks for.
        at: When.
        actor: Who makes them, for the trail.

    Raises:
        EmailError: The address is none.
        ExistingUserError: It is somebody's already.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
        EmailAddress._meta.get_field("email").clean(address, None)
    except ValidationError:
        raise EmailError(address) from None
    user = User(email=address, name=name.strip(), language=language if language in LANGUAGES else "", created_at=at)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=address, primary=True, verified=True)
            _record(actor, at, "create_user", {"user": address})
    except IntegrityError:
        raise ExistingUserError(address) from None
    return user


def set_password(user: User, password: str, at: datetime.datetime, actor: str) -> None:
    """Give a user a password; all their sessions end. The trail says that it was given, not what it is."""
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record_change(user, "password_set", at, actor)


def set_language(user: User, language: str) -> None:
    """Have pages and mails for a user written in a language; others than ours change nothing."""
    if language in LANGUAGES and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def set_active(user: User, at: datetime.datetime, actor: str, *, is_active: bool) -> None:
    """Let a user sign in or not; where not, their sessions end at once."""
    user.is_active = is_active
    with transaction.atomic():
        user.save(update_fields=["is_active"])
        if not is_active:
            _end_sessions(user)
        record_change(user, "activated" if is_active else "deactivated", at, actor)


def remove_second_step(user: User, at: datetime.datetime, actor: str) -> int:
    """Remove a user's passkeys, one-time codes and recovery codes, for one who has lost them; returns how many.

    Their sessions end; they sign in with their password, or set one by mail, and may then add new ones.
    """
    with transaction.atomic():
        removed = Authenticator.objects.filter(user=user)
        count = len(removed)
        removed.delete()
        _end_sessions(user)
        record_change(user, "second_step_removed", at, actor)
    return count


def end_session(user: User, session_id: int, at: datetime.datetime) -> bool:
    """End one of a user's sessions; returns whether they had it."""
    with transaction.atomic():
        found = UserSession.objects.filter(user=user, pk=session_id).first()
        if found is not None:
            found.end()
            record_change(user, "session_ended", at, user.email)
    return found is not None


def keep_session_seen(session_key: str, address: str, agent: str, at: datetime.datetime) -> None:
    """Keep when and from where a session was last used."""
    length: int = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at, ip=address, user_agent=agent[:length])


def record_sign_in(event: SignedIn) -> None:
    """Write a sign-in into the trail and publish it."""
    details = {"method": event.method, "address": event.address, "agent": event.agent}
    with transaction.atomic():
        _record(_email(event.user_id), event.at, "sign_in", details)
        publish(event)


def record_failure(email: str, at: datetime.datetime, address: str, reason: str) -> None:
    """Write an attempt to sign in that failed into the trail and publish it."""
    user = find_user(email)
    event = SignInFailed(email.strip().lower(), user.pk if user else None, at, address, reason)
    _log.warning("sign_in_failed", reason=reason, address=address)
    with transaction.atomic():
        _record("system", at, "fail_sign_in", {"user": event.email, "address": address, "reason": reason})
        publish(event)


def record_sign_out(user: User, at: datetime.datetime) -> None:
    """Write a sign-out into the trail and publish it."""
    with transaction.atomic():
        _record(user.email, at, "sign_out", {})
        publish(SignedOut(user.pk, at))


def record_change(user: User, what: str, at: datetime.datetime, actor: str) -> None:
    """Write into the trail that the way a user signs in has changed, and publish it."""
    with transaction.atomic():
        _record(actor, at, "change_sign_in", {"user": user.email, "what": what})
        publish(SignInChanged(user.pk, at, what))


def _end_sessions(user: User) -> None:
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()


def _email(user_id: int) -> str:
    email: str = User.objects.values_list("email", flat=True).get(pk=user_id)
    return email


def _record(actor: str, at: datetime.datetime, action: str, details: Mapping[str, Any]) -> None:
    with company_scope(INSTALLATION):
        record_entry(Deed(INSTALLATION, "", actor, at), action, details, ())
