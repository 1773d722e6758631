"""Writing discussions: comments, who follows, attachments."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from guantong.access.policies import ForbiddenError, Viewer, check_may, deed_of
from guantong.audit.actions import RowChange, record_entry
from guantong.discussion import gateways
from guantong.discussion.events import CommentCreated
from guantong.discussion.models import LONGEST_COMMENT, Attachment, Comment, Follow
from guantong.discussion.policies import may_change, may_comment, may_remove
from guantong.discussion.queries import (
    find_attachment,
    find_comment,
    get_mentioned,
    get_used_bytes,
    list_followers,
    subject_of,
)
from guantong.formats.attached import check_file
from guantong.formats.characters import has_control
from guantong.kit.events import publish
from guantong.kit.markdown import list_mentions
from guantong.kit.subjects import Subject
from guantong.kit.uploads import MOST_FILES
from guantong.organisation.models import Company

MOST_MENTIONS = 20
"""People that one comment may mention."""

_CODE_BYTES = 9


class RefusedCommentError(Exception):
    """A comment that cannot be.

    Attributes:
        fault: `empty`, `long`, `control`, `reply` (what it answers is gone), `unknown` (codes that are nobody's),
            `outside` (people who may not see what it is about) or `many` (mentions).
        names: Which codes or people.
    """

    def __init__(self, fault: str, names: Sequence[str] = ()) -> None:
        self.fault, self.names = fault, tuple(names)
        super().__init__(fault)


class GoneError(Exception):
    """What is to be changed is not there, or the viewer may not see it."""


class StaleError(Exception):
    """Somebody changed it in the meantime."""


# --- Comments ------------------------------------------------------------------------------------


def create_comment(viewer: Viewer, subject: Subject, text: str, reply_to: str = "") -> Comment:
    """Say something about a row; who says it and who is mentioned follow it from now on.

    Args:
        viewer: Who says it.
        subject: The row, as the viewer's query found it.
        text: Markdown.
        reply_to: Code of the comment of the same row that it answers, "" for none.

    Raises:
        ForbiddenError: They may not comment.
        RefusedCommentError: The text cannot be, or mentions somebody who may not see the row.
    """
    check_may(viewer, "comment")
    with transaction.atomic():
        answered = _answered(viewer, subject, reply_to)
        mentioned = _mentioned(viewer, subject, text)
        comment = Comment.objects.create(
            company_id=viewer.company_id, table=subject.table, record_id=subject.record_id, code=_drawn_code(),
            author_id=viewer.membership_id, text=text.strip(), reply_to=answered, created_at=viewer.at,
        )  # fmt: skip
        after = {"about": _about(subject), "text": comment.text}
        change = RowChange("comments", comment.pk, comment.code, "create", {}, after)
        follows = _follow(viewer, subject, [viewer.membership_id, *mentioned])
        followers = list_followers(viewer.company_id, subject.table, subject.record_id)
        publish(
            CommentCreated(
                viewer.company_id, comment.pk, viewer.membership_id, tuple(mentioned), tuple(followers), viewer.at
            )
        )
        record_entry(deed_of(viewer), "create_comment", {"about": _about(subject)}, [change, *follows])
    return comment


def change_comment(viewer: Viewer, code: str, version: int, text: str) -> Comment:
    """Change one's own comment; who is mentioned for the first time is told.

    Args:
        viewer: Who changes it.
        code: The comment.
        version: Its version as the viewer saw it.
        text: The new text.

    Raises:
        GoneError: It is not there.
        ForbiddenError: It is somebody else's.
        StaleError: It was changed in the meantime.
        RefusedCommentError: The text cannot be, or mentions somebody who may not see the row.
    """
    with transaction.atomic():
        comment, subject = _locked_comment(viewer, code)
        _require(may_change(viewer, comment))
        if comment.version != version:
            raise StaleError
        known = {member.pk for member in get_mentioned(viewer, subject, list_mentions(comment.text)).members}
        mentioned = [key for key in _mentioned(viewer, subject, text) if key not in known]
        before, comment.text = comment.text, text.strip()
        if comment.text == before:
            return comment
        comment.version, comment.edited_at = comment.version + 1, viewer.at
        comment.save()
        change = RowChange("comments", comment.pk, code, "change", {"text": before}, {"text": comment.text})
        follows = _follow(viewer, subject, mentioned)
        if mentioned:
            event = CommentCreated(
                viewer.company_id, comment.pk, viewer.membership_id, tuple(mentioned), (), viewer.at
            )  # fmt: skip
            publish(event)
        record_entry(deed_of(viewer), "change_comment", {"about": _about(subject)}, [change, *follows])
    return comment


def remove_comment(viewer: Viewer, code: str) -> None:
    """Take a comment back; its files go with it, and answers to it stay.

    Raises:
        GoneError: It is not there.
        ForbiddenError: It is somebody else's, and the viewer does not administer the company.
    """
    with transaction.atomic():
        comment, subject = _locked_comment(viewer, code)
        _require(may_remove(viewer, comment))
        comment.version, comment.removed_at = comment.version + 1, viewer.at
        comment.save()
        before = {"about": _about(subject), "text": comment.text}
        change = RowChange("comments", comment.pk, code, "remove", before, {})
        record_entry(deed_of(viewer), "remove_comment", {"about": _about(subject)}, [change])


def _locked_comment(viewer: Viewer, code: str) -> tuple[Comment, Subject]:
    found = find_comment(viewer, code)
    subject = None if found is None else subject_of(viewer, found)
    if found is None or subject is None:
        raise GoneError(code)
    comment = Comment.objects.select_for_update().filter(pk=found.pk, removed_at=None).first()
    if comment is None:
        raise GoneError(code)
    return comment, subject


def _answered(viewer: Viewer, subject: Subject, code: str) -> Comment | None:
    if not code:
        return None
    comment = find_comment(viewer, code)
    if comment is None or (comment.table, comment.record_id) != (subject.table, subject.record_id):
        raise RefusedCommentError("reply")
    return comment


def _mentioned(viewer: Viewer, subject: Subject, text: str) -> list[int]:
    """Return the memberships that a text mentions; refuses a text that cannot be."""
    if not text.strip():
        raise RefusedCommentError("empty")
    if len(text) > LONGEST_COMMENT:
        raise RefusedCommentError("long")
    if has_control(text.replace("\t", " ").replace("\r\n", "\n")):
        raise RefusedCommentError("control")
    mentions = list_mentions(text)
    if len(mentions) > MOST_MENTIONS:
        raise RefusedCommentError("many")
    found = get_mentioned(viewer, subject, mentions)
    for fault, names in (("unknown", found.unknown), ("outside", found.outside)):
        if names:
            raise RefusedCommentError(fault, names)
    return [member.pk for member in found.members if member.pk != viewer.membership_id]


# --- Following -----------------------------------------------------------------------------------


def create_follow(viewer: Viewer, subject: Subject) -> None:
    """Be told from now on what is said about a row; following twice changes nothing."""
    with transaction.atomic():
        known = _own_follow(viewer, subject)
        if known is None:
            changes = _follow(viewer, subject, [viewer.membership_id])
        elif known.removed_at is None:
            return
        else:
            known.version, known.since, known.removed_at = known.version + 1, viewer.at, None
            known.save()
            changes = [_follow_change(known, viewer, subject, "restore")]
        record_entry(deed_of(viewer), "create_follow", {"about": _about(subject)}, changes)


def remove_follow(viewer: Viewer, subject: Subject) -> None:
    """Be told no more what is said about a row, until one follows it again; changes nothing where one does not."""
    with transaction.atomic():
        known = _own_follow(viewer, subject)
        if known is None or known.removed_at is not None:
            return
        known.version, known.removed_at = known.version + 1, viewer.at
        known.save()
        change = _follow_change(known, viewer, subject, "remove")
        record_entry(deed_of(viewer), "remove_follow", {"about": _about(subject)}, [change])


def _own_follow(viewer: Viewer, subject: Subject) -> Follow | None:
    follows = Follow.objects.select_for_update().filter(company=viewer.company_id, membership=viewer.membership_id)
    found: Follow | None = follows.filter(table=subject.table, record_id=subject.record_id).first()
    return found


def _follow(viewer: Viewer, subject: Subject, members: Iterable[int]) -> list[RowChange]:
    """Have members follow a row, unless they follow it or have stopped to; returns what is new."""
    wanted = list(dict.fromkeys(members))
    about = {"company_id": viewer.company_id, "table": subject.table, "record_id": subject.record_id}
    known = set(Follow.objects.filter(**about, membership__in=wanted).values_list("membership", flat=True))
    rows = [Follow(**about, membership_id=key, since=viewer.at) for key in wanted if key not in known]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)
    made = Follow.objects.filter(**about, membership__in=[row.membership_id for row in rows])
    return [
        _follow_change(row, viewer, subject, "create")
        for row in made.select_related("membership__person", "membership__user")
    ]


def _follow_change(follow: Follow, viewer: Viewer, subject: Subject, kind: str) -> RowChange:
    member = follow.membership
    who = viewer.actor if member.pk == viewer.membership_id else _named(member.person and member.person.code, member)
    cells = {"about": _about(subject), "who": who}
    before, after = (cells, {}) if kind == "remove" else ({}, cells)
    return RowChange("follows", follow.pk, f"{_about(subject)}/{who}", kind, before, after)


def _named(code: str | None, member: object) -> str:
    return code or str(getattr(member, "user", ""))


# --- Attachments ---------------------------------------------------------------------------------


class FullError(Exception):
    """The company's files would take more room than it has; `gigabytes` says how much that is."""

    def __init__(self, gigabytes: int) -> None:
        self.gigabytes = gigabytes
        super().__init__(str(gigabytes))


class TooLargeError(Exception):
    """A file is larger than one may be; `megabytes` says how large."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        super().__init__(str(megabytes))


class DroppedFilesError(Exception):
    """Files that were not even taken in: too large, or too many at once.

    Attributes:
        names: Their names.
        megabytes: How large one may be.
        most: How many may come at once.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = "、".join(names)
        self.megabytes, self.most = settings.GUANTONG_FILE_MEGABYTES, MOST_FILES
        super().__init__(self.names)


def create_attachment(
    viewer: Viewer, subject: Subject, name: str, file: BinaryIO, comment: Comment | None = None
) -> Attachment:
    """Attach a file to a row, or to a comment of one's own about it.

    Args:
        viewer: Who brings it.
        subject: The row, as the viewer's query found it.
        name: The file's name.
        file: Its content, which can be sought in.
        comment: The comment, None for the row itself.

    Raises:
        ForbiddenError: They may not comment, or the comment is somebody else's.
        TooLargeError: The file is larger than one may be.
        RefusedFileError: It is of a kind that is not taken, or not what its name says.
        FullError: The company's room is used up.
        OSError: It cannot be stored.
    """
    _require(may_comment(viewer) and (comment is None or may_change(viewer, comment)))
    size = file.seek(0, 2)
    if size > settings.GUANTONG_FILE_MEGABYTES << 20:
        raise TooLargeError(settings.GUANTONG_FILE_MEGABYTES)
    media_type = check_file(name, file)
    digest = gateways.digest_of(file)
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=viewer.company_id)  # one file at a time
        _check_room(company, digest, size)
        row = Attachment.objects.create(
            company=company, table=subject.table, record_id=subject.record_id, comment=comment, code=_drawn_code(),
            author_id=viewer.membership_id, name=name, size=size, media_type=media_type, digest=digest,
            created_at=viewer.at,
        )  # fmt: skip
        gateways.keep_file(company.pk, digest, file)
        change = RowChange("attachments", row.pk, row.code, "create", {}, _file_cells(row, subject))
        record_entry(deed_of(viewer), "create_attachment", {"about": _about(subject)}, [change])
    return row


