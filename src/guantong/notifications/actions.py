"""Writing notices, what members choose, and what becomes of mails."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from guantong.access.policies import Viewer, deed_of
from guantong.audit.actions import RowChange, record_entry
from guantong.kit.mail import MailError
from guantong.notifications.models import Choice, Delivery, MailPlan, Notice
from guantong.notifications.policies import (
    DIGEST_DAYS,
    KINDS,
    MAILS,
    PATIENCE,
    SILENCE,
    USUAL_MAIL,
    Times,
    next_try,
)
from guantong.notifications.queries import get_choices, get_quiet_end, list_due_digests
from guantong.organisation.models import Company

JOINING = "comment"
"""The kind of notices of which there is one unread for each thing."""

_BATCH = 2000
_MOST_JOINED = 200
_LONGEST_ERROR = 500
_LOOKED_AT = 20
_DAY_MINUTES = 1440


@dataclass(frozen=True)
class NewNotice:
    """Something to tell a member; see `models.Notice`."""

    membership_id: int
    kind: str
    table: str
    record_id: int
    state: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> tuple[int, str, str, int, str]:
        """What makes it the same as another."""
        return self.membership_id, self.kind, self.table, self.record_id, self.state


def create_notices(company_id: int, wanted: Iterable[NewNotice], at: datetime.datetime) -> int:
    """Tell members what they have not been told yet; a member gets at most one mail of it.

    Args:
        company_id: The company.
        wanted: What to tell.
        at: When it happened.

    Returns:
        How many notices are new.
    """
    with transaction.atomic():
        new = _unjoined(company_id, _untold(company_id, wanted))
        choices = get_choices(company_id, {notice.membership_id for notice in new})
        ways = [choices.get((notice.membership_id, notice.kind), (True, USUAL_MAIL[notice.kind])) for notice in new]
        at_once = {notice.membership_id for notice, (_, mail) in zip(new, ways, strict=True) if mail == "at_once"}
        deliveries = _create_deliveries(company_id, sorted(at_once), "notices", at)
        Notice.objects.bulk_create(
            (
                Notice(
                    company_id=company_id, membership_id=notice.membership_id, kind=notice.kind, table=notice.table,
                    record_id=notice.record_id, state=notice.state, data=dict(notice.data), is_shown=is_shown,
                    mail=mail, delivery=deliveries[notice.membership_id] if mail == "at_once" else None, created_at=at,
                )
                for notice, (is_shown, mail) in zip(new, ways, strict=True)
            ),
            batch_size=_BATCH,
            ignore_conflicts=True,
        )  # fmt: skip
    return len(new)


def _untold(company_id: int, wanted: Iterable[NewNotice]) -> list[NewNotice]:
    """Return each of some notices once, without those that were told before."""
    by_key = {notice.key: notice for notice in wanted}
    if not by_key:
        return []
    names = ("membership", "kind", "table", "record_id", "state")
    rows = Notice.objects.filter(
        company=company_id,
        kind__in={notice.kind for notice in by_key.values()},
        record_id__in={notice.record_id for notice in by_key.values()},
    )
    known = set(rows.values_list(*names))
    return [notice for key, notice in by_key.items() if key not in known]


def _unjoined(company_id: int, new: list[NewNotice]) -> list[NewNotice]:
    """Return notices without those of comments on a thing whose comments a member has not read yet: they join these."""
    comments = {(notice.membership_id, notice.table, notice.record_id): notice for notice in new if _joins(notice)}
    if not comments:
        return new
    unread = Notice.objects.select_for_update().filter(
        company=company_id, kind=JOINING, read_at=None,
        membership__in={member for member, _, _ in comments}, record_id__in={record for _, _, record in comments},
    )  # fmt: skip
    joined = set()
    for row in unread:
        notice = comments.get((row.membership_id, row.table, row.record_id))
        if notice is not None:
            told = [code for code in notice.data["comments"] if code not in row.data["comments"]]
            row.data = {**row.data, **notice.data, "comments": [*row.data["comments"], *told][-_MOST_JOINED:]}
            row.save(update_fields=["data"])
            joined.add(notice.key)
    return [notice for notice in new if notice.key not in joined]


def _joins(notice: NewNotice) -> bool:
    return notice.kind == JOINING


def _create_deliveries(
    company_id: int, members: Iterable[int], kind: str, at: datetime.datetime
) -> dict[int, Delivery]:
    rows = [Delivery(company_id=company_id, membership_id=key, kind=kind, created_at=at, next_at=at) for key in members]
    return {row.membership_id: row for row in Delivery.objects.bulk_create(rows, batch_size=_BATCH)}


def create_invitation_mail(company_id: int, invitation_id: int, at: datetime.datetime) -> None:
    """Have an invitation sent to its address."""
    Delivery.objects.create(
        company_id=company_id, invitation_id=invitation_id, kind="invitation", created_at=at, next_at=at
    )


def create_digests(company: Company, at: datetime.datetime) -> int:
    """Have every member whose digest is due get one mail of all that waits for it; returns how many mails."""
    with transaction.atomic():
        due = list_due_digests(company, at)
        deliveries = _create_deliveries(company.pk, due, "digest", at)
        for member, ids in due.items():
            for start in range(0, len(ids), _BATCH):
                rows = Notice.objects.filter(pk__in=ids[start : start + _BATCH], delivery=None)
                rows.update(delivery=deliveries[member])
    return len(due)


# --- What a member does --------------------------------------------------------------------------


def mark_read(viewer: Viewer, ids: Collection[int] | None) -> int:
    """Note that a member has read notices of theirs, by their ids, or all; returns how many."""
    rows = Notice.objects.filter(company=viewer.company_id, membership=viewer.membership_id, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return int(rows.update(read_at=viewer.at))


class RefusedChoiceError(Exception):
    """A choice that cannot be; `fault` says why: `choice`, `hour` or `quiet`."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(fault)


