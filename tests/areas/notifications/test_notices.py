"""Who is told what: once, in the list they see, and nothing of what they may not see."""

import datetime
import tomllib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_ox.models import OxTask

from guantong.access.actions import (
    Delegated,
    RoleFor,
    create_delegation,
    create_grant,
    create_membership,
    remove_grant,
)
from guantong.accounts.actions import record_change
from guantong.audit.models import Change
from guantong.discussion.actions import change_comment, remove_comment, remove_follow
from guantong.findings.actions import NewWaiver, create_waiver, keep_check
from guantong.findings.models import Finding
from guantong.goals.models import Goal
from guantong.kit.separation import company_scope, switch_company
from guantong.notifications import actions
from guantong.notifications.actions import NewNotice, RefusedChoiceError, change_choices, create_notices, mark_read
from guantong.notifications.models import Delivery, Notice
from guantong.notifications.policies import KINDS, USUAL_MAIL, USUAL_TIMES, Times
from guantong.notifications.queries import count_unread, get_times, line_of, list_choices, list_notices
from guantong.notifications.tasks import tell_comment, tell_findings
from tests.architecture.tree import PACKAGE
from tests.make.cast import OUTSIDER, Cast, build_cast, operator
from tests.make.kept import AT
from tests.make.mailing import goal, kinds, say

pytestmark = pytest.mark.django_db

LATER = AT + datetime.timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


def finding(cast: Cast, subject: str = "OPEN1", rule: str = "GOAL-SMART", **cells: Any) -> Finding:
    standing = {"severity": "error", "owner": "UMA", "unit": "D1", "opened_at": AT, **cells}
    row: Finding = Finding.objects.create(
        company=cast.company, rule=rule, subject_type="goal", subject=subject, year="2026", **standing
    )
    return row


def tell(cast: Cast, *rows: Finding) -> int:
    return int(tell_findings.func(cast.company.pk, [row.pk for row in rows]))


# --- Findings ------------------------------------------------------------------------------------


def test_a_finding_is_told_to_its_owner_and_the_head_of_its_unit(cast: Cast) -> None:
    assert tell(cast, finding(cast)) == 2
    assert kinds(cast.viewer("employee")) == kinds(cast.viewer("manager")) == ["finding"]
    assert not kinds(cast.viewer("executive"))
    shown = list_notices(cast.viewer("employee"))
    assert [(entry.notice.data["rule"], entry.subject and entry.subject.table) for entry in shown] == [
        ("GOAL-SMART", "findings")
    ]


def test_a_head_who_owns_the_finding_is_told_once(cast: Cast) -> None:
    assert tell(cast, finding(cast, owner="DAN")) == 1


def test_a_finding_is_told_once_and_again_when_it_is_back(cast: Cast) -> None:
    row = finding(cast)
    tell(cast, row)
    assert tell(cast, row) == 0
    row.reopened, row.reopened_at = 1, LATER
    row.save()
    assert tell(cast, row) == 2
    assert tell(cast, row) == 0
    assert [entry.notice.data["again"] for entry in list_notices(cast.viewer("employee"))] == [True, False]