def remove_attachment(viewer: Viewer, code: str) -> None:
    """Take a file back; it is marked as removed and reached no more.

    Raises:
        GoneError: It is not there.
        ForbiddenError: It is somebody else's, and the viewer does not administer the company.
    """
    with transaction.atomic():
        found = find_attachment(viewer, code)
        subject = None if found is None else subject_of(viewer, found)
        row = None if found is None else Attachment.objects.select_for_update().filter(pk=found.pk).first()
        if row is None or subject is None or row.removed_at is not None:
            raise GoneError(code)
        _require(may_remove(viewer, row))
        row.version, row.removed_at = row.version + 1, viewer.at
        row.save()
        change = RowChange("attachments", row.pk, code, "remove", _file_cells(row, subject), {})
        record_entry(deed_of(viewer), "remove_attachment", {"about": _about(subject)}, [change])


def _check_room(company: Company, digest: str, size: int) -> None:
    gigabytes: int = settings.GUANTONG_COMPANY_FILE_GIGABYTES
    is_known = Attachment.objects.filter(company=company, digest=digest).exists()
    if not is_known and get_used_bytes(company.pk) + size > gigabytes << 30:
        raise FullError(gigabytes)


def _file_cells(row: Attachment, subject: Subject) -> Mapping[str, str]:
    return {"about": _about(subject), "name": row.name, "size": str(row.size), "sha256": row.digest}


# --- Shared --------------------------------------------------------------------------------------


def _require(may: bool) -> None:
    if not may:
        raise ForbiddenError("comment")


def _about(subject: Subject) -> str:
    return f"{subject.table}/{subject.code}"


def _drawn_code() -> str:
    return secrets.token_hex(_CODE_BYTES)
