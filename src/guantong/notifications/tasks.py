"""Telling people in the background: what happened becomes notices, notices become mails, mails are sent."""

import datetime
import itertools
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.tasks import task

from guantong import clock
from guantong.access.events import AccessChanged
from guantong.access.queries import list_memberships
from guantong.accounts.events import SignInChanged
from guantong.discussion.events import CommentCreated
from guantong.findings.events import ApproverNamed, FindingsChanged
from guantong.invitations.events import InvitationCreated
from guantong.kit.mail import MailError
from guantong.kit.separation import company_scope
from guantong.notifications.actions import (
    NewNotice,
    claim_delivery,
    create_digests,
    create_invitation_mail,
    create_notices,
    note_dropped,
    note_failed,
    note_sent,
    settle_uncertain,
)
from guantong.notifications.gateways import Mail, send, write_invitation, write_letter
from guantong.notifications.models import Delivery
from guantong.notifications.queries import (
    find_comment_told,
    find_invitation_sent,
    find_letter,
    find_person_member,
    get_company,
    get_heads,
    get_members_of_people,
    list_administrators,
    list_findings,
)
from guantong.organisation.models import Company
from guantong.organisation.queries import list_companies

_log = structlog.get_logger(__name__)
_FINDINGS = 5000
_MAILS = 300
"""Mails of a company that one run sends; the next run comes within a minute."""


# --- What happened -------------------------------------------------------------------------------


def hear_findings(event: FindingsChanged) -> None:
    """Have new findings, and those that are back, told in the background."""
    for ids in itertools.batched((*event.opened, *event.reopened), _FINDINGS):
        _after_commit(lambda ids=ids: tell_findings.enqueue(event.company_id, list(ids)))


def hear_comment(event: CommentCreated) -> None:
    """Have a comment told in the background."""
    people = [list(event.mentioned), list(event.followers)]
    _after_commit(lambda: tell_comment.enqueue(event.company_id, event.comment_id, *people))


def hear_approver(event: ApproverNamed) -> None:
    """Tell who is named as approver, in the same transaction: it is one person."""
    member = find_person_member(event.company_id, event.person_id)
    if member is None:
        return
    state = f"{event.waiver_id}/{event.version}"
    wanted = [NewNotice(member, "approval", "findings", key, state, {"by": event.by}) for key in event.finding_ids[:1]]
    create_notices(event.company_id, wanted, event.at)


def hear_access(event: AccessChanged) -> None:
    """Tell a member that what they may do has changed, in the same transaction."""
    if event.membership_id is None:
        return
    data = {"what": event.change, "role": event.role, "by": event.by}
    state = f"{event.change}/{event.role}/{event.at.isoformat()}"
    member = event.membership_id
    create_notices(
        event.company_id, [NewNotice(member, "access", "memberships", member, state, data)], event.at
    )  # fmt: skip


def hear_sign_in(event: SignInChanged) -> None:
    """Tell a user, in every company that they belong to, that the way they sign in has changed."""
    state = f"{event.what}/{event.at.isoformat()}"
    for member in list_memberships(event.user_id):
        notice = NewNotice(member.pk, "security", "memberships", member.pk, state, {"change": event.what})
        with company_scope(member.company_id):
            create_notices(member.company_id, [notice], event.at)


def hear_invitation(event: InvitationCreated) -> None:
    """Have an invitation sent."""
    create_invitation_mail(event.company_id, event.invitation_id, clock.now())


def _after_commit(queue: object) -> None:
    transaction.on_commit(queue)