def change_choices(viewer: Viewer, chosen: Mapping[str, tuple[bool, str]], times: Times) -> None:
    """Keep how a member wants to be told of each kind of thing, and when they get mail.

    Args:
        viewer: The member.
        chosen: By kind whether the list shows it and how it goes by mail; other kinds stay as they are.
        times: When they get mail.

    Raises:
        RefusedChoiceError: A kind or a way is unknown, or hours are impossible.
    """
    if any(kind not in KINDS or mail not in MAILS for kind, (_, mail) in chosen.items()):
        raise RefusedChoiceError("choice")
    if times.digest_days not in DIGEST_DAYS or not 0 <= times.digest_hour < 24:
        raise RefusedChoiceError("hour")
    _check_quiet(times)
    with transaction.atomic():
        changes = [
            change
            for kind, (is_shown, mail) in chosen.items()
            if (change := _put(Choice, viewer, {"kind": kind}, {"is_shown": is_shown, "mail": mail}))
        ]
        cells = {name: getattr(times, name) for name in ("digest_hour", "digest_days", "quiet_from", "quiet_to")}
        plan = _put(MailPlan, viewer, {}, cells)
        changes += [plan] if plan else []
        if changes:
            record_entry(deed_of(viewer), "change_notice_choices", {}, changes)


def _check_quiet(times: Times) -> None:
    ends = (times.quiet_from, times.quiet_to)
    if ends == (None, None):
        return
    if None in ends or ends[0] == ends[1] or any(not 0 <= (end or 0) < _DAY_MINUTES for end in ends):
        raise RefusedChoiceError("quiet")


