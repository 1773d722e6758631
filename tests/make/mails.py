"""A mail server on this machine that keeps what it receives."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from guantong.environment import MailServer
from tests.make.installation import free_port


@dataclass
class Mailbox:
    """A running server: its port, whether one must sign in, the mails received and what answers more ("": taken)."""

    port: int
    is_closed: bool = False
    received: list[EmailMessage] = field(default_factory=list)
    refusal: str = ""

    @property
    def server(self) -> MailServer:
        """What the operator would set."""
        return MailServer("127.0.0.1", self.port, "", "", "")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient, or give the refusal."""
        if self.is_closed and not session.authenticated:
            return "530 5.7.0 sign in first"
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        content = cast("bytes", envelope.content)
        self.received.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 OK"


@contextmanager
def mail_server(user: str = "", password: str = "") -> Iterator[Mailbox]:
    """Run a mail server; with a user it wants to be signed in to."""
    box = Mailbox(free_port(), is_closed=bool(user))

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        fits = isinstance(given, LoginPassword) and given == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=fits, handled=False)

    options: dict[str, Any] = {"authenticator": authenticate, "auth_require_tls": False}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **(options if user else {}))
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Return a mail's plain text and its HTML."""
    bodies = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    plain, html = (body.get_content() if body else "" for body in bodies.values())
    return plain, html
