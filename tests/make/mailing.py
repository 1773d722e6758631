"""What of telling people tests need: notices and mails of a company, and a mail server that they go to."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guantong.access.policies import Viewer
from guantong.discussion.actions import create_comment
from guantong.discussion.models import Comment
from guantong.kit.subjects import Subject, find_subject
from guantong.notifications.models import Delivery, Notice
from guantong.notifications.tasks import send_company_mails, tell_comment
from guantong.organisation.models import Company
from tests.make.mails import Mailbox, mail_server
from tests.make.told import told


@contextmanager
def mailing(settings: Any) -> Iterator[Mailbox]:
    """Run a mail server that the installation sends to."""
    with mail_server() as box:
        settings.GUANTONG_MAIL_SERVER = box.server
        settings.GUANTONG_URL = "https://guantong.example"
        yield box


def goal(viewer: Viewer, code: str = "OPEN1") -> Subject:
    """Return a goal that somebody sees."""
    found = find_subject(viewer, "goals", code)
    assert found is not None
    return found


def say(viewer: Viewer, text: str, code: str = "OPEN1") -> Comment:
    """Say something about a goal, and have it told as the background does."""
    from guantong.discussion.events import CommentCreated

    with told(CommentCreated) as events:
        comment = create_comment(viewer, goal(viewer, code), text)
    for event in events:
        tell_comment.func(event.company_id, event.comment_id, list(event.mentioned), list(event.followers))
    return comment


def sent(company: Company) -> int:
    """Send the mails of a company that are due; returns how many were sent."""
    return send_company_mails(company)[0]


def states() -> list[str]:
    """Return the states of all mails, oldest first."""
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def kinds(viewer: Viewer) -> list[str]:
    """Return the kinds of all notices of somebody, oldest first."""
    rows = Notice.objects.filter(membership=viewer.membership_id).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def backdate(by: datetime.timedelta) -> None:
    """Have every mail look as if it had been written and tried earlier."""
    for row in Delivery.objects.all():
        row.next_at -= by
        row.created_at -= by
        row.claimed_at = row.claimed_at and row.claimed_at - by
        row.save()
