"""Mails to a real server: what they say in both languages, when they go, and that none is lost or sent twice."""

import datetime
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from guantong import clock
from guantong.access.actions import remove_membership
from guantong.discussion.actions import remove_comment
from guantong.environment import MailServer
from guantong.goals.models import Goal
from guantong.invitations.actions import Invited, create_invitation, remove_invitation
from guantong.invitations.queries import get_secret
from guantong.kit.separation import switch_company
from guantong.notifications.actions import (
    NewNotice,
    change_choices,
    claim_delivery,
    create_digests,
    create_notices,
    mark_read,
    settle_uncertain,
)
from guantong.notifications.models import Delivery, Notice
from guantong.notifications.policies import SILENCE, USUAL_TIMES, Times
from guantong.notifications.tasks import make_digests, send_due_mails
from guantong.organisation.models import Company, Person
from tests.make.cast import Cast, build_cast, operator
from tests.make.installation import free_port
from tests.make.kept import AT
from tests.make.mailing import backdate, kinds, mailing, say, sent, states
from tests.make.mails import Mailbox, parts

pytestmark = pytest.mark.django_db

WEEK = datetime.timedelta(days=8)


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailing(settings) as box:
        yield box


def speaks(cast: Cast, role: str, language: str) -> None:
    user = cast.members[role].user
    user.language = language
    user.save()


def ask(cast: Cast, text: str = "@UMA, what is missing?", code: str = "OPEN1") -> None:
    say(cast.viewer("manager"), text, code)


# --- What they say -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("zh", "Dan 提到你 · OPEN1 Goal OPEN1【Acme】", ["Uma，你好：", "Acme有新消息：", "你收到这封邮件"]),
        ("en", "Dan mentions you · OPEN1 Goal OPEN1 [Acme]", ["Hello Uma,", "There is news for you in Acme:", "Open"]),
    ],
)
def test_a_mention_is_mailed_in_the_reader_s_language(
    cast: Cast, box: Mailbox, language: str, subject: str, words: list[str]
) -> None:
    speaks(cast, "employee", language)
    ask(cast, "@UMA, what is <b>missing</b>?")
    assert sent(cast.company) == 1
    (mail,) = box.received
    plain, html = parts(mail)
    assert (mail["To"], mail["Subject"]) == ("employee@example.com", subject)
    assert mail.get_content_type() == "multipart/alternative"
    assert "what is <b>missing</b>?" in plain
    assert "what is &lt;b&gt;missing&lt;/b&gt;?" in html
    assert "https://guantong.example/c/ACME/discussion/goals/OPEN1/#c-" in plain
    assert mail["List-Unsubscribe"] == "<https://guantong.example/c/ACME/notices/choices/>"
    assert all(word in plain or word in html for word in words)
    assert states() == ["sent"]
    assert Delivery.objects.get().message_id == mail["Message-ID"]


def test_of_a_private_goal_a_mail_names_nothing(cast: Cast, box: Mailbox) -> None:
    ask(cast, "@BOSS, the SECRET plan", "HIDDEN1")
    assert sent(cast.company) == 1
    (mail,) = box.received
    whole = "".join((mail["Subject"], *parts(mail)))
    assert "Goal HIDDEN1" not in whole
    assert "SECRET" not in whole


def test_signs_in_names_break_out_of_nothing(cast: Cast, box: Mailbox) -> None:
    evil = "Dan\r\nBcc: victim@example.com\r\n\r\n<script>"
    Person.objects.filter(code="DAN").update(name=evil)
    Company.objects.filter(pk=cast.company.pk).update(name="Acme\nX-Evil: 1 " + "long " * 40)
    ask(cast)
    assert sent(cast.company) == 1
    (mail,) = box.received
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert len(mail["Subject"]) <= 78
    assert "<script>" not in parts(mail)[1]


def test_several_things_at_once_are_one_digest(cast: Cast, box: Mailbox) -> None:
    speaks(cast, "manager", "en")
    viewer = cast.viewer("manager")
    change_choices(viewer, {"undelivered": (True, "digest")}, Times(8, "daily"))
    create_notices(
        cast.company.pk,
        [NewNotice(viewer.membership_id, "undelivered", "deliveries", number, "", {"address": f"a{number}@example.com"})
         for number in range(25)],
        clock.now(),
    )  # fmt: skip
    assert create_digests(cast.company, clock.now()) == 0
    assert create_digests(cast.company, clock.now() + datetime.timedelta(days=1)) == 1
    assert create_digests(cast.company, clock.now() + datetime.timedelta(days=1)) == 0
    backdate(WEEK)
    sent(cast.company)
    digest = next(mail for mail in box.received if mail["To"] == "manager@example.com")
    plain, _ = parts(digest)
    assert digest["Subject"] == "Your digest: 25 notices [Acme]"
    assert "a24@example.com" in plain
    assert "a4@example.com" not in plain
    assert "and 5 more in the list" in plain


