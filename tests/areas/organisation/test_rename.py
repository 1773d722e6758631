"""Another code for a row: the former one leads to it everywhere, in files too, and nothing else may take it."""

from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings

from guantong.audit.actions import Deed
from guantong.audit.models import Change, Entry
from guantong.engine.company import Company as EngineCompany
from guantong.exchange.actions import SameRowError
from guantong.goals.models import Goal
from guantong.organisation.actions import (
    ExistingCompanyError,
    TakenCodeError,
    UnknownCodeError,
    create_company,
    rename_record,
)
from guantong.organisation.models import CodeAlias, Company
from guantong.organisation.queries import get_engine_company, is_code_taken
from tests.make.acme import ORGANISATION, goal
from tests.make.company import build
from tests.make.kept import AT, load, loaded, named
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = [{"code": "P1", "element": "vision", "text": "Far", "origin": "G1"},
        {"code": "P2", "element": "insight", "text": "Near", "origin": "F1"}]  # fmt: skip
FEEDBACK = [{"code": "F1", "received": "2026-01-01", "text": "Loud"}]
WAIVERS = [{"rule": "GOAL-SMART", "subject": "G10", "approver": "BOSS", "reason": "Known"},
           {"rule": "GOAL-SMART", "subject": "G1", "approver": "BOSS", "reason": "Known"},
           {"rule": "BEM-HANDOFF", "subject": "R1", "approver": "BOSS", "reason": "Known"},
           {"rule": "BEM-REDUNDANT", "subject": "R1/N1", "approver": "BOSS", "reason": "Known"}]  # fmt: skip
PROCESSES = {"processes": [{"code": "R1", "name": "Round"}],
             "process_nodes": [{"process": "R1", "code": "N1", "name": "Node", "unit": "D1"}],
             "scenarios": [{"code": "S1", "name": "Try", "process": "R1", "node": "N1", "unit": "D1"}]}  # fmt: skip


@pytest.fixture(autouse=True)
def checks_only_when_asked(settings: LazySettings) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1


def acme(*more: Any, **tables: Any) -> EngineCompany:
    goals = [goal("G1"), goal("G2", parent="G1"), *more]
    given = {"goals": goals, "plan": PLAN, "feedback": FEEDBACK, "waivers": WAIVERS, **PROCESSES, **tables}
    return build(**{**ORGANISATION, **given})


def rename(company: Company, table: str, old: str, new: str) -> None:
    rename_record(company, Deed(company.pk, company.code, "operator", AT), table, old, new)


RENAMED = [("goals", "G1", "G1A"), ("feedback", "F1", "F1A"), ("processes", "R1", "R1A"), ("units", "D1", "D1A"),
           ("people", "BOSS", "CHIEF"), ("plan", "P1", "P1A"), ("cycles", "2026", "FY26")]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new"), RENAMED)
def test_a_file_with_the_former_code_changes_nothing(table: str, old: str, new: str) -> None:
    company = loaded(acme())
    rename(company, table, old, new)
    entries = Entry.objects.count()
    assert not load(acme())
    assert Entry.objects.count() == entries
    codes = getattr(get_engine_company(company, None), table).code.tolist()
    assert new in codes
    assert old not in codes


def test_codes_that_stand_as_text_follow() -> None:
    company = loaded(acme())
    for table, old, new in RENAMED:
        rename(company, table, old, new)
    whole = get_engine_company(company, None)
    goals, feedback = whole.goals.code.tolist(), whole.feedback.code.tolist()
    assert [goals[whole.plan.origin[0]], feedback[whole.plan.origin_feedback[1]]] == ["G1A", "F1A"]
    assert sorted(whole.waivers.subject.tolist()) == ["G10", "G1A", "R1A", "R1A/N1"]
    assert whole.scenarios.unit.tolist() == ["D1A"]
    told = Change.objects.filter(entry__action="rename_record").values_list("table", "record", "before", "after")
    assert ("waivers", "BEM-REDUNDANT/R1A/N1", {"subject": "R1/N1"}, {"subject": "R1A/N1"}) in list(told)
    assert ("plan", "P1", {"origin": "G1"}, {"origin": "G1A"}) in list(told)


def test_a_chain_of_codes_and_the_way_back() -> None:
    company = loaded(acme())
    rename(company, "goals", "G1", "G1A")
    rename(company, "goals", "G1", "G1B")
    rename(company, "goals", "G1A", "G1")
    assert Goal.objects.filter(code="G1", version=4).count() == 1
    assert set(CodeAlias.objects.values_list("code", flat=True)) == {"G1A", "G1B"}
    rename(company, "goals", "G1A", "G1")
    assert Goal.objects.filter(code="G1", version=4).count() == 1
    with pytest.raises(TakenCodeError):
        rename(company, "goals", "G2", "G1B")


@pytest.mark.parametrize(("table", "code"), [("goals", "G2"), ("goals", "P1"), ("goals", "F1"), ("units", "BOSS")])
def test_a_code_of_another_row_of_the_space_is_taken(table: str, code: str) -> None:
    company = loaded(acme())
    with pytest.raises(TakenCodeError):
        rename(company, table, {"goals": "G1", "units": "D1"}[table], code)


def test_the_code_of_a_removed_row_stays_taken_and_leads_nowhere() -> None:
    company = loaded(acme(goal("G3")))
    load(acme())
    assert is_code_taken(company, "plan", "G3")
    with pytest.raises(TakenCodeError):
        rename(company, "goals", "G1", "G3")
    with pytest.raises(UnknownCodeError):
        rename(company, "goals", "G3", "G4")


def test_a_file_with_both_codes_of_a_row_is_refused() -> None:
    company = loaded(acme())
    rename(company, "goals", "G2", "G2A")
    entries = Entry.objects.count()
    with pytest.raises(SameRowError) as refused:
        load(acme(goal("G2A")))
    assert (refused.value.table, refused.value.code, refused.value.former) == ("goals", "G2A", "G2")
    assert Entry.objects.count() == entries


def test_of_two_who_take_one_code_one_gets_it() -> None:
    company = loaded(acme())
    results = at_once([partial(rename, company, "goals", code, "NEW") for code in ("G1", "G2")])
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "TakenCodeError"]
    assert Goal.objects.filter(code="NEW").count() == 1


def test_of_two_who_make_one_company_one_does() -> None:
    wanted = build(company=[{"code": "NEW", "name": "New"}])
    results = at_once([partial(create_company, "operator", AT, wanted) for _ in range(3)])
    assert sorted(type(result).__name__ for result in results) == ["Company", *["ExistingCompanyError"] * 2]
    with pytest.raises(ExistingCompanyError):
        create_company("operator", AT, wanted)
    assert named("NEW").sheets == ["company"]
    assert Entry.objects.filter(company="NEW").count() == 1
