"""What each role gets from each operation; one that is added needs a row here."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.http import HttpResponse

from guantong import clock
from guantong.access.models import Grant
from guantong.access.policies import TOKEN_ABILITIES
from guantong.api import api
from guantong.kit.separation import company_scope
from guantong.organisation.models import Unit
from tests.make.cast import OUTSIDER, ROLES, Cast
from tests.make.programs import Program, token_of

pytestmark = pytest.mark.django_db

VALUE = {"values": [{"goal": "OPEN1", "date": "2026-06-30", "value": 12}]}
OPERATIONS: Mapping[str, Callable[[Program], HttpResponse]] = {
    "findings_findings_list": lambda program: program.get("findings"),
    "findings_index_list": lambda program: program.get("index"),
    "goals_goals_list": lambda program: program.get("goals"),
    "organisation_people_list": lambda program: program.get("people"),
    "organisation_units_list": lambda program: program.get("units"),
    "values_values_record": lambda program: program.post("values", VALUE),
}
EVERYBODY = (*ROLES, OUTSIDER, "anonymous", "expired adviser")
READING = {**dict.fromkeys((*ROLES, OUTSIDER), 200), "anonymous": 401, "expired adviser": 403}
ENTERING = {
    "administrator": 403, "strategy_office": 200, "executive": 200, "human_resources": 403, "finance": 200,
    "manager": 200, "employee": 403, "adviser": 403, "pay": 403, OUTSIDER: 200, "anonymous": 401,
    "expired adviser": 403,
}  # fmt: skip
GETS: Mapping[str, Mapping[str, int]] = {
    **dict.fromkeys(OPERATIONS, READING),
    "values_values_record": ENTERING,
}


def test_every_operation_has_its_row() -> None:
    operations = {
        operation.operation_id
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    }
    assert operations == OPERATIONS.keys() == GETS.keys()
    for row in GETS.values():
        assert row.keys() == set(EVERYBODY)


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_gets_what_the_table_says(cast: Cast, role: str) -> None:
    program = program_of(cast, role)
    got = {name: ask(program).status_code for name, ask in OPERATIONS.items()}
    assert got == {name: row[role] for name, row in GETS.items()}


def program_of(cast: Cast, role: str) -> Program:
    if role == "anonymous":
        return Program("")
    if role == "expired adviser":
        Grant.objects.filter(role="adviser").update(
            starts_on=clock.now().replace(year=2020), ends_on=clock.now().replace(year=2021)
        )
        role = "adviser"
    return Program(token_of(cast.members[role]))


@pytest.mark.parametrize("role", [role for role in EVERYBODY if role != "anonymous"])
def test_a_token_without_an_ability_is_told_which(cast: Cast, role: str) -> None:
    needed = {"values_values_record": "record_values"}
    for name, ask in OPERATIONS.items():
        wanted = needed.get(name, "see")
        others = [ability for ability in TOKEN_ABILITIES if ability != wanted]
        answer = ask(Program(token_of(cast.members["adviser" if role.startswith("expired") else role], *others)))
        assert answer.status_code == 403
        assert f"`{wanted}`" in answer.json()["detail"]


def test_the_outsider_gets_their_own_company(cast: Cast) -> None:
    program = program_of(cast, OUTSIDER)
    assert program.items("units") == program_of(cast, "administrator").items("units"), "both companies are alike"
    with company_scope(cast.other.pk):
        Unit.objects.filter(company=cast.other, code="D1").update(name="Foreign")
    assert {unit["name"] for unit in program.items("units")} - {
        unit["name"] for unit in program_of(cast, "administrator").items("units")
    } == {"Foreign"}


def facts(answer: HttpResponse) -> tuple[int, Any]:
    return answer.status_code, {**answer.json(), "request_id": ""}


@pytest.mark.parametrize("role", ["strategy_office", "manager", "employee", "administrator"])
def test_what_one_may_not_see_is_answered_as_what_never_was(cast: Cast, role: str) -> None:
    program = program_of(cast, role)
    answers = {
        code: facts(program.post("values", {"values": [{"goal": code, "date": "2026-06-30", "value": 1}]}))
        for code in ("NEVER", "HIDDEN2" if role != "strategy_office" else "NEVER2")
    }
    assert len({str(answer) for answer in answers.values()}) == 1
