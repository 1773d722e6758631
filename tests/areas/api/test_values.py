"""What programs enter: all or none, once however often it is sent, and nothing that cannot be."""

import datetime
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection

from guantong import clock
from guantong.access.policies import deed_of
from guantong.audit.models import Change, Entry
from guantong.goals.models import Goal
from guantong.kit.separation import company_scope
from guantong.organisation.actions import rename_record
from guantong.tokens.actions import ANSWERS_KEPT, prune_answers
from guantong.tokens.models import Answer
from guantong.tokens.tasks import prune_old_answers
from guantong.values.models import ActualValue
from tests.make.cast import Cast, operator
from tests.make.programs import Program, failing_changes

pytestmark = pytest.mark.django_db

Programs = Callable[..., Program]
DAY = "2026-06-15"


@pytest.fixture(autouse=True)
def checks_only_when_asked(settings: LazySettings) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1


def value(goal: str = "OPEN1", date: str = DAY, **cells: Any) -> dict[str, Any]:
    return {"goal": goal, "date": date, **(cells or {"value": 5})}


def sent(*values: dict[str, Any]) -> dict[str, Any]:
    return {"values": list(values)}


def stored(cast: Cast) -> dict[tuple[str, str], tuple[float | None, ...]]:
    rows = ActualValue.objects.filter(company=cast.company, date__gt=datetime.date(2026, 6, 1)).select_related("goal")
    return {(row.goal.code, row.date.isoformat()): (row.value, row.numerator, row.denominator) for row in rows}


def test_values_are_entered_with_their_trail(cast: Cast, program: Programs) -> None:
    answer = program("manager").post(
        "values",
        sent(value(value=5, note=" by feed "), value("MINE", numerator=1, denominator=4), value("OPEN1", "2026-06-16")),
    )
    assert (answer.status_code, answer.json()) == (200, {"recorded": 3, "unchanged": 0})
    assert stored(cast) == {
        ("OPEN1", DAY): (5.0, None, None), ("MINE", DAY): (None, 1.0, 4.0), ("OPEN1", "2026-06-16"): (5.0, None, None)
    }  # fmt: skip
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor, entry.company_id) == ("record_values", "DAN", cast.company.pk)
    assert Change.objects.filter(entry=entry).count() == 3
    assert ActualValue.objects.get(goal__code="OPEN1", company=cast.company, date=DAY).note == "by feed"


def test_the_same_values_change_nothing_and_others_replace(cast: Cast, program: Programs) -> None:
    feed = program("manager")
    feed.post("values", sent(value()))
    assert feed.post("values", sent(value(), value("MINE"))).json() == {"recorded": 1, "unchanged": 1}
    assert feed.post("values", sent(value(value=-7.25))).json() == {"recorded": 1, "unchanged": 0}
    assert stored(cast)["OPEN1", DAY] == (-7.25, None, None)


def test_fifty_values_of_former_codes(cast: Cast, program: Programs) -> None:
    who = operator(cast.company)
    rename_record(cast.company, deed_of(who), "goals", "OPEN1", "OPENED")
    many = [value(date=f"2026-0{6 + day // 28}-{day % 28 + 2:02}") for day in range(50)]
    assert program("strategy_office").post("values", sent(*many)).json() == {"recorded": 50, "unchanged": 0}
    assert {code for code, _ in stored(cast)} == {"OPENED"}


