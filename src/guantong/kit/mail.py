"""Sending one mail through the operator's mail server.

The only place that speaks SMTP. It sends at once or says why not; trying again is its caller's task.
"""

import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from guantong import clock

if TYPE_CHECKING:
    from guantong.environment import MailServer

TIMEOUT_SECONDS = 10
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_FIXED = frozenset({"from", "to", "subject", "date"})


@dataclass(frozen=True)
class MailError(Exception):
    """A mail that was not sent.

    Attributes:
        reason: `no_server` where none is set, `unreachable`, `refused` where the server would not take it, `address`
            where an address or header cannot be written.
        detail: What the server said, without anything secret; for the log.
        is_final: Whether the server will never take this mail, or it cannot be written; trying again is in vain.
        is_server: Whether it concerns every mail: no server, none that answers, or one that will not have us.
    """

    reason: str
    detail: str = ""
    is_final: bool = False
    is_server: bool = False

    def __str__(self) -> str:
        """Return reason and detail."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


def is_mail_set() -> bool:
    """Return whether the operator has named a mail server."""
    return settings.GUANTONG_MAIL_SERVER is not None


def send_mail(to: str, subject: str, text: str, html: str = "", headers: Mapping[str, str] | None = None) -> None:
    """Send a mail to one person; returns when the server has taken it.

    Args:
        to: The address.
        subject: One line; line breaks in it become spaces.
        text: The mail as plain text.
        html: The same as HTML, "" for none.
        headers: More headers, such as `List-Unsubscribe`, or the `Message-ID` of a mail that is tried again.

    Raises:
        MailError: It was not sent.
    """
    server: MailServer | None = settings.GUANTONG_MAIL_SERVER
    if server is None:
        raise MailError("no_server", is_server=True)
    message = _message(to, subject, text, html, headers or {})
    try:
        with _connection(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        raise MailError("unreachable", str(error), is_server=True) from None
    except smtplib.SMTPException as error:
        said = _said(error)
        is_ours = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
        raise MailError("refused", said, is_final=is_ours and said.startswith("5"), is_server=not is_ours) from None
    except OSError as error:
        raise MailError("unreachable", error.strerror or type(error).__name__, is_server=True) from None


def _message(to: str, subject: str, text: str, html: str, headers: Mapping[str, str]) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    try:
        validate_email(to)
        message["From"] = settings.GUANTONG_MAIL_FROM
        message["To"] = Address(addr_spec=to)
        message["Subject"] = " ".join(subject.split())
        message["Date"] = format_datetime(clock.now())
        if not any(name.lower() == "message-id" for name in headers):
            message["Message-ID"] = make_msgid(domain=settings.GUANTONG_MAIL_FROM.rpartition("@")[2].rstrip(">"))
        for name, value in headers.items():
            if name.lower() in _FIXED or not _NAME.fullmatch(name):
                raise MailError("address", name, is_final=True)
            message[name] = value
    except (ValidationError, ValueError, LookupError) as error:
        # What a header may not hold, line breaks first of all, the standard library refuses.
        raise MailError("address", type(error).__name__, is_final=True) from None
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _connection(server: "MailServer") -> smtplib.SMTP:
    """Return an open connection, encrypted where the operator asks for it; the certificate must be good."""
    trust = ssl.create_default_context()
    if server.security == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=trust)
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "tls":
        try:
            connection.starttls(context=trust)
        except BaseException:
            connection.close()
            raise
    return connection


def _said(error: smtplib.SMTPException) -> str:
    """Return what the server answered, its code first; never the mail itself."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"{code} {answer.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return f"{error.smtp_code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return str(error) or type(error).__name__
