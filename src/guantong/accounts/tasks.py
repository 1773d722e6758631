"""Mails about signing in, sent in the background: a mail server that is slow or down delays no page."""

from typing import Any

import structlog
from django.conf import settings
from django.core.management import call_command
from django.tasks import task

from guantong.accounts.gateways import mail_of
from guantong.accounts.queries import find_user, get_password_link
from guantong.kit.mail import MailError, send_mail

_log = structlog.get_logger(__name__)


@task
def deliver_mail(kind: str, to: str, language: str, details: dict[str, Any]) -> bool:
    """Send a mail; returns whether it was sent.

    Args:
        kind: Which mail, as messages/accounts.*.toml lists them under `mail`.
        to: The address.
        language: "zh" or "en".
        details: What the mail names, such as address and browser.

    Raises:
        MailError: The server cannot be reached or asks to wait; the queue tries again.
    """
    mail = mail_of(kind, language, details)
    try:
        send_mail(to, mail.subject, mail.text, mail.html, {"Auto-Submitted": "auto-generated"})
    except MailError as error:
        _log.warning("mail_not_sent", kind=kind, reason=error.reason, said=error.detail)
        if error.is_final or error.reason == "no_server":
            return False
        raise
    return True


@task
def deliver_reset(email: str, language: str) -> bool:
    """Send a link to set a new password, or to a stranger that there is no account; returns whether it was sent.

    Whether there is an account is looked up only here: the page that asks for the link takes as long either way. The
    link is made here, too: it stands in no queue.
    """
    user = find_user(email)
    if user is None or not user.is_active:
        return deliver_mail.func(kind="unknown_account", to=email, language=language, details={"email": email})
    details = {"email": email, "link": get_password_link(user), "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    return deliver_mail.func(kind="reset", to=user.email, language=user.language or language, details=details)


@task
def prune_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")