NEVER = {"goal": "NEVER", "date": DAY, "value": 1}
REFUSED: dict[str, tuple[Any, list[str]]] = {
    "no values": (sent(), ["values"]),
    "too many": (sent(*[value()] * 51), ["values"]),
    "nothing": ({}, ["values"]),
    "null": (None, ["body"]),
    "a list": ([value()], ["body"]),
    "text": ('"values"', ["body"]),
    "no JSON": ("{", ["body"]),
    "no UTF-8": (b'{"values": "\xff"}', ["body"]),
    "deep": ("[" * 300_000, ["body"]),
    "deep values": ('{"values":' + "[" * 5000 + "]" * 5000 + "}", ["values[0]"]),
    "more beside": ({**sent(value()), "company": "OTHER"}, ["company"]),
    "more within": (sent(value(value=1, company="OTHER")), ["values[0].company"]),
    "no goal": (sent({"date": DAY, "value": 1}), ["values[0].goal"]),
    "number as goal": (sent(value(7)), ["values[0].goal"]),  # type: ignore[arg-type]
    "NUL": (sent(value("OPEN1\x00")), ["values[0].goal"]),
    "half a sign": ('{"values":[{"goal":"\\ud800","date":"2026-06-15","value":1}]}', ["values[0].goal"]),
    "unknown": (sent(value("NEVER")), ["values[0].goal"]),
    "another company's": (sent(value("FOREIGN")), ["values[0].goal"]),
    "hidden": (sent(value("HIDDEN2")), ["values[0].goal"]),
    "not a number": ('{"values":[{"goal":"OPEN1","date":"2026-06-15","value":NaN}]}', ["values[0].value"]),
    "infinite": ('{"values":[{"goal":"OPEN1","date":"2026-06-15","value":-Infinity}]}', ["values[0].value"]),
    "1e400": ('{"values":[{"goal":"OPEN1","date":"2026-06-15","value":1e400}]}', ["values[0].value"]),
    "10^400": ('{"values":[{"goal":"OPEN1","date":"2026-06-15","value":1' + "0" * 400 + "}]}", ["values[0].value"]),
    "10^9999": ('{"values":[{"goal":"OPEN1","date":"2026-06-15","value":1' + "0" * 9999 + "}]}", ["body"]),
    "huge": (sent(value(value=1.1e15)), ["values[0].value"]),
    "hugely negative": (sent(value(value=-1.1e15)), ["values[0].value"]),
    "number as text": (sent(value(value="5")), ["values[0].value"]),
    "truth": (sent(value(value=True)), ["values[0].value"]),
    "no value": (sent({"goal": "OPEN1", "date": DAY}), ["values[0]"]),
    "half a ratio": (sent(value(numerator=1)), ["values[0]"]),
    "half a ratio beside": (sent(value(value=1, denominator=1)), ["values[0]"]),
    "no date": (sent(value(date="2026-02-29")), ["values[0].date"]),
    "another form": (sent(value(date="15.06.2026")), ["values[0].date"]),
    "a moment": (sent(value(date="2026-06-15T00:00:00Z")), ["values[0].date"]),
    "seconds": (sent(value(date=1_781_000_000)), ["values[0].date"]),  # type: ignore[arg-type]
    "long ago": (sent(value(date="1900-12-31")), ["values[0].date"]),
    "far ahead": (sent(value(date="3000-01-01")), ["values[0].date"]),
    "a control": (sent(value(value=1, note="a\x07b")), ["values[0].note"]),
    "a long note": (sent(value(value=1, note="x" * 32_768)), ["values[0].note"]),
    "twice": (sent(value(), value("MINE"), value()), ["values[2].date"]),
    "several": (sent(NEVER, value(), value(date="x"), value(value="x")), ["values[2].date", "values[3].value"]),
    "several codes": (sent(NEVER, value(), NEVER), ["values[0].goal", "values[2].goal"]),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_is_refused_whole_with_place_and_cure(cast: Cast, program: Programs, why: str) -> None:
    with company_scope(cast.other.pk):
        assert Goal.objects.filter(company=cast.other, code="G").update(code="FOREIGN") == 1
    body, places = REFUSED[why]
    answer = program("manager").post("values", body)
    assert answer.status_code == 422, answer.content
    errors = answer.json()["errors"]
    assert [error["place"] for error in errors] == places
    assert all(error["message"] and error["cure"] for error in errors)
    assert stored(cast) == {}


def test_a_goal_that_is_seen_but_not_theirs_is_forbidden(cast: Cast, program: Programs) -> None:
    answer = program("employee").post("values", sent(value("MINE"), value("G"), value("NEVER")))
    assert answer.status_code == 403
    assert [error["place"] for error in answer.json()["errors"]] == ["values[1].goal", "values[2].goal"]
    assert "record_values" in answer.json()["detail"]
    assert stored(cast) == {}
    assert program("employee").post("values", sent(value("MINE"))).status_code == 200


# --- Sent again ----------------------------------------------------------------------------------


def test_the_same_request_sent_again_is_answered_as_the_first_time(cast: Cast, program: Programs) -> None:
    feed, other = program("manager"), program("strategy_office")
    first = feed.post("values", sent(value()), Idempotency_Key="june-1")
    other.post("values", sent(value(value=6)))
    again = feed.post("values", sent(value()), Idempotency_Key="june-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert stored(cast)["OPEN1", DAY] == (6.0, None, None), "what others entered since stays"


def test_a_key_of_another_body_is_refused(cast: Cast, program: Programs) -> None:
    feed = program("manager")
    feed.post("values", sent(value()), Idempotency_Key="k")
    answer = feed.post("values", sent(value(value=9)), Idempotency_Key="k")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guantong:problem:key_reused")
    assert stored(cast)["OPEN1", DAY] == (5.0, None, None)


def test_keys_are_each_tokens_own(program: Programs) -> None:
    assert program("manager").post("values", sent(value()), Idempotency_Key="k").json()["recorded"] == 1
    assert program("manager").post("values", sent(value(value=7)), Idempotency_Key="k").json()["recorded"] == 1


def test_a_refused_request_leaves_its_key_free(program: Programs) -> None:
    feed = program("manager")
    assert feed.post("values", sent(NEVER), Idempotency_Key="k").status_code == 422
    assert Answer.objects.count() == 0
    assert feed.post("values", sent(value()), Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503)])
