"""Waivers: only of findings that are open, by somebody employed, each with its trail and mark."""

import datetime
from dataclasses import replace
from functools import partial

import pytest
from django.conf import LazySettings

from guantong.access.actions import change_choice
from guantong.access.policies import ForbiddenError
from guantong.audit.models import Change, Entry
from guantong.findings.actions import NewWaiver, RefusedWaiverError, create_waiver, keep_check, remove_waiver
from guantong.findings.models import Finding, Mark, Waiver
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company
from tests.make.acme import ORGANISATION, goal
from tests.make.cast import build_cast, operator
from tests.make.company import build
from tests.make.kept import AT, assert_kept, loaded, named
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = AT.date()
WAIVER = NewWaiver("GOAL-SMART", "TOP", "BOSS", "New in the company", TODAY)


@pytest.fixture
def company(settings: LazySettings) -> Company:
    settings.GUANTONG_SMALL_COMPANY = -1
    people = [*ORGANISATION["people"],
              {"code": "GONE", "name": "Gone", "unit": "D1", "joined": "2020-01-01", "left": "2026-06-30"},
              {"code": "LATE", "name": "Late", "unit": "D1", "joined": "2026-07-01"}]  # fmt: skip
    found = loaded(build(units=ORGANISATION["units"], people=people, goals=[goal("TOP")]))
    keep_check(found.pk, AT)
    return found


def smart() -> Finding:
    return Finding.objects.get(rule="GOAL-SMART", subject="TOP")


def test_a_finding_is_waived_until_the_waiver_is_lifted_or_over(company: Company) -> None:
    assert create_waiver(operator(company), WAIVER)
    assert set(Mark.objects.values_list("table", "record_id")) == {("waivers", Waiver.objects.get().pk)}
    keep_check(company.pk, AT)
    assert_kept("ACME", AT)
    assert smart().is_waived
    keep_check(company.pk, AT + datetime.timedelta(days=1))
    assert not smart().is_waived
    remove_waiver(operator(company), "GOAL-SMART", "TOP")
    keep_check(company.pk, AT)
    assert not smart().is_waived
    assert Waiver.objects.get().removed_at == AT


def test_the_trail_tells_each_step(company: Company) -> None:
    create_waiver(operator(company), WAIVER)
    assert not create_waiver(operator(company), WAIVER)
    create_waiver(operator(company), replace(WAIVER, approver="ANN", until=None))
    remove_waiver(operator(company), "GOAL-SMART", "TOP")
    create_waiver(operator(company), WAIVER)
    whole = {"rule": "GOAL-SMART", "subject": "TOP", "approver": "BOSS", "reason": WAIVER.reason, "until": "2026-06-30"}
    again = {name: cell for name, cell in {**whole, "approver": "ANN"}.items() if name != "until"}
    steps = [
        ("create", {}, whole),
        ("change", {"approver": "BOSS", "until": "2026-06-30"}, {"approver": "ANN", "until": ""}),
        ("remove", again, {}),
        ("restore", {}, whole),
    ]
    changes = Change.objects.filter(table="waivers").order_by("pk")
    assert list(changes.values_list("kind", "before", "after")) == steps
    assert set(changes.values_list("record", flat=True)) == {"GOAL-SMART/TOP"}
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))[-4:]
    assert actions == ["create_waiver", "create_waiver", "remove_waiver", "create_waiver"]
    assert Waiver.objects.get().version == 4
    assert "waivers" in named("ACME").sheets


@pytest.mark.parametrize(
    ("fault", "cells"),
    [
        ("rule", {"rule": "NO-RULE"}),
        ("finding", {"subject": "NONE"}),
        ("finding", {"rule": "GOAL-CHALLENGE"}),
        ("approver", {"approver": "NOBODY"}),
        ("approver", {"approver": "GONE"}),
        ("approver", {"approver": "LATE"}),
        ("reason", {"reason": "  "}),
        ("reason", {"reason": "a\x00b"}),
        ("reason", {"reason": "a" * 32_768}),
        ("until", {"until": TODAY - datetime.timedelta(days=1)}),
        ("until", {"until": datetime.date(3000, 1, 1)}),
    ],
)
def test_what_cannot_be_waived_is_refused(company: Company, fault: str, cells: dict[str, object]) -> None:
    entries = Entry.objects.count()
    with pytest.raises(RefusedWaiverError) as refused:
        create_waiver(operator(company), replace(WAIVER, **cells))
    assert refused.value.fault == fault
    assert (Waiver.objects.count(), Entry.objects.count()) == (0, entries)


def test_a_mended_finding_cannot_be_waived(company: Company) -> None:
    Finding.objects.update(mended_at=AT)
    with pytest.raises(RefusedWaiverError):
        create_waiver(operator(company), WAIVER)


def test_there_must_be_a_waiver_to_lift(company: Company) -> None:
    with pytest.raises(RefusedWaiverError) as refused:
        remove_waiver(operator(company), "GOAL-SMART", "TOP")
    assert refused.value.fault == "waiver"


def test_two_who_waive_the_same_at_once_make_one_waiver(company: Company) -> None:
    results = at_once([partial(create_waiver, operator(company), WAIVER) for _ in range(3)])
    assert sorted(results) == [False, False, True]
    assert Waiver.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "outcome"),
    [("strategy_office", True), ("executive", True), ("manager", False), ("employee", False), ("adviser", False)],
)
def test_who_may_waive_what_they_see(settings: LazySettings, role: str, outcome: bool) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1
    cast = build_cast()
    with company_scope(cast.company.pk):
        keep_check(cast.company.pk, AT)
        wanted = NewWaiver("TRACK-STALE", "HIDDEN2", "EVE", "Not to be talked about", TODAY)
        assert Finding.objects.filter(company=cast.company, rule=wanted.rule, subject=wanted.subject).exists()
        if outcome:
            assert create_waiver(cast.viewer(role), wanted)
        else:
            with pytest.raises(RefusedWaiverError, match="finding"):  # as if there were none
                create_waiver(cast.viewer(role), wanted)
        waiver = Waiver.objects.filter(company=cast.company, subject="HIDDEN2")
        assert waiver.exists() is outcome


def test_a_manager_waives_in_their_units_only_where_the_company_lets_them(settings: LazySettings) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1
    cast = build_cast()
    with company_scope(cast.company.pk):
        keep_check(cast.company.pk, AT)
        wanted = NewWaiver("TRACK-STALE", "OPEN1", "DAN", "Next year", TODAY)
        assert Finding.objects.filter(company=cast.company, rule=wanted.rule, subject=wanted.subject).exists()
        with pytest.raises(ForbiddenError):
            create_waiver(cast.viewer("manager"), wanted)
        change_choice(operator(cast.company), "waive_findings", "manager", "below")
        assert create_waiver(cast.viewer("manager"), wanted)
        with pytest.raises(ForbiddenError):
            create_waiver(cast.viewer("manager"), replace(wanted, subject="G"))
        with pytest.raises(ForbiddenError):
            remove_waiver(cast.viewer("employee"), "TRACK-STALE", "OPEN1")
        remove_waiver(cast.viewer("manager"), "TRACK-STALE", "OPEN1")
