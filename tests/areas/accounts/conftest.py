"""A user, and a mail server that their mails go to at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from guantong.accounts.models import User
from tests.make.mails import Mailbox, mail_server
from tests.make.signing_in import a_user

AT_ONCE = {"default": {"BACKEND": "django_ox.testing.ImmediateBackend"}}


@pytest.fixture
def user() -> User:
    """Make Li, who has a password."""
    return a_user()


@pytest.fixture
def at_once(settings: Any) -> None:
    """Have tasks done when they are queued."""
    settings.TASKS = AT_ONCE


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    """Run a mail server."""
    settings.TASKS = AT_ONCE
    with mail_server() as running:
        settings.GUANTONG_MAIL_SERVER = running.server
        yield running
