"""Reading notices: a member's list, what a mail says, the log of mails."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from guantong.access.models import Membership
from guantong.access.policies import Viewer
from guantong.access.queries import get_viewer, list_members
from guantong.discussion.models import Comment
from guantong.discussion.queries import get_mentioned_names
from guantong.findings.models import Finding
from guantong.invitations.models import Invitation
from guantong.kit.markdown import plain_text
from guantong.kit.subjects import Subject, get_subjects
from guantong.messages.labels import label
from guantong.messages.rules import rule_title
from guantong.notifications.models import ABOUT_ACCESS, Choice, Delivery, MailPlan, Notice
from guantong.notifications.policies import KINDS, USUAL_MAIL, USUAL_TIMES, Times, last_digest, quiet_until
from guantong.organisation.models import Company, Unit
from guantong.organisation.queries import zone_of

PAGE = 50
"""Notices, or mails of the log, that a page shows."""


MOST_TOLD = 20
"""Notices that a mail tells; of more it says how many."""


# --- A member's list -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A notice with what its words need.

    Attributes:
        subject: What it is about, None where that is the member's access.
        comment: The newest comment that it tells of.
        excerpt: The beginning of what it says.
        count: How many comments it tells of.
    """

    notice: Notice
    subject: Subject | None
    comment: Comment | None
    excerpt: str
    count: int


def list_notices(viewer: Viewer, before: int | None = None) -> list[Told]:
    """Return a page of a member's notices, the newest first.

    Args:
        viewer: The member.
        before: Id of the last notice of the page before, None for the first page.
    """
    rows = Notice.objects.visible_to(viewer).filter(is_shown=True).order_by("-pk")
    return get_told(viewer, list(rows.filter(pk__lt=before)[:PAGE] if before else rows[:PAGE]))


def count_unread(viewer: Viewer) -> int:
    """Return how many notices a member has not read."""
    return Notice.objects.visible_to(viewer).filter(is_shown=True, read_at=None).count()


def get_told(viewer: Viewer, notices: Iterable[Notice]) -> list[Told]:
    """Return notices with what their words need, without those of comments that are gone or rows out of sight."""
    rows = list(notices)
    subjects = get_subjects(viewer, [(row.table, row.record_id) for row in rows if row.kind not in ABOUT_ACCESS])
    codes = {code for row in rows for code in row.data.get("comments", ())}
    comments = {
        comment.code: comment
        for comment in Comment.objects.visible_to(viewer)
        .filter(code__in=codes)
        .select_related("author__person", "author__user")
    }
    names = get_mentioned_names(viewer, [comment.text for comment in comments.values()])
    found = []
    for row in rows:
        key = (row.table, row.record_id)
        said = [comments[code] for code in row.data.get("comments", ()) if code in comments]
        is_there = (key in subjects or row.kind in ABOUT_ACCESS) and (said or "comments" not in row.data)
        if is_there:
            newest = said[-1] if said else None
            excerpt = "" if newest is None else _excerpt(plain_text(newest.text, names))
            found.append(Told(row, subjects.get(key), newest, excerpt, len(said)))
    return found


# --- Choices -------------------------------------------------------------------------------------


def get_choices(company_id: int, members: Iterable[int]) -> Mapping[tuple[int, str], tuple[bool, str]]:
    """Return by member and kind whether the list shows it and how it goes by mail, where that is not as usual."""
    rows = Choice.objects.filter(company=company_id, membership__in=set(members))
    return {(row.membership_id, row.kind): (row.is_shown, row.mail) for row in rows}


def list_choices(viewer: Viewer) -> dict[str, tuple[bool, str]]:
    """Return by kind whether a member's list shows it and how it goes by mail."""
    chosen = get_choices(viewer.company_id, [viewer.membership_id])
    return {kind: chosen.get((viewer.membership_id, kind), (True, USUAL_MAIL[kind])) for kind in KINDS}


def get_times(membership_id: int) -> Times:
    """Return when a member gets mail."""
    row = MailPlan.objects.filter(membership=membership_id).first()
    return USUAL_TIMES if row is None else times_of(row)


