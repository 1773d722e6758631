"""The same request on two workers at the same moment is carried out once."""

import threading
from typing import Any

import pytest
from django.conf import LazySettings

from guantong import clock
from guantong.audit.models import Entry
from guantong.kit.separation import company_scope, switch_company
from guantong.tokens.actions import Asked, InFlightError, answer_once
from guantong.tokens.models import ApiToken
from tests.make.cast import Cast, build_cast
from tests.make.programs import Program, token_of
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

VALUE = {"values": [{"goal": "OPEN1", "date": "2026-06-15", "value": 5}]}


@pytest.fixture
def cast(settings: LazySettings) -> Cast:
    settings.GUANTONG_SMALL_COMPANY = -1
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


@pytest.fixture
def feed(cast: Cast) -> Program:
    return Program(token_of(cast.members["manager"]))


def test_a_request_that_comes_twice_at_once_is_carried_out_once(feed: Program) -> None:
    answers = at_once([lambda: feed.post("values", VALUE, Idempotency_Key="k")] * 4)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert any(answer.status_code == 200 for answer in answers)
    for answer in answers:
        if answer.status_code == 409:
            assert answer["Retry-After"] == "1"
    assert Entry.objects.filter(action="record_values").count() == 1
    assert feed.post("values", VALUE, Idempotency_Key="k")["Idempotent-Replayed"] == "true"


@pytest.mark.only("postgresql")
def test_a_request_under_way_is_said_to_be_so(cast: Cast, feed: Program) -> None:
    token = ApiToken.objects.get()
    asked = Asked(cast.company.pk, token.pk, "k", "0" * 64, clock.now())
    begun, ended = threading.Event(), threading.Event()
    refused: list[int] = []

    def carry_out() -> dict[str, Any]:
        begun.set()
        assert ended.wait(30)
        return {}

    def second() -> None:
        assert begun.wait(30)
        refused.append(feed.post("values", VALUE, Idempotency_Key="k").status_code)
        with company_scope(asked.company_id), pytest.raises(InFlightError):
            answer_once(asked, dict)
        ended.set()

    def first() -> None:
        with company_scope(asked.company_id):
            answer_once(asked, carry_out)

    at_once([first, second])
    assert refused == [409]