def _put(model: Any, viewer: Viewer, key: Mapping[str, Any], cells: Mapping[str, Any]) -> RowChange | None:
    """Write cells of a member's own row; returns what changed, None where nothing did."""
    own = {"company_id": viewer.company_id, "membership_id": viewer.membership_id, **key}
    row = model.objects.select_for_update().filter(**own).first() or model(**own)
    before = {} if row.pk is None else {name: str(getattr(row, name)) for name in cells}
    after = {name: str(cell) for name, cell in cells.items()}
    changed = {name: text for name, text in after.items() if before.get(name) != text}
    if not changed:
        return None
    kind = "change" if row.pk else "create"
    row.version += kind == "change"
    for name, cell in cells.items():
        setattr(row, name, cell)
    row.save()
    record = "/".join((viewer.actor, *key.values()))
    old = {name: before[name] for name in changed} if before else {}
    return RowChange(model.trail_table, row.pk, record, kind, old, changed)


# --- What becomes of mails -----------------------------------------------------------------------


def claim_delivery(company: Company, at: datetime.datetime) -> Delivery | None:
    """Return a mail that is due and nobody else sends, noted as on its way; None where there is none.

    A mail to somebody in their quiet hours is put off until these end.
    """
    with transaction.atomic():
        rows = Delivery.objects.filter(company=company, state="waiting", next_at__lte=at).order_by("next_at", "pk")
        skips = connection.features.has_select_for_update_skip_locked
        while listed := list(rows.select_for_update(skip_locked=skips)[:_LOOKED_AT]):
            for row in listed:
                quiet_end = get_quiet_end(row, company, at)
                if quiet_end is None:
                    return _claimed(row, at)
                Delivery.objects.filter(pk=row.pk).update(next_at=quiet_end)
    return None


def _claimed(row: Delivery, at: datetime.datetime) -> Delivery:
    row.state, row.claimed_at, row.attempts = "sending", at, row.attempts + 1
    row.message_id = row.message_id or make_msgid(domain=urlsplit(settings.GUANTONG_URL).hostname)
    row.save()
    return row


def note_sent(delivery: Delivery, address: str, at: datetime.datetime) -> None:
    """Note that the mail server has taken a mail; those that it could not be reached for are due again."""
    own = Delivery.objects.filter(pk=delivery.pk, state="sending")
    own.update(state="sent", address=address, sent_at=at, error="")
    waiting = Delivery.objects.filter(company=delivery.company_id, state="waiting", next_at__gt=at)
    waiting.filter(error__startswith="unreachable").update(next_at=at, error="")


def note_dropped(delivery: Delivery) -> None:
    """Note that a mail had nothing left to tell."""
    Delivery.objects.filter(pk=delivery.pk, state="sending").update(state="dropped", error="")


def note_failed(delivery: Delivery, address: str, at: datetime.datetime, error: MailError) -> bool:
    """Note why a mail was not sent, and when it is tried again.

    Returns:
        Whether it is given up: the server refuses the address for good, or it has been tried for too long.
    """
    is_over = error.is_final or at - delivery.created_at > PATIENCE
    text = str(error)[:_LONGEST_ERROR]
    own = Delivery.objects.filter(pk=delivery.pk, state="sending")
    state = "given_up" if is_over else "waiting"
    own.update(state=state, address=address, error=text, next_at=next_try(delivery.attempts, at))
    return is_over


def settle_uncertain(company_id: int, at: datetime.datetime) -> int:
    """See to mails that a worker began to send and then died: nobody knows whether the server had taken them.

    They are not sent again, since the list has what they tell; but those for which a mail is the only way are, with the
    same Message-ID, by which a mail program shows the same mail once.

    Returns:
        How many there were.
    """
    with transaction.atomic():
        rows = Delivery.objects.filter(company=company_id, state="sending", claimed_at__lte=at - SILENCE)
        ids = list(rows.select_for_update().values_list("pk", flat=True))
        silent = Notice.objects.filter(delivery__in=ids, is_shown=False).values_list("delivery", flat=True)
        again = {*silent, *Delivery.objects.filter(pk__in=ids, kind="invitation").values_list("pk", flat=True)}
        Delivery.objects.filter(pk__in=again).update(state="waiting", next_at=at, error="uncertain")
        Delivery.objects.filter(pk__in=set(ids) - again).update(state="uncertain", error="uncertain")
    return len(ids)
