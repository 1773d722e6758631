"""Discussions and notices work where the database shows a company's own rows only, and show nothing without a scope."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guantong.discussion.events import CommentCreated
from guantong.discussion.models import Attachment, Comment, Follow
from guantong.kit.separation import company_scope, switch_company
from guantong.notifications.models import Delivery, Notice
from guantong.notifications.tasks import make_digests, send_due_mails, tell_comment, tell_findings
from tests.make.attached import pdf
from tests.make.cast import build_cast
from tests.make.mailing import mailing
from tests.make.told import told

pytestmark = [pytest.mark.django_db, pytest.mark.only("postgresql")]


def test_everything_works_under_row_level_security(settings: Any, tmp_path: Path) -> None:
    settings.GUANTONG_FILES = tmp_path
    cast = build_cast()
    client = Client()
    client.force_login(cast.members["manager"].user, "allauth.account.auth_backends.AuthenticationBackend")
    with mailing(settings) as box, told(CommentCreated) as events:
        sent = {"do": "comment", "text": "@UMA, see", "files": SimpleUploadedFile("plan.pdf", pdf())}
        assert client.post("/c/ACME/discussion/goals/OPEN1/", sent).status_code == 302
        assert b"@Uma" in client.get("/c/ACME/discussion/goals/OPEN1/").content
        (event,) = events
        tell_comment.func(event.company_id, event.comment_id, list(event.mentioned), list(event.followers))
        assert tell_findings.func(cast.company.pk, []) == 0
        make_digests.func()
        assert send_due_mails.func() == 1
        assert len(box.received) == 1
    assert client.get("/c/ACME/notices/").status_code == 200
    switch_company(0)
    models: list[Any] = [Comment, Follow, Attachment, Notice, Delivery]
    for model in models:
        assert not model.objects.exists()
        with company_scope(cast.other.pk):
            assert not model.objects.exists()
        with company_scope(cast.company.pk):
            assert model.objects.exists()
