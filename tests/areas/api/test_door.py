"""Who gets in: the same refusal to every token that opens nothing, limits, and problem JSON for whatever fails."""

import datetime
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from guantong import clock
from guantong.access.actions import remove_membership
from guantong.accounts.models import User
from guantong.api import Interface
from guantong.kit.programs import LARGEST_BODY
from guantong.organisation.models import Person
from guantong.tokens.actions import count_request, prune_counts, remove_token
from guantong.tokens.models import ApiToken, CountedMinute
from guantong.tokens.queries import get_token_viewer
from tests.make.cast import Cast, operator
from tests.make.kept import AT
from tests.make.programs import Program, token_of

pytestmark = pytest.mark.django_db

Programs = Callable[..., Program]
Spoil = Callable[[Cast, str], str]


def _expire(_cast: Cast, token: str) -> str:
    ApiToken.objects.update(expires_at=clock.now() - datetime.timedelta(seconds=1))
    return token


def _remove(cast: Cast, token: str) -> str:
    remove_token(operator(cast.company), ApiToken.objects.get(hint=token[-4:]).pk)
    return token


def _end_membership(cast: Cast, token: str) -> str:
    remove_membership(operator(cast.company), cast.members["manager"].pk)
    return token


def _leave(cast: Cast, token: str) -> str:
    Person.objects.filter(company=cast.company, code="DAN").update(left=datetime.date(2026, 1, 1))
    return token


def _switch_off(cast: Cast, token: str) -> str:
    User.objects.filter(pk=cast.members["manager"].user_id).update(is_active=False)
    return token


SPOILT: dict[str, Spoil] = {
    "none": lambda _cast, _token: "",
    "unknown": lambda _, token: token[:-1] + ("a" if token[-1] != "a" else "b"),
    "truncated": lambda _, token: token[:-5],
    "longer": lambda _, token: token + "x",
    "another company": lambda cast, token: token.replace(f"gt_{cast.company.pk}_", f"gt_{cast.other.pk}_"),
    "no company": lambda cast, token: token.replace(f"gt_{cast.company.pk}_", "gt_999999_"),
    "the installation": lambda cast, token: token.replace(f"gt_{cast.company.pk}_", "gt_0_"),
    "a huge company": lambda cast, token: token.replace(f"gt_{cast.company.pk}_", f"gt_{'9' * 40}_"),
    "digits that are none": lambda cast, token: token.replace(f"gt_{cast.company.pk}_", "gt_１_"),
    "only the secret": lambda _, token: token.rpartition("_")[2],
    "the digest": lambda _, token: ApiToken.objects.get(hint=token[-4:]).digest,
    "expired": _expire,
    "removed": _remove,
    "membership ended": _end_membership,
    "person left": _leave,
    "user switched off": _switch_off,
}


@pytest.mark.parametrize("why", SPOILT)
@pytest.mark.parametrize("path", ["goals", "values"])
def test_every_token_that_opens_nothing_gets_the_same_answer(cast: Cast, why: str, path: str) -> None:
    token = token_of(cast.members["manager"])
    assert Program(token).get("goals").status_code == 200
    answers = [ask(Program(text), path) for text in ("gt_1_never", SPOILT[why](cast, token))]
    for answer in answers:
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"] == 'Bearer realm="guantong"'
        assert "RateLimit-Limit" not in answer
    first, second = ({**answer.json(), "request_id": ""} for answer in answers)
    assert first == second


def ask(program: Program, path: str) -> Any:
    return program.post(path, {"values": []}) if path == "values" else program.get(path)


@pytest.mark.parametrize("scheme", ["Basic", "Token", "bearer gt", ""])
def test_the_token_stands_in_its_header_only(cast: Cast, scheme: str) -> None:
    token = token_of(cast.members["manager"])
    client = Client()
    assert client.get(f"/api/v1/goals?token={token}").status_code == 401
    assert client.get("/api/v1/goals", headers={"Authorization": f"{scheme} {token}".strip()}).status_code == 401
    assert client.get("/api/v1/goals", headers={"Authorization": f"bEARER {token}"}).status_code == 200
    client.cookies["token"] = token
    assert client.get("/api/v1/goals").status_code == 401


def test_signed_in_people_need_a_token_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.members["strategy_office"].user, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/goals").status_code == 401


def test_a_token_ends_at_the_moment_that_it_names(cast: Cast) -> None:
    token = token_of(cast.members["manager"])
    ApiToken.objects.update(expires_at=AT)
    assert get_token_viewer(token, AT - datetime.timedelta(microseconds=1)) is not None
    assert get_token_viewer(token, AT) is None


def test_the_last_day_of_use_is_kept(cast: Cast, program: Programs) -> None:
    asked = program("manager")
    assert asked.get("units").status_code == 200
    assert ApiToken.objects.get().last_used_on == cast.viewer("manager", clock.now()).day


# --- How often -----------------------------------------------------------------------------------


def test_a_token_may_ask_so_often_in_a_minute(program: Programs, settings: LazySettings) -> None:
    settings.GUANTONG_API_PER_MINUTE = 3
    asked, other = program("manager"), program("manager")
    statuses = []
    for left in (2, 1, 0, 0):
        answer = asked.get("units")
        statuses.append(answer.status_code)
        assert answer["RateLimit-Limit"] == "3"
        if CountedMinute.objects.count() == 1 and CountedMinute.objects.get().asked == len(statuses):
            assert answer["RateLimit-Remaining"] == str(left)
        assert 1 <= int(answer["RateLimit-Reset"]) <= 60
    assert 429 in statuses or CountedMinute.objects.get().asked < 4, "the minute may have turned meanwhile"
    if answer.status_code == 429:
        assert answer["Retry-After"] == answer["RateLimit-Reset"]
        assert answer.json()["type"] == "urn:guantong:problem:too_many"
    assert other.get("units").status_code == 200


