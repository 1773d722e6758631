"""Reading discussions: threads, who may be mentioned, who follows, files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from guantong.access.models import Membership
from guantong.access.policies import Viewer
from guantong.access.queries import get_viewer, list_members
from guantong.discussion.models import Attachment, Comment, Follow
from guantong.kit.markdown import Mention, list_mentions
from guantong.kit.subjects import Subject, get_subject
from guantong.organisation.models import Person
from guantong.organisation.queries import find_records

PAGE = 100
"""Comments that a page shows, the newest."""


@dataclass(frozen=True)
class Thread:
    """What is said about a row.

    Attributes:
        comments: At most `PAGE`, the newest, oldest first, each with author, attachments and what it answers.
        older: How many more there are, older ones.
        attachments: Files that hang on the row itself.
        names: By code the names of the people that the comments mention.
        is_followed: Whether the viewer follows the row.
    """

    comments: list[Comment]
    older: int
    attachments: list[Attachment]
    names: Mapping[str, str]
    is_followed: bool


def get_thread(viewer: Viewer, subject: Subject, before: str = "") -> Thread:
    """Return what is said about a row that the viewer may see.

    Args:
        viewer: Who looks.
        subject: The row.
        before: Code of a comment, of which those before it are returned; "" for the newest.
    """
    about = {"company": viewer.company_id, "table": subject.table, "record_id": subject.record_id, "removed_at": None}
    files = Attachment.objects.filter(removed_at=None).select_related("author__person", "author__user").order_by("pk")
    comments = Comment.objects.filter(**about).select_related(
        "author__person", "author__user", "reply_to__author__person", "reply_to__author__user"
    )
    if before:
        comments = comments.filter(pk__lt=comments.filter(code=before).values("pk")[:1])
    newest = list(comments.prefetch_related(Prefetch("attachments", files)).order_by("-pk")[: PAGE + 1])
    older = comments.count() - PAGE if len(newest) > PAGE else 0
    shown = newest[PAGE - 1 :: -1] if older else newest[::-1]
    return Thread(
        comments=shown,
        older=older,
        attachments=list(files.filter(**about, comment=None)),
        names=get_mentioned_names(viewer, [comment.text for comment in shown]),
        is_followed=Follow.objects.filter(**about, membership=viewer.membership_id).exists(),
    )


def get_mentioned_names(viewer: Viewer, texts: Iterable[str]) -> dict[str, str]:
    """Return by code, as it is written, the names of the people that texts mention; unknown codes are left out."""
    codes = {mention.code for text in texts if "@" in text for mention in list_mentions(text)}
    people = find_records(viewer.company, Person, codes) if codes else {}
    return {code: person.name for code, person in people.items()}


def find_comment(viewer: Viewer, code: str) -> Comment | None:
    """Return a comment that the viewer may see, with its author; None where there is none."""
    found: Comment | None = (
        Comment.objects.visible_to(viewer).filter(code=code).select_related("author__person", "author__user").first()
    )
    return found


def find_attachment(viewer: Viewer, code: str) -> Attachment | None:
    """Return an attachment that the viewer may see; None where there is none."""
    found: Attachment | None = Attachment.objects.visible_to(viewer).filter(code=code).first()
    return found


def subject_of(viewer: Viewer, about: Comment | Attachment) -> Subject | None:
    """Return the row that a comment or an attachment is about; None where the viewer may not see it."""
    return get_subject(viewer, about.table, about.record_id)


def list_followers(company_id: int, table: str, record_id: int) -> list[int]:
    """Return the memberships that follow a row, oldest first."""
    follows = Follow.objects.filter(company=company_id, table=table, record_id=record_id, removed_at=None)
    return list(follows.filter(membership__ended_at=None).order_by("pk").values_list("membership", flat=True))


@dataclass(frozen=True)
class Mentioned:
    """Whom a text mentions.

    Attributes:
        members: Members who may see what it is about.
        unknown: Codes in brackets that are nobody's.
        outside: Names of people who are no members, or may not see it.
    """

    members: tuple[Membership, ...]
    unknown: tuple[str, ...]
    outside: tuple[str, ...]


def get_mentioned(viewer: Viewer, subject: Subject, mentions: Iterable[Mention]) -> Mentioned:
    """Return whom mentions in a text about a row name."""
    wanted = {mention.code: mention.is_plain for mention in mentions}
    people = find_records(viewer.company, Person, wanted) if wanted else {}
    members = {
        member.person_id: member
        for member in list_active_members(viewer).filter(person__in={person.pk for person in people.values()})
    }
    seeing = set(list_seeing(viewer, subject, members.values()))
    distinct = {person.pk: person for person in people.values()}
    return Mentioned(
        members=tuple(member for member in members.values() if member.pk in seeing),
        unknown=tuple(code for code, is_plain in wanted.items() if code not in people and not is_plain),
        outside=tuple(
            person.name for key, person in distinct.items() if key not in members or members[key].pk not in seeing
        ),
    )


def list_active_members(viewer: Viewer) -> QuerySet[Membership]:
    """Return the members of the viewer's company who may sign in, with company, user and person."""
    return list_members(viewer.company).filter(user__is_active=True).select_related("company", "user", "person")


def list_seeing(viewer: Viewer, subject: Subject, members: Iterable[Membership]) -> list[int]:
    """Return the ids of those of some members who may see a row at the viewer's moment.

    Args:
        viewer: Whose company and moment count.
        subject: The row.
        members: The members, with company and user.
    """
    return [member.pk for member in members if may_see(member, subject, viewer)]


def may_see(member: Membership, subject: Subject, viewer: Viewer) -> bool:
    """Return whether a member may see a row at a viewer's moment."""
    theirs = get_viewer(member, viewer.at)
    return theirs is not None and get_subject(theirs, subject.table, subject.record_id) is not None


# --- Files ---------------------------------------------------------------------------------------


def get_used_bytes(company_id: int) -> int:
    """Return how many bytes the attachments of a company take, removed ones included; equal files count once."""
    files = Attachment.objects.filter(company=company_id).order_by().values("digest", "size").distinct()
    return int(files.aggregate(total=Sum("size"))["total"] or 0)


def list_digests(company_id: int) -> list[str]:
    """Return the digests of the files of a company, removed ones included, each once, in order."""
    found = Attachment.objects.filter(company=company_id).order_by("digest").values_list("digest", flat=True)
    return list(found.distinct())
