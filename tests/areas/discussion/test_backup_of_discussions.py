"""Comments, follows, notices and attached files travel with a company's backup, whole or not at all."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from guantong.audit.models import Change
from guantong.discussion import actions, gateways
from guantong.discussion.models import Attachment, Comment, Follow
from guantong.exchange.actions import restore_backup
from guantong.findings.actions import keep_check
from guantong.findings.models import Finding
from guantong.formats.backup import BackupError, open_backup
from guantong.goals.models import Goal
from guantong.kit.separation import switch_company
from guantong.kit.subjects import Subject, find_subject
from guantong.kit.unpacking import ForeignContentError
from guantong.notifications.actions import change_choices
from guantong.notifications.models import Choice, MailPlan, Notice
from guantong.notifications.policies import Times
from tests.areas.exchange.test_backup import back_up, restore, sections
from tests.make.attached import pdf, png
from tests.make.cast import Cast, build_cast
from tests.make.kept import AT, named
from tests.make.mailing import goal, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.GUANTONG_FILES = tmp_path / "files"
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


def talk(cast: Cast) -> None:
    """Have something of every kind said, attached, followed and told."""
    viewer = cast.viewer("manager")
    comment = say(viewer, "@UMA, see the plan")
    say(cast.viewer("employee"), "Yes")
    actions.create_comment(cast.viewer("employee"), goal(viewer), "And?", comment.code)
    actions.create_attachment(viewer, goal(viewer), "计划.pdf", io.BytesIO(pdf()), comment)
    removed = actions.create_attachment(viewer, goal(viewer), "dot.png", io.BytesIO(png()))
    actions.remove_attachment(viewer, removed.code)
    change_choices(viewer, {"mention": (True, "digest")}, Times(9, "daily", 60, 120))
    keep_check(cast.company.pk, AT)
    office = cast.viewer("strategy_office")
    finding = Finding.objects.visible_to(office).first()
    assert finding is not None
    subject = find_subject(office, "findings", finding.code)
    assert isinstance(subject, Subject)
    actions.create_comment(office, subject, "Mended tomorrow")


def everything() -> dict[str, list[Any]]:
    """Return what was said and told, without ids."""
    about = ("table", "created_at", "version", "removed_at", "code", "author__user__email")
    return {
        "comments": list(Comment.objects.order_by("pk").values_list(*about, "text", "reply_to__code")),
        "attachments": list(Attachment.objects.order_by("pk").values_list(*about, "name", "digest", "comment__code")),
        "follows": list(Follow.objects.order_by("pk").values_list("table", "since", "membership__user__email")),
        "notices": list(Notice.objects.order_by("pk").values_list("kind", "table", "state", "data", "read_at")),
        "choices": list(Choice.objects.values_list("kind", "is_shown", "mail")),
        "plans": list(MailPlan.objects.values_list("digest_hour", "digest_days", "quiet_from", "quiet_to")),
    }


def parts(path: Path) -> list[Any]:
    """Return what a backup says of these areas' rows and of the files."""
    section = sections(path)["ACME"]
    rows = [part for part in section.parts if part.model.startswith(("discussion.", "notifications."))]
    assert len(rows) == 6
    return [*rows, *section.files]


def subjects() -> set[str]:
    """Return the codes of what the comments are about: their ids lead to the right rows."""
    found = set()
    for comment in Comment.objects.all():
        row: Any = {"goals": Goal, "findings": Finding}[comment.table]._base_manager.get(pk=comment.record_id)
        found.add(row.code)
    return found


def test_what_was_said_comes_back_with_its_files(cast: Cast, tmp_path: Path) -> None:
    talk(cast)
    before, about = everything(), subjects()
    path = back_up(tmp_path / "all", "ACME")
    assert len(sections(path)["ACME"].files) == 2
    call_command("flush", interactive=False, verbosity=0)
    gateways.remove_files(cast.company.pk)
    restore(path)
    named("ACME")
    assert everything() == before
    assert subjects() == about
    row = Attachment.objects.get(removed_at=None)
    with gateways.open_file(row.company_id, row.digest) as file:
        assert file.read() == pdf()
    codes = dict(Comment.objects.values_list("pk", "code"))
    told = Change.objects.filter(table="comments").values_list("record_id", "record")
    assert told
    assert all(codes[record_id] == record for record_id, record in told)
    assert parts(back_up(tmp_path / "again", "ACME")) == parts(path)


def test_a_lost_or_spoilt_file_does_not_stop_a_backup_and_is_counted(cast: Cast, tmp_path: Path) -> None:
    talk(cast)
    lost, spoilt = (gateways.place_of(cast.company.pk, digest) for digest in _digests(cast))
    lost.unlink()
    spoilt.write_bytes(b"other")
    section = sections(back_up(tmp_path / "all", "ACME"))["ACME"]
    assert (section.files, section.lost) == ((), 2)


def _digests(cast: Cast) -> list[str]:
    return list(Attachment.objects.filter(company=cast.company).order_by("pk").values_list("digest", flat=True))


def test_a_restore_that_fails_leaves_no_files(cast: Cast, tmp_path: Path, settings: Any) -> None:
    talk(cast)
    path = back_up(tmp_path / "all", "ACME")
    call_command("flush", interactive=False, verbosity=0)
    settings.GUANTONG_FILES = tmp_path / "others"
    with open_backup(path) as backup:
        section = backup.manifest.sections[0]
        parts = tuple(part for part in section.parts if part.model != "discussion.follow")
        broken = type(section)(**{**vars(section), "parts": parts, "report": "0"})
        backup.manifest = type(backup.manifest)(**{**vars(backup.manifest), "sections": (broken,)})
        with pytest.raises(ForeignContentError):
            restore_backup("operator", AT, backup, [broken])
    assert not [place for place in (tmp_path / "others").rglob("*") if place.is_file()]
    assert not Comment.objects.exists()


def test_a_file_that_was_changed_within_a_backup_is_found(cast: Cast, tmp_path: Path) -> None:
    talk(cast)
    path = back_up(tmp_path / "all", "ACME")
    with open_backup(path) as backup:
        section = backup.manifest.sections[0]
        other = type(section.files[0])(section.files[0].sha256, section.files[0].size + 1)
        with pytest.raises(BackupError):
            list(backup.pieces(section, other))
        missing = type(other)("0" * 64, 1)
        with pytest.raises(BackupError):
            list(backup.pieces(section, missing))