@pytest.mark.parametrize(
    "cells", [{"mended_at": AT}, {"is_waived": True}, {"owner": "", "unit": ""}, {"owner": "EVE", "unit": ""}]
)
def test_of_what_is_mended_waived_or_nobody_s_nothing_is_told(cast: Cast, cells: dict[str, Any]) -> None:
    assert tell(cast, finding(cast, **cells)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_check_tells_what_it_finds(cast: Cast) -> None:
    tasks = OxTask.objects.filter(task_path="guantong.notifications.tasks.tell_findings")
    (queued,) = [task.args for task in tasks if task.args[0] == cast.company.pk]
    rows = Finding.objects.filter(company=cast.company)
    assert rows
    assert sorted(queued[1]) == sorted(row.pk for row in rows)


@pytest.mark.full
def test_five_thousand_findings_are_a_few_statements_and_one_mail_a_person(cast: Cast) -> None:
    Finding.objects.bulk_create(
        Finding(company=cast.company, rule="GOAL-SMART", subject_type="goal", subject=f"G{number}", year="2026",
                severity="error", owner="UMA" if number % 2 else "DAN", unit="D1", opened_at=AT)
        for number in range(5000)
    )  # fmt: skip
    ids = list(Finding.objects.filter(rule="GOAL-SMART", subject__startswith="G").values_list("pk", flat=True)[:5000])
    change_choices(cast.viewer("employee"), {"finding": (True, "at_once")}, USUAL_TIMES)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert tell_findings.func(cast.company.pk, ids) >= 7400
    statements = [query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 20
    assert Delivery.objects.filter(membership=cast.members["employee"].pk).count() == 1


def test_a_notice_of_a_private_goal_s_finding_is_not_listed_for_who_may_not_see_it(cast: Cast) -> None:
    row = finding(cast, "HIDDEN1", owner="UMA")
    tell(cast, row)
    assert not list_notices(cast.viewer("employee"))
    assert count_unread(cast.viewer("employee")) == 0
    assert len(list_notices(cast.viewer("manager"))) == 1
    Goal.objects.filter(code="HIDDEN1").update(private=False)
    assert len(list_notices(cast.viewer("employee"))) == 1


# --- Discussion ----------------------------------------------------------------------------------


def test_who_is_mentioned_and_who_follows_is_told_and_not_who_writes(cast: Cast) -> None:
    say(cast.viewer("manager"), "@UMA, what is missing?")
    assert (kinds(cast.viewer("employee")), kinds(cast.viewer("manager"))) == (["mention"], [])
    say(cast.viewer("employee"), "A metric")
    assert kinds(cast.viewer("manager")) == ["comment"]
    remove_follow(cast.viewer("manager"), goal(cast.viewer("manager")))
    say(cast.viewer("employee"), "And a date")
    assert kinds(cast.viewer("manager")) == ["comment"]
    assert not Notice.objects.filter(membership=cast.members[OUTSIDER].pk).exists()


def test_a_comment_is_told_once_however_often_its_task_runs(cast: Cast) -> None:
    comment = say(cast.viewer("manager"), "@UMA?")
    again = (cast.company.pk, comment.pk, [cast.members["employee"].pk], [])
    assert tell_comment.func(*again) == 0
    remove_comment(cast.viewer("manager"), comment.code)
    assert tell_comment.func(*again) == 0
    assert not list_notices(cast.viewer("employee"))


def test_a_follower_who_lost_the_right_is_told_nothing(cast: Cast) -> None:
    say(cast.viewer("manager"), "@UMA?")
    mark_read(cast.viewer("employee"), None)
    Goal.objects.filter(code="OPEN1").update(private=True, owner=None)
    say(cast.viewer("manager"), "Between us")
    assert kinds(cast.viewer("employee")) == ["mention"]
    assert not list_notices(cast.viewer("employee"))


def test_answers_on_one_thing_join_while_they_are_unread(cast: Cast) -> None:
    manager, employee = cast.viewer("manager"), cast.viewer("employee")
    say(manager, "@UMA?")
    first = say(employee, "One")
    say(employee, "Two")
    (entry,) = list_notices(manager)
    assert (entry.count, entry.comment and entry.comment.text) == (2, "Two")
    again = (cast.company.pk, first.pk, [], [manager.membership_id])
    assert tell_comment.func(*again) == 0
    assert list_notices(manager)[0].count == 2
    remove_comment(employee, first.code)
    assert list_notices(manager)[0].count == 1
    mark_read(manager, None)
    say(employee, "Three")
    assert [entry.count for entry in list_notices(manager)] == [1, 1]


def test_whom_a_change_newly_mentions_is_told(cast: Cast) -> None:
    from guantong.discussion.events import CommentCreated
    from tests.make.told import told

    comment = say(cast.viewer("manager"), "Who?")
    with told(CommentCreated) as events:
        change_comment(cast.viewer("manager"), comment.code, 1, "@UMA?")
    (event,) = events
    tell_comment.func(event.company_id, event.comment_id, list(event.mentioned), list(event.followers))
    assert kinds(cast.viewer("employee")) == ["mention"]


# --- Access and approval -------------------------------------------------------------------------


def test_a_change_of_access_is_told_to_whose_it_is(cast: Cast) -> None:
    who = operator(cast.company)
    Notice.objects.all().delete()
    grant = create_grant(who, cast.members["employee"].pk, RoleFor("finance", reason="Helps out"))
    remove_grant(who, grant.pk)
    create_delegation(who, Delegated("DAN", "UMA", "checkin", AT.date(), AT.date()))
    told = list_notices(cast.viewer("employee"))
    assert [entry.notice.data["what"] for entry in told] == ["create_delegation", "remove_grant", "create_grant"]
    assert not list_notices(cast.viewer(OUTSIDER))


@pytest.mark.django_db(transaction=True)
def test_an_approver_is_told(cast: Cast) -> None:
    keep_check(cast.company.pk, AT)
    row = Finding.objects.visible_to(cast.viewer("employee")).filter(company=cast.company, mended_at=None)[0]
    before = len(kinds(cast.viewer("employee")))
    who = operator(cast.company)
    create_waiver(who, NewWaiver(row.rule, row.subject, "UMA", "Waits for data"))
    create_waiver(who, NewWaiver(row.rule, row.subject, "UMA", "Waits for data, still"))
    assert kinds(cast.viewer("employee"))[before:] == ["approval"]
    create_waiver(who, NewWaiver(row.rule, row.subject, "EVE", "Waits for data"))
    create_waiver(who, NewWaiver(row.rule, row.subject, "UMA", "Waits for data"))
    assert kinds(cast.viewer("employee"))[before:] == ["approval", "approval"]


def test_a_changed_sign_in_is_told_in_every_company(cast: Cast) -> None:
    user = cast.members["employee"].user
    with company_scope(cast.other.pk):
        create_membership(operator(cast.other), user, "", RoleFor("strategy_office", reason="Also here"))
    with company_scope(0):
        for what in label_table("notices.sign_in"):
            record_change(user, what, AT, "operator")
    told = [line_of(cast.viewer("employee"), entry, is_mail=False) for entry in list_notices(cast.viewer("employee"))]
    assert any("the password was changed" in line.text or "改了密码" in line.text for line in told)
    assert len(told) == len(label_table("notices.sign_in"))
    switch_company(cast.other.pk)
    assert Notice.objects.filter(company=cast.other, kind="security").count() == len(told)


def label_table(name: str) -> list[str]:
    """Return the keys of a table of labels."""
    table, key = name.split(".")
    return list(tomllib.loads((PACKAGE / "messages" / f"{table}.en.toml").read_text("utf-8"))[table][key])


# --- Choices -------------------------------------------------------------------------------------


def test_what_is_usual_holds_until_somebody_chooses(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    assert list_choices(viewer) == {kind: (True, USUAL_MAIL[kind]) for kind in KINDS}
    assert get_times(viewer.membership_id) == USUAL_TIMES
    times = Times(18, "daily", 22 * 60, 7 * 60)
    change_choices(viewer, {"mention": (False, "digest")}, times)
    assert list_choices(viewer)["mention"] == (False, "digest")
    assert list_choices(cast.viewer("manager"))["mention"] == (True, "at_once")
    assert get_times(viewer.membership_id) == times
    changes = Change.objects.filter(table__in=("notice_choices", "mail_plans")).count()
    change_choices(viewer, {"mention": (False, "digest")}, times)
    assert Change.objects.filter(table__in=("notice_choices", "mail_plans")).count() == changes


def test_what_somebody_does_not_want_in_the_list_is_not_there(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    change_choices(viewer, {"mention": (False, "at_once")}, USUAL_TIMES)
    say(cast.viewer("manager"), "@UMA?")
    assert not list_notices(viewer)
    assert Delivery.objects.filter(membership=viewer.membership_id, kind="notices").count() == 1


@pytest.mark.parametrize(
    ("chosen", "times", "fault"),
    [
        ({"nothing": (True, "none")}, USUAL_TIMES, "choice"),
        ({"mention": (True, "pigeon")}, USUAL_TIMES, "choice"),
        ({}, Times(24), "hour"),
        ({}, Times(8, "never"), "hour"),
        ({}, Times(quiet_from=60), "quiet"),
        ({}, Times(quiet_from=60, quiet_to=60), "quiet"),
        ({}, Times(quiet_from=-1, quiet_to=60), "quiet"),
        ({}, Times(quiet_from=60, quiet_to=1440), "quiet"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    cast: Cast, chosen: dict[str, tuple[bool, str]], times: Times, fault: str
) -> None:
    with pytest.raises(RefusedChoiceError) as refusal:
        change_choices(cast.viewer("employee"), chosen, times)
    assert refusal.value.fault == fault


# --- Pages ---------------------------------------------------------------------------------------


def client_of(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast.members[role].user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_list_shows_links_and_takes_that_they_are_read(cast: Cast) -> None:
    say(cast.viewer("manager"), "@UMA <b>now</b>")
    say(cast.viewer("manager"), "@UMA again")
    client, address = client_of(cast, "employee"), "/c/ACME/notices/"
    shown = client.get(address).content.decode()
    assert "/c/ACME/discussion/goals/OPEN1/#c-" in shown
    assert "&lt;b&gt;now" in shown
    first, second = Notice.objects.filter(membership=cast.members["employee"].pk, kind="mention").order_by("pk")
    client.post(address, {"read": str(first.pk)})
    assert list(Notice.objects.filter(read_at=None, pk__in=[first.pk, second.pk])) == [second]
    client_of(cast, "manager").post(address, {"read": str(second.pk)})
    client.post(address, {"read": "rubbish"})
    assert Notice.objects.get(pk=second.pk).read_at is None
    client.post(address, {"read": "all"})
    assert count_unread(cast.viewer("employee")) == 0
    assert client.get(address, {"before": "x" * 300}).status_code == 200
    assert client.get(address, {"before": "9" * 300}).status_code == 200


def test_a_long_list_has_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guantong.notifications.queries.PAGE", 2)
    viewer = cast.viewer("employee")
    create_notices(
        cast.company.pk,
        [NewNotice(viewer.membership_id, "undelivered", "deliveries", 1, str(number), {"address": "x@example.com"})
         for number in range(5)],
        AT,
    )  # fmt: skip
    seen, before = [], None
    while page := list_notices(viewer, before):
        seen += [entry.notice.state for entry in page]
        before = page[-1].notice.pk
    assert seen[:5] == ["4", "3", "2", "1", "0"]


def test_choices_are_kept_and_what_was_typed_stays_where_it_is_refused(cast: Cast) -> None:
    client, address = client_of(cast, "employee"), "/c/ACME/notices/choices/"
    assert client.get(address).status_code == 200
    sent = {f"mail-{kind}": "digest" for kind in KINDS} | {
        "shown-mention": "on", "digest_hour": "17", "digest_days": "weekly", "quiet_from": "22:00", "quiet_to": "06:30",
    }  # fmt: skip
    assert client.post(address, sent).status_code == 200
    assert get_times(cast.members["employee"].pk) == Times(17, "weekly", 1320, 390)
    assert list_choices(cast.viewer("employee"))["mention"] == (True, "digest")
    assert list_choices(cast.viewer("employee"))["comment"] == (False, "digest")
    for wrong in ({"quiet_to": ""}, {"quiet_to": "25:99"}, {"digest_hour": "x"}, {"mail-mention": "pigeon"}):
        response = client.post(address, sent | wrong)
        assert response.status_code == 422
        assert 'value="22:00"' in response.content.decode()
    assert get_times(cast.members["employee"].pk) == Times(17, "weekly", 1320, 390)


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("employee", 403), (OUTSIDER, 404)])
def test_the_log_of_mails_is_the_administrators(cast: Cast, role: str, status: int) -> None:
    say(cast.viewer("manager"), "@UMA?")
    response = client_of(cast, role).get("/c/ACME/notices/mails/")
    assert response.status_code == status
    assert ("employee@example.com" in response.content.decode()) == (status == 200)


def test_both_languages_are_spoken(cast: Cast) -> None:
    tell(cast, finding(cast))
    user = cast.members["employee"].user
    for language, words in (("zh", "断点"), ("en", "Findings of mine")):
        user.language = language
        user.save()
        client = client_of(cast, "employee")
        assert client.get("/c/ACME/notices/").status_code == 200
        assert words in client.get("/c/ACME/notices/choices/").content.decode()


def test_a_notice_whose_words_are_unknown_does_not_exist() -> None:
    """Every kind that code makes has words in both languages."""
    from guantong.messages.labels import LANGUAGES, label

    states = ["finding_new", "finding_again", "mention_new", "comment_new", "approval_new", "undelivered_new"]
    states += [
        f"access_{change}" for change in ("create_grant", "remove_grant", "create_delegation", "remove_delegation")
    ]
    for language in LANGUAGES:
        for state in states:
            assert label(f"notices.lines.{state}", language)
    assert actions.KINDS == KINDS