def times_of(row: MailPlan) -> Times:
    """Return a plan as the times that it says."""
    return Times(row.digest_hour, row.digest_days, row.quiet_from, row.quiet_to)


# --- Whom to tell --------------------------------------------------------------------------------


def get_members_of_people(company: Company, codes: Iterable[str]) -> dict[str, int]:
    """Return by a person's code the id of their membership; those who have none are left out."""
    members = list_members(company).filter(person__code__in=set(codes), user__is_active=True)
    return dict(members.values_list("person__code", "pk"))


def get_heads(company: Company, units: Iterable[str]) -> dict[str, str]:
    """Return by a unit's code that of its head."""
    heads = Unit.objects.filter(company=company, code__in=set(units), removed_at=None, head__removed_at=None)
    return dict(heads.exclude(head=None).values_list("code", "head__code"))


def list_findings(company_id: int, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Return of findings by their ids those that are open and not waived, with what a notice keeps of them."""
    rows = Finding.objects.filter(company=company_id, pk__in=list(ids), mended_at=None, is_waived=False)
    return list(rows.order_by("pk").values("pk", "rule", "severity", "owner", "unit", "reopened"))


def list_administrators(company: Company) -> list[Membership]:
    """Return the members who administer the company."""
    roles = Q(grants__role="administrator", grants__removed_at=None)
    return list(list_members(company).filter(roles, user__is_active=True).distinct())


def find_person_member(company_id: int, person_id: int) -> int | None:
    """Return the membership of a person, None where they have none."""
    found = Membership.objects.filter(company=company_id, person=person_id, ended_at=None).values_list("pk", flat=True)
    return found.first()


def get_company(company_id: int) -> Company:
    """Return the company of an id."""
    company: Company = Company.objects.get(pk=company_id)
    return company


@dataclass(frozen=True)
class Said:
    """A comment as those are told of it who may see it."""

    code: str
    table: str
    record_id: int
    author_id: int
    author_name: str


def find_comment_told(comment_id: int, members: Iterable[int], at: datetime.datetime) -> tuple[Said, set[int]] | None:
    """Return a comment, and the ids of those of some members who may see it at a moment; None where it is gone."""
    comment = Comment.objects.filter(pk=comment_id, removed_at=None).select_related(
        "author__person", "author__user", "company"
    ).first()  # fmt: skip
    if comment is None:
        return None
    person = comment.author.person
    name = str(comment.author.user) if person is None else person.name
    said = Said(comment.code, comment.table, comment.record_id, comment.author_id, name)
    listed = list_members(comment.company).filter(pk__in=set(members), user__is_active=True)
    viewers = [(member.pk, get_viewer(member, at)) for member in listed.select_related("company", "user", "person")]
    return said, {
        key
        for key, viewer in viewers
        if viewer is not None and Comment.objects.visible_to(viewer).filter(pk=comment_id).exists()
    }


# --- Mails ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What a mail tells a member: notices that are still to be told, newest first, none of them read.

    Attributes:
        told: At most `MOST_TOLD` of them.
        count: How many there are.
    """

    viewer: Viewer
    member: Membership
    told: list[Told]
    count: int


def find_letter(delivery: Delivery, at: datetime.datetime) -> Letter | None:
    """Return what a mail to a member says at a moment; None where they left, or nothing is left to tell.

    What they may not see at that moment, have read, or what is gone, is not told.
    """
    member = Membership.objects.select_related("company", "user", "person").get(pk=delivery.membership_id)
    viewer = get_viewer(member, at) if member.ended_at is None and member.user.is_active else None
    if viewer is None:
        return None
    rows = Notice.objects.visible_to(viewer).filter(delivery=delivery, read_at=None).order_by("-pk")
    told = get_told(viewer, rows[:MOST_TOLD])
    return Letter(viewer, member, told, rows.count()) if told else None


def find_invitation_sent(invitation_id: int, at: datetime.datetime) -> Invitation | None:
    """Return an invitation that still waits at a moment, with company and person; None where it does not."""
    waiting = Invitation.objects.filter(pk=invitation_id, removed_at=None, accepted_at=None, expires_at__gt=at)
    found: Invitation | None = waiting.select_related("company", "person").first()
    return found


def list_due_digests(company: Company, at: datetime.datetime) -> dict[int, list[int]]:
    """Return by member the notices that wait for a digest which is due at a moment."""
    waiting: dict[int, list[tuple[int, datetime.datetime]]] = defaultdict(list)
    rows = Notice.objects.filter(company=company, mail="digest", delivery=None, read_at=None).order_by("pk")
    for key, member, created_at in rows.values_list("pk", "membership", "created_at"):
        waiting[member].append((key, created_at))
    plans = {row.membership_id: times_of(row) for row in MailPlan.objects.filter(company=company)}
    zone = zone_of(company)
    found = {}
    for member, told in waiting.items():
        moment = last_digest(plans.get(member, USUAL_TIMES), zone, at)
        due = [key for key, created_at in told if created_at <= moment]
        if due:
            found[member] = due
    return found


def get_quiet_end(delivery: Delivery, company: Company, at: datetime.datetime) -> datetime.datetime | None:
    """Return until when a mail has to wait for the member's quiet hours, None where it need not."""
    if delivery.membership_id is None:
        return None
    return quiet_until(get_times(delivery.membership_id), zone_of(company), at)


def list_deliveries(viewer: Viewer, state: str = "") -> QuerySet[Delivery]:
    """Return the log of mails, the newest first, of one state or all, with the member and how many notices each has."""
    rows: QuerySet[Delivery] = Delivery.objects.visible_to(viewer)
    if state:
        rows = rows.filter(state=state)
    return (
        rows.select_related("membership__person", "membership__user", "invitation")
        .annotate(count=Count("notices"))
        .order_by("-pk")[:PAGE]
    )


# --- In words ------------------------------------------------------------------------------------

_EXCERPT = 280


@dataclass(frozen=True)
class Line:
    """A notice in words: what happened, more of it, and the path of the page that shows it."""

    text: str
    detail: str
    path: str


def line_of(viewer: Viewer, told: Told, *, is_mail: bool) -> Line:
    """Return a notice in the words of the member's language.

    A mail passes through other hands: of what is not everybody's in the company it names nothing.
    """
    notice, language = told.notice, viewer.language
    data = dict(notice.data)
    if notice.kind == "finding":
        data |= {
            "rule": rule_title(data["rule"], language),
            "severity": label(f"severity.{data['severity']}", language),
        }
    elif notice.kind == "access":
        table = "duties" if "delegation" in data["what"] else "roles"
        data["role"] = label(f"{table}.{data['role']}", language)
    elif notice.kind == "security":
        data["change"] = label(f"notices.sign_in.{data['change']}", language)
    is_hidden = is_mail and told.subject is not None and not told.subject.is_open
    state = "more" if told.count > 1 else "again" if data.get("again") else data.get("what", "new")
    data |= {"count": told.count, "by": _author(told) or data.get("by", "")}
    about = _about(told, language, is_hidden=is_hidden)
    text = label(f"notices.lines.{notice.kind}_{state}", language, **data, about=about)
    return Line(text, "" if is_hidden else told.excerpt, _path(viewer, told))


def _author(told: Told) -> str:
    if told.comment is None:
        return ""
    author = told.comment.author
    return str(author.user) if author.person is None else str(author.person.name)


def _about(told: Told, language: str, *, is_hidden: bool) -> str:
    subject = told.subject
    if subject is None:
        return ""
    if is_hidden:
        return label("notices.hidden", language)
    if subject.table != "findings":
        return " ".join(filter(None, (subject.code, subject.name)))
    _, kind, _, code = subject.code.split(":", 3)
    return f"{label(f'subjects.{kind}', language)} {code}"


def _excerpt(line: str) -> str:
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def _path(viewer: Viewer, told: Told) -> str:
    if told.subject is None:
        return reverse("notifications:list_page", args=[viewer.company.code])
    path = reverse("discussion:thread_page", args=[viewer.company.code, told.subject.table, told.subject.code])
    return path if told.comment is None else f"{path}#c-{told.comment.code}"