def test_minutes_are_counted_by_themselves() -> None:
    at = datetime.datetime(2026, 7, 1, 8, 0, 59, tzinfo=datetime.UTC)
    assert [count_request("token 1", 2, at).remaining for _ in range(3)] == [1, 0, -1]
    assert count_request("token 1", 2, at).is_over
    assert not count_request("token 2", 2, at).is_over
    later = at + datetime.timedelta(seconds=1)
    rate = count_request("token 1", 2, later)
    assert (rate.remaining, rate.reset) == (1, 60)
    assert prune_counts(later) == 1
    assert [row.name for row in CountedMinute.objects.all()] == ["token 1"]


def test_who_fails_too_often_is_told_to_wait_and_nobody_else(cast: Cast, settings: LazySettings) -> None:
    settings.GUANTONG_API_PER_MINUTE = 30
    wrong, right = Program("gt_1_wrong"), Program(token_of(cast.members["manager"]))
    statuses = [wrong.get("units").status_code for _ in range(8)]
    assert set(statuses) == {401, 429}
    assert statuses[0] == 401
    assert right.get("units").status_code == 200


# --- Whatever fails ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/goals/", "/api/v1/goals/G", "/api/v2/goals", "/api/v1/docs"]
)
def test_what_is_not_there_is_a_problem_too(program: Programs, path: str) -> None:
    asked = program("administrator")
    for headers in (asked.headers, {}):
        answer = asked.client.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer.json()["type"] == "urn:guantong:problem:not_found"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST"])
def test_other_methods_are_refused_with_those_that_there_are(program: Programs, method: str) -> None:
    asked = program("administrator")
    override = {**asked.headers, "X-HTTP-Method-Override": "GET"}
    answer = asked.client.generic(method, "/api/v1/goals?_method=GET", headers=override)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert answer.json()["status"] == 405
    assert asked.client.get("/api/v1/values", headers=asked.headers)["Allow"] == "POST"


def test_head_is_answered_as_get_without_a_body(program: Programs) -> None:
    asked = program("administrator")
    answer = asked.client.head("/api/v1/goals", headers=asked.headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 0
    assert asked.client.head("/api/v1/goals").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "multipart/form-data; boundary=x"},
        {"Content_Type": "application/json; charset=latin-1"},
        {"Content_Type": "application/vnd.api+json"},
        {"Content_Encoding": "gzip"},
        {"Content_Encoding": "br"},
    ],
)
def test_bodies_are_plain_json(program: Programs, headers: dict[str, str]) -> None:
    body = gzip.compress(b"0" * 50_000_000) if headers.get("Content_Encoding") == "gzip" else '{"values": []}'
    answer = program("strategy_office").post("values", body, **headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:guantong:problem:media_type"


def test_large_bodies_are_refused_before_they_are_read(program: Programs) -> None:
    answer = program("strategy_office").post("values", "[" * (LARGEST_BODY + 1))
    assert answer.status_code == 413
    assert Program("").post("values", "[" * (LARGEST_BODY + 1)).status_code == 413
    lying = Client().generic("POST", "/api/v1/values", b"", CONTENT_LENGTH="many", content_type="application/json")
    assert lying.status_code == 413


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en", "en"), ("zh-Hans-CN,en;q=0.5", "zh"), ("fr, en;q=0.8, zh;q=0.9", "zh"), ("fr", "zh"), ("", "zh"),
     ("\x00,;q=", "zh"), ("en;q=0", "zh")],
)  # fmt: skip
def test_problems_speak_the_language_asked_for(accepted: str, language: str) -> None:
    answer = Client().get("/api/v1/goals", headers={"Accept-Language": accepted})
    assert answer["Content-Language"] == language
    assert answer.json()["title"].isascii() == (language == "en")


# --- The description -----------------------------------------------------------------------------


def test_the_description_is_open_and_declares_every_answer() -> None:
    answer = Client().get("/api/v1/openapi.json")
    schema = answer.json()
    assert schema["openapi"].startswith("3.1")
    ids = {operation["operationId"]: operation for path in schema["paths"].values() for operation in path.values()}
    assert set(ids) == {
        "findings_findings_list", "findings_index_list", "goals_goals_list", "organisation_people_list",
        "organisation_units_list", "values_values_record",
    }  # fmt: skip
    for name, operation in ids.items():
        more = {"409", "413", "415"} if name == "values_values_record" else set()
        assert set(operation["responses"]) == {"200", "401", "403", "405", "422", "429", "500", "503"} | more
        assert operation["description"]
        assert "·" in operation["summary"]
        assert operation["security"] == [{"Token": []}]
    assert "pay" not in json.dumps(schema["components"]["schemas"]["PersonOut"])
    assert Client().post("/api/v1/openapi.json").status_code == 405


def test_names_of_operations_are_those_of_their_functions() -> None:
    from guantong.api import api

    assert isinstance(api, Interface)
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                area = operation.view_func.__module__.split(".")[1]
                assert operation.operation_id == f"{area}_{operation.view_func.__name__}"
