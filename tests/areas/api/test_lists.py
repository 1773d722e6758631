"""What programs read: every list whole over its pages, filtered, and nothing of what its member may not see."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.access.policies import deed_of
from guantong.findings.models import CheckState, Finding, GoalFigures, IndexPoint
from guantong.goals.models import Goal
from guantong.kit.paging import write_cursor
from guantong.kit.separation import company_scope
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Person, Unit
from tests.make.cast import STAFF, Cast, operator
from tests.make.kept import AT
from tests.make.programs import Program

pytestmark = pytest.mark.django_db

Programs = Callable[..., Program]
LISTS = ("findings", "goals", "index", "people", "units")
PAY = ("10000", "50000.00", "base_bonus", "grade_factor", "amount", "salary")


def named(rows: list[dict[str, Any]]) -> set[str]:
    return {row["code"] for row in rows}


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_any_size_give_the_same_list(program: Programs, path: str) -> None:
    asked = program("strategy_office")
    whole = asked.items(path, limit=200)
    assert len(whole) > 2
    assert asked.items(path, limit=1) == asked.items(path, limit=3) == whole


def test_goals_carry_the_figures_of_the_last_check(program: Programs) -> None:
    page = program("strategy_office").get("goals").json()
    assert page["as_of"] == "2026-06-30"
    assert page["behind"] is False
    by_code = {goal["code"]: goal for goal in page["items"]}
    assert by_code["OPEN1"]["figures"]["actual"] == 10.0
    assert by_code["OPEN1"]["figures"]["status"] == "alert"
    assert by_code["MINE"]["figures"]["actual"] is None
    assert by_code["MINE"]["figures"]["status"] == "no_data"
    assert by_code["G"]["parent"] is None
    assert by_code["OPEN1"]["parent"] == "G"
    assert by_code["OPEN1"]["status"] == "published"


def test_before_the_first_check_there_are_no_figures(cast: Cast, program: Programs) -> None:
    for model in (CheckState, GoalFigures, Finding, IndexPoint):
        model.objects.filter(company=cast.company).delete()
    page = program("strategy_office").get("goals").json()
    assert page["as_of"] is None
    assert page["behind"] is True
    assert [goal["figures"] for goal in page["items"]] == [None] * 5
    assert program("strategy_office").get("index").json()["items"] == []
    assert program("strategy_office").get("findings").json()["items"] == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"unit": "D1"}, {"OPEN1", "HIDDEN1"}),
        ({"owner": "UMA"}, {"MINE"}),
        ({"cycle": "2026"}, {"G", "OPEN1", "HIDDEN1", "HIDDEN2", "MINE"}),
        ({"cycle": "2025"}, set()),
        ({"unit": "NOWHERE"}, set()),
        ({"status": "published"}, {"G", "OPEN1", "HIDDEN1", "HIDDEN2", "MINE"}),
        ({"status": "draft"}, set()),
        ({"standing": "no_data"}, {"HIDDEN2", "MINE"}),
        ({"standing": "alert", "unit": "D1"}, {"OPEN1", "HIDDEN1"}),
    ],
)
def test_goals_are_filtered(program: Programs, query: dict[str, str], codes: set[str]) -> None:
    assert named(program("strategy_office").items("goals", **query)) == codes


def test_goals_changed_since_a_moment(cast: Cast, program: Programs) -> None:
    asked = program("strategy_office")
    moment = AT + datetime.timedelta(hours=1)
    assert asked.items("goals", changed=moment.isoformat()) == []
    assert asked.items("goals", changed="2999-12-31T23:59:59-23:59") == []
    rename(cast, moment, "goals", "OPEN1", "OPENED")
    assert named(asked.items("goals", changed=moment.isoformat())) == {"OPENED"}


def rename(cast: Cast, at: datetime.datetime, table: str, code: str, new: str) -> None:
    rename_record(cast.company, deed_of(operator(cast.company, at)), table, code, new)


def test_filters_take_former_codes(cast: Cast, program: Programs) -> None:
    rename(cast, AT, "units", "D1", "D9")
    asked = program("strategy_office")
    assert named(asked.items("goals", unit="D1")) == named(asked.items("goals", unit="D9")) == {"OPEN1", "HIDDEN1"}
    assert named(asked.items("people", unit="D1")) == {"DAN"}
    assert named(asked.items("units", parent="D1")) == {"T1"}


def test_hidden_goals_appear_nowhere(cast: Cast, program: Programs) -> None:
    for path in LISTS:
        text = str(program("employee").items(path))
        assert "HIDDEN" not in text
    mine = {goal["code"]: goal["parent"] for goal in program("employee").items("goals")}
    assert mine == {"G": None, "OPEN1": "G", "MINE": "OPEN1"}
    Goal.objects.filter(company=cast.company, code="OPEN1").update(private=True)
    assert {goal["code"]: goal["parent"] for goal in program("employee").items("goals")} == {"G": None, "MINE": None}


def test_evidence_names_no_hidden_goal(cast: Cast, program: Programs) -> None:
    Finding.objects.filter(company=cast.company, subject="G").delete()
    cells = {"year": "2026", "severity": "error", "opened_at": AT, "subject_type": "goal"}
    for subject, other in (("G", "HIDDEN2"), ("OPEN1", "G")):
        Finding.objects.create(
            company=cast.company, rule="COLLAB-LOCAL-OPTIMUM", subject=subject, **cells,
            evidence={"other": other, "over": 0.2},
        )  # fmt: skip
    seen = {role: evidence(program(role)) for role in ("strategy_office", "employee")}
    assert seen["strategy_office"] == {"G": {"other": "HIDDEN2", "over": 0.2}, "OPEN1": {"other": "G", "over": 0.2}}
    assert seen["employee"] == {"G": {"other": None, "over": 0.2}, "OPEN1": {"other": "G", "over": 0.2}}


def evidence(asked: Program) -> dict[str, dict[str, Any]]:
    rows = asked.items("findings", rule="COLLAB-LOCAL-OPTIMUM")
    return {row["subject"]["code"]: row["evidence"] for row in rows}


def test_money_of_evidence_is_text(cast: Cast, program: Programs) -> None:
    Finding.objects.create(
        company=cast.company, rule="OTB-ENVELOPE", subject_type="company", subject="ACME", year="2026",
        severity="error", opened_at=AT, evidence={"allocated": 12_345_67, "envelope": 10_000_00},
    )  # fmt: skip
    (row,) = program("finance").items("findings", rule="OTB-ENVELOPE")
    assert row["evidence"] == {"allocated": "12345.67", "envelope": "10000.00"}
    assert program("employee").items("findings", rule="OTB-ENVELOPE") == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({}, lambda row: row["mended_at"] is None),
        ({"state": "mended"}, lambda row: row["mended_at"] is not None),
        ({"state": "all"}, lambda _: True),
        ({"state": "all", "rule": "GOAL-NOBODY"}, lambda row: row["rule"] == "GOAL-NOBODY"),
        ({"state": "all", "severity": "advice"}, lambda row: row["severity"] == "advice"),
        ({"state": "all", "owner": "BOSS"}, lambda row: row["owner"] == "BOSS"),
        ({"state": "all", "unit": "D1"}, lambda row: row["unit"] == "D1"),
        ({"state": "all", "subject": "G"}, lambda row: row["subject"]["code"] == "G"),
    ],
)
def test_findings_are_filtered(
    cast: Cast, program: Programs, query: dict[str, str], kept: Callable[[dict[str, Any]], bool]
) -> None:
    Finding.objects.filter(company=cast.company, subject="ANN").update(mended_at=AT)
    asked = program("strategy_office")
    whole = asked.items("findings", state="all")
    expected = [row for row in whole if kept(row)]
    assert len(expected) > 0
    assert asked.items("findings", **query) == expected


def test_findings_say_their_rule_in_the_language_asked_for(program: Programs) -> None:
    asked = program("strategy_office")
    titles = {}
    for language in ("zh-CN", "en-GB"):
        answer = asked.client.get(
            "/api/v1/findings",
            {"rule": "GOAL-NOBODY", "limit": 1},
            headers={**asked.headers, "Accept-Language": language},
        )
        titles[language] = answer.json()["items"][0]["title"]
    assert titles["zh-CN"] == "员工没有目标"
    assert titles["en-GB"].isascii()


def test_the_index_stands_with_its_funnel(program: Programs) -> None:
    rows = program("employee").items("index")
    assert [row["unit"] for row in rows] == [None, "B1", "D1", "D2", "HQ", "T1"]
    for row in rows:
        assert row["index"] == row["whole"] / row["people"]
        kept = row["people"]
        for link in row["funnel"]:
            assert link["kept"] == kept - link["lost"]
            kept = link["kept"]
        assert kept == row["whole"]


def test_the_index_over_time(cast: Cast, program: Programs) -> None:
    for day in (28, 29):
        IndexPoint.objects.create(
            company=cast.company, day=datetime.date(2026, 6, day), unit="D1", people=0, whole=0, lost=[]
        )
    asked = program("executive")
    days = [row["day"] for row in asked.items("index", unit="D1", **{"from": "2026-06-29"}, limit=1)]
    assert days == ["2026-06-29", "2026-06-30"]
    (row,) = asked.items("index", unit="D1", to="2026-06-28")
    assert row["index"] is None
    assert {row["day"] for row in asked.items("index")} == {"2026-06-30"}


def test_people_stand_where_they_are_today_without_their_pay(program: Programs) -> None:
    rows = program("pay").items("people")
    assert [row["code"] for row in rows] == sorted(row["code"] for row in STAFF)
    uma = next(row for row in rows if row["code"] == "UMA")
    assert (uma["unit"], uma["position"], uma["manager"], uma["joined"]) == ("T1", None, "TOM", "2020-01-01")
    for path in LISTS:
        text = str(program("pay").items(path)).lower()
        assert [word for word in PAY if word in text] == []


def test_people_by_unit_and_whether_they_work_today(cast: Cast, program: Programs) -> None:
    Person.objects.filter(company=cast.company, code="FAY").update(left=datetime.date(2026, 1, 1))
    asked = program("human_resources")
    assert named(asked.items("people", unit="T1")) == {"TOM", "UMA"}
    assert named(asked.items("people", active="false")) == {"FAY"}
    assert "FAY" not in named(asked.items("people", active="true"))


def test_units_with_parent_and_head(program: Programs) -> None:
    rows = program("adviser").items("units", parent="HQ")
    assert [(row["code"], row["parent"], row["head"]) for row in rows] == [("B1", "HQ", "ANN"), ("D2", "HQ", "EVE")]


@pytest.mark.parametrize("path", LISTS)
def test_another_company_is_not_there(cast: Cast, program: Programs, path: str) -> None:
    with company_scope(cast.other.pk):
        foreign = Unit.objects.filter(company=cast.other, code="D1")
        assert foreign.update(code="FOREIGN", name="Foreign unit") == 1
    text = str(program("strategy_office").items(path, **({"state": "all"} if path == "findings" else {})))
    assert "FOREIGN" not in text.upper()
    assert "OTHER" not in text.replace("'other'", "").replace("Other department", "")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "cursor",
    ["x", "!!", "W10", write_cursor(["a", "b", "c", "d"]), "bnVsbA", write_cursor(["\x00"] * 3), "Wzff"],
)
def test_a_cursor_that_is_none_is_refused(program: Programs, path: str, cursor: str) -> None:
    answer = program("strategy_office").get(path, cursor=cursor)
    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == ["cursor"]


def test_a_cursor_of_another_list_is_refused(program: Programs) -> None:
    asked = program("strategy_office")
    of_findings = asked.get("findings", limit=1).json()["next"]
    assert asked.get("goals", cursor=of_findings).status_code == 422
    assert asked.get("index", cursor=write_cursor(["no day", "D1"])).status_code == 422


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("goals", "limit=0"), ("goals", "limit=201"), ("goals", "limit=x"), ("goals", "limit=1.0"), ("goals", "limit="),
        ("goals", "limit=1&limit=2"), ("goals", "colour=red"), ("goals", "unit=a%00b"), ("goals", "unit="),
        ("goals", "unit=" + "x" * 201), ("goals", "status=gone"), ("goals", "changed=2026-01-01"),
        ("goals", "changed=2026-02-30T00:00:00Z"), ("findings", "rule=NO-RULE"), ("findings", "state=closed"),
        ("findings", "severity=bad"), ("index", "from=2026-02-30"), ("index", "to=1768867200"),
        ("index", "from=0001-01-01"),
        ("people", "active=1"), ("people", "active=yes"), ("units", "parent=a;b"),
    ],
)  # fmt: skip
def test_impossible_questions_are_refused_with_place_and_cure(program: Programs, path: str, query: str) -> None:
    asked = program("strategy_office")
    answer = asked.client.get(f"/api/v1/{path}?{query}", headers=asked.headers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["place"] == query.partition("=")[0]
    assert error["message"]
    assert error["cure"]


@pytest.mark.parametrize("path", LISTS)
def test_a_page_takes_as_many_queries_however_long_it_is(program: Programs, path: str) -> None:
    asked = program("manager")
    counts = []
    asked.get(path, limit=1)
    for limit in (2, 200):
        with CaptureQueriesContext(connection) as queries:
            assert len(asked.get(path, limit=limit).json()["items"]) >= min(limit, 2)
        counts.append([query["sql"] for query in queries if "set_config" not in query["sql"]])
    assert len(counts[0]) == len(counts[1])
    own = {"findings": 3, "goals": 2, "index": 2, "people": 2, "units": 1}
    assert len(counts[0]) <= 3 + own[path], "two to know who asks, one to count the request, the rest is the list"