def test_a_failure_leaves_neither_values_nor_answer(
    cast: Cast, program: Programs, error: type[Exception], status: int
) -> None:
    feed = program("manager")
    with failing_changes(error("secret 4711, db.internal")):
        answer = feed.post("values", sent(value()), Idempotency_Key="k")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert b"4711" not in answer.content
    assert answer.json()["request_id"] == answer["X-Request-ID"]
    assert (stored(cast), Answer.objects.count()) == ({}, 0)
    assert Entry.objects.filter(action="record_values").count() == 0
    assert feed.post("values", sent(value()), Idempotency_Key="k").status_code == 200


def test_a_body_that_is_empty_is_refused(program: Programs) -> None:
    feed = program("manager")
    more = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": ""}
    answer = feed.client.generic("POST", "/api/v1/values", b"", headers=feed.headers, **more)
    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == ["body"]


def test_answers_are_kept_for_a_day(cast: Cast, program: Programs) -> None:
    feed = program("manager")
    feed.post("values", sent(value()), Idempotency_Key="old")
    feed.post("values", sent(value()), Idempotency_Key="new")
    Answer.objects.filter(key="old").update(created_at=clock.now() - ANSWERS_KEPT)
    again = feed.post("values", sent(value(value=8)), Idempotency_Key="old")
    assert (again.status_code, "Idempotent-Replayed" in again) == (200, False)
    Answer.objects.filter(key="old").update(created_at=clock.now() - ANSWERS_KEPT)
    with company_scope(cast.other.pk):
        assert prune_answers(cast.other.pk, clock.now()) == 0
    assert prune_old_answers.call() >= 1
    assert [answer.key for answer in Answer.objects.all()] == ["new"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ключ", "a\tb"])
def test_a_key_that_cannot_be_is_refused(program: Programs, key: str) -> None:
    answer = program("manager").post("values", sent(value()), Idempotency_Key=key)
    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


def test_numbers_come_back_as_they_were_sent(cast: Cast, program: Programs) -> None:
    numbers = [0.1 + 0.2, 1e-300, -0.0, 1e15, 123456789.123456789]
    days = [f"2026-06-{day:02}" for day in range(10, 15)]
    body = json.dumps(sent(*[value(date=day, value=number) for day, number in zip(days, numbers, strict=True)]))
    assert program("manager").post("values", body).json()["recorded"] == 5
    kept = [stored(cast)["OPEN1", day][0] for day in days]
    assert kept == numbers
    assert math.copysign(1, kept[2] or 0.0) in (1, -1)
    assert connection.vendor in ("sqlite", "postgresql")