@task
def tell_findings(company_id: int, ids: Sequence[int]) -> int:
    """Tell findings to those who mend them and to the heads of their units; returns how many notices are new."""
    with company_scope(company_id):
        company = get_company(company_id)
        findings = list_findings(company_id, ids)
        heads = get_heads(company, {row["unit"] for row in findings if row["unit"]})
        people = {row["owner"] for row in findings} | set(heads.values())
        members = get_members_of_people(company, people)
        wanted = [
            NewNotice(
                members[code], "finding", "findings", row["pk"], str(row["reopened"]),
                {"rule": row["rule"], "severity": row["severity"], "again": row["reopened"] > 0},
            )
            for row in findings
            for code in dict.fromkeys((row["owner"], heads.get(row["unit"], "")))
            if code in members
        ]  # fmt: skip
        return create_notices(company_id, wanted, clock.now())


@task
def tell_comment(company_id: int, comment_id: int, mentioned: Sequence[int], followers: Sequence[int]) -> int:
    """Tell a comment to whom it mentions and who follows what it is about; returns how many notices are new.

    Who may not see it any more gets nothing, neither now nor when the mail is written.
    """
    with company_scope(company_id):
        told = find_comment_told(comment_id, {*mentioned, *followers}, clock.now())
        if told is None:
            return 0
        comment, seeing = told
        wanted = [
            NewNotice(
                member, "mention" if member in mentioned else "comment", comment.table, comment.record_id,
                comment.code, {"comments": [comment.code], "by": comment.author_name},
            )
            for member in sorted(seeing - {comment.author_id})
        ]  # fmt: skip
        return create_notices(company_id, wanted, clock.now())


# --- Mails ---------------------------------------------------------------------------------------


@task
def make_digests() -> int:
    """Make the digests that are due in every company; returns how many mails wait."""
    count = 0
    for company in _every_company():
        with company_scope(company.pk):
            count += create_digests(company, clock.now())
    return count


@task
def send_due_mails() -> int:
    """Send the mails that are due in every company; returns how many were sent.

    Where the mail server fails everybody, the rest waits for the next run.
    """
    count = 0
    for company in _every_company():
        with company_scope(company.pk):
            sent, is_well = send_company_mails(company)
        count += sent
        if not is_well:
            break
    return count


def _every_company() -> list[Company]:
    with company_scope(0):
        return list_companies()


def send_company_mails(company: Company) -> tuple[int, bool]:
    """Send the mails of a company that are due; returns how many were sent, and whether the mail server is well."""
    lost = settle_uncertain(company.pk, clock.now())
    if lost:
        _log.warning("mails_uncertain", company=company.code, count=lost)
    count = 0
    for _ in range(_MAILS):
        delivery = claim_delivery(company, clock.now())
        if delivery is None:
            return count, True
        try:
            count += _send(company, delivery)
        except MailError:
            return count, False
    return count, True


def _send(company: Company, delivery: Delivery) -> bool:
    """Send one mail that is claimed, and note what became of it; returns whether it was sent.

    Raises:
        MailError: The server would not have taken any other mail either.
    """
    mail = _written(delivery, clock.now())
    if mail is None:
        note_dropped(delivery)
        return False
    try:
        send(mail, delivery)
    except MailError as error:
        _log.warning("mail_not_sent", company=company.code, delivery=delivery.pk, reason=str(error))
        if note_failed(delivery, mail.to, clock.now(), error):
            _tell_undelivered(company, delivery, mail.to)
        if error.is_server:
            raise
        return False
    note_sent(delivery, mail.to, clock.now())
    return True


def _written(delivery: Delivery, at: datetime.datetime) -> Mail | None:
    if delivery.invitation_id is not None:
        invitation = find_invitation_sent(delivery.invitation_id, at)
        return None if invitation is None else write_invitation(invitation)
    letter = find_letter(delivery, at)
    return None if letter is None else write_letter(letter, delivery.kind)


def _tell_undelivered(company: Company, delivery: Delivery, address: str) -> None:
    """Tell the administrators that mails to an address cannot be delivered; once while they have not read it."""
    wanted = [
        NewNotice(member.pk, "undelivered", "deliveries", delivery.pk, "given_up", {"address": address})
        for member in list_administrators(company)
    ]
    create_notices(company.pk, wanted, clock.now())