# --- When they go --------------------------------------------------------------------------------


def test_in_quiet_hours_a_mail_waits(cast: Cast, box: Mailbox) -> None:
    local = clock.now().astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    minute = local.hour * 60 + local.minute
    quiet = Times(8, "daily", (minute - 60) % 1440, (minute + 60) % 1440)
    change_choices(cast.viewer("employee"), {}, quiet)
    ask(cast)
    assert sent(cast.company) == 0
    row = Delivery.objects.get()
    assert datetime.timedelta(minutes=58) < row.next_at - clock.now() <= datetime.timedelta(minutes=61)
    change_choices(cast.viewer("employee"), {}, USUAL_TIMES)
    backdate(WEEK)
    assert sent(cast.company) == 1
    assert len(box.received) == 1


def test_digests_come_at_the_hour_of_each_company_s_clock(cast: Cast) -> None:
    switch_company(cast.other.pk)
    Company.objects.filter(pk=cast.other.pk).update(timezone="America/New_York")
    cast.other.refresh_from_db()
    moments = {}
    for company, role in ((cast.company, "employee"), (cast.other, "outsider")):
        switch_company(company.pk)
        member = cast.members[role].pk
        change_choices(cast.viewer(role), {}, Times(8, "daily"))
        Notice.objects.create(
            company=company, membership_id=member, kind="undelivered", table="deliveries", record_id=0, state="x",
            data={"address": "x@example.com"}, mail="digest", created_at=AT,
        )  # fmt: skip
        at = AT
        while not create_digests(company, at):
            at += datetime.timedelta(minutes=15)
        moments[role] = at
    assert moments["employee"] == datetime.datetime(2026, 7, 1, 0, 0, tzinfo=datetime.UTC)
    assert moments["outsider"] == datetime.datetime(2026, 6, 30, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize("lost", ["left", "inactive", "private", "removed", "read", "gone"])
def test_what_is_not_to_be_told_any_more_is_not_mailed(cast: Cast, box: Mailbox, lost: str) -> None:
    comment = say(cast.viewer("manager"), "@UMA, what is missing?")
    member = cast.members["employee"]
    if lost == "left":
        remove_membership(operator(cast.company), member.pk)
    elif lost == "inactive":
        member.user.is_active = False
        member.user.save()
    elif lost == "private":
        Goal.objects.filter(code="OPEN1").update(private=True)
    elif lost == "removed":
        remove_comment(cast.viewer("manager"), comment.code)
    elif lost == "read":
        mark_read(cast.viewer("employee"), None)
    else:
        Goal.objects.filter(code="OPEN1").update(removed_at=AT)
    assert sent(cast.company) == 0
    assert not box.received
    assert states() == ["dropped"]


# --- Invitations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("zh", "邀请你加入Acme"), ("en", "You are invited to Acme")])
def test_an_invitation_goes_to_an_address_that_is_no_user(cast: Cast, box: Mailbox, language: str, words: str) -> None:
    who = operator(cast.company, clock.now())
    row = create_invitation(who, Invited("new@example.com", "FAY", language))
    assert sent(cast.company) == 1
    (mail,) = box.received
    assert mail["To"] == "new@example.com"
    assert mail["Subject"].startswith(words)
    assert f"https://guantong.example/invitations/ACME/{get_secret(row)}/" in parts(mail)[0]
    assert "Fay" in parts(mail)[0]


def test_an_invitation_that_was_withdrawn_is_not_sent(cast: Cast, box: Mailbox) -> None:
    who = operator(cast.company, clock.now())
    row = create_invitation(who, Invited("new@example.com", "FAY"))
    remove_invitation(who, row.pk)
    sent(cast.company)
    assert not box.received
    assert states() == ["dropped"]


# --- Servers that fail ---------------------------------------------------------------------------


def test_a_server_that_is_down_loses_nothing(cast: Cast, box: Mailbox, settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = MailServer("127.0.0.1", free_port(), "", "", "")
    for number in range(3):
        say(cast.viewer("manager"), f"@UMA, number {number}")
    assert send_due_mails.func() == 0
    assert states() == ["waiting"] * 3
    assert [row.attempts for row in Delivery.objects.order_by("pk")] == [1, 0, 0]
    first = Delivery.objects.order_by("pk")[0]
    assert first.error.startswith("unreachable")
    assert datetime.timedelta(seconds=50) < first.next_at - clock.now() <= datetime.timedelta(minutes=1)
    settings.GUANTONG_MAIL_SERVER = box.server
    assert send_due_mails.func() == 3
    assert states() == ["sent"] * 3
    assert len({mail["Message-ID"] for mail in box.received}) == len(box.received) == 3


def test_without_a_server_mails_wait_and_say_so(cast: Cast, settings: Any) -> None:
    settings.GUANTONG_MAIL_SERVER = None
    ask(cast)
    assert send_due_mails.func() == 0
    assert (states(), Delivery.objects.get().error) == (["waiting"], "no_server")


def test_a_refusal_for_now_is_tried_again_under_the_same_message_id(cast: Cast, box: Mailbox) -> None:
    box.refusal = "451 4.7.1 come back later"
    ask(cast)
    assert sent(cast.company) == 0
    row = Delivery.objects.get()
    assert (row.state, row.error) == ("waiting", "refused: 451 4.7.1 come back later")
    box.refusal = ""
    assert sent(cast.company) == 0
    backdate(datetime.timedelta(minutes=2))
    assert sent(cast.company) == 1
    assert box.received[0]["Message-ID"] == row.message_id
    assert Delivery.objects.get().attempts == 2


def test_a_refusal_for_good_is_given_up_and_told_to_administrators(cast: Cast, box: Mailbox) -> None:
    box.refusal = "550 5.1.1 nobody of this name"
    ask(cast)
    assert sent(cast.company) == 0
    assert states()[0] == "given_up"
    assert kinds(cast.viewer("administrator"))[-1] == "undelivered"
    assert "undelivered" not in kinds(cast.viewer("employee"))
    backdate(WEEK)
    box.refusal = ""
    sent(cast.company)
    assert not [mail for mail in box.received if mail["To"] == "employee@example.com"]


def test_what_was_tried_for_a_week_is_given_up(cast: Cast, box: Mailbox) -> None:
    box.refusal = "451 4.7.1 come back later"
    ask(cast)
    backdate(WEEK)
    sent(cast.company)
    assert states()[0] == "given_up"


def test_one_refused_address_does_not_hold_up_the_others(cast: Cast, box: Mailbox) -> None:
    cast.members["employee"].user.email = "no address"
    cast.members["employee"].user.save()
    ask(cast, "@UMA and @BOSS?")
    assert sent(cast.company) == 1
    assert [mail["To"] for mail in box.received] == ["executive@example.com"]
    assert sorted(states()) == ["given_up", "sent"]


@pytest.mark.full
def test_a_server_that_hangs_holds_up_nothing_for_long(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guantong.kit.mail.TIMEOUT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.GUANTONG_MAIL_SERVER = MailServer("127.0.0.1", deaf.getsockname()[1], "", "", "")
        for number in range(3):
            say(cast.viewer("manager"), f"@UMA, number {number}")
        began = clock.now()
        assert send_due_mails.func() == 0
        assert clock.now() - began < datetime.timedelta(seconds=8)
    assert states() == ["waiting"] * 3


# --- Once ----------------------------------------------------------------------------------------


def test_a_mail_that_a_dead_worker_began_is_not_sent_twice(cast: Cast, box: Mailbox) -> None:
    ask(cast)
    assert claim_delivery(cast.company, clock.now()) is not None  # and the worker dies
    assert sent(cast.company) == 0
    assert states() == ["sending"]
    backdate(SILENCE)
    sent(cast.company)
    assert states() == ["uncertain"]
    assert not box.received
    assert len(kinds(cast.viewer("employee"))) == 1


def test_an_invitation_that_a_dead_worker_began_is_sent_again_as_the_same_mail(cast: Cast, box: Mailbox) -> None:
    create_invitation(operator(cast.company, clock.now()), Invited("new@example.com", "FAY"))
    claimed = claim_delivery(cast.company, clock.now())
    assert claimed is not None
    backdate(SILENCE)
    assert sent(cast.company) == 1
    assert box.received[0]["Message-ID"] == claimed.message_id


def test_what_only_a_mail_tells_is_sent_again(cast: Cast, box: Mailbox) -> None:
    change_choices(cast.viewer("employee"), {"mention": (False, "at_once")}, USUAL_TIMES)
    ask(cast)
    claim_delivery(cast.company, clock.now())
    backdate(SILENCE)
    assert sent(cast.company) == 1
    assert len(box.received) == 1


def test_a_slow_worker_notes_nothing_about_a_mail_that_others_settled(cast: Cast, box: Mailbox) -> None:
    from guantong.notifications.actions import note_sent

    ask(cast)
    claimed = claim_delivery(cast.company, clock.now())
    assert claimed is not None
    backdate(SILENCE)
    assert settle_uncertain(cast.company.pk, clock.now()) == 1
    note_sent(claimed, "employee@example.com", clock.now())
    assert states() == ["uncertain"]
    assert not box.received


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(cast: Cast, box: Mailbox) -> None:
    from tests.make.threads import at_once

    for number in range(6):
        say(cast.viewer("manager"), f"@UMA, number {number}")
    results = at_once([lambda: sent(cast.company)] * 2)
    assert [result for result in results if not isinstance(result, int)] == []
    assert sum(results) == len(box.received) == 6
    assert threading.active_count() >= 1


def test_the_tasks_see_to_every_company(cast: Cast, box: Mailbox) -> None:
    ask(cast)
    assert make_digests.func() >= 0
    assert send_due_mails.func() == 1
    assert len(box.received) == 1
