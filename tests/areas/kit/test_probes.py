"""What machines ask the server."""

import datetime
import json
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from guantong.findings.actions import keep_check
from guantong.findings.tasks import check_company
from guantong.formats.cell_rows import company_of_row
from guantong.kit.logs import configure_logs
from guantong.organisation.actions import create_company
from tests.make.viewed import company_in_view

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC)


def answer(path: str) -> tuple[int, Any]:
    response = Client().get(path)
    return response.status_code, response.json()


def sample(name: str) -> float:
    lines = Client().get("/metrics").content.decode().splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == name), 0.0)


@pytest.mark.usefixtures("applied")
def test_it_lives_and_is_ready() -> None:
    assert answer("/health/live") == (200, {"status": "live"})
    assert answer("/health/ready") == (200, {"status": "ready"})


def test_it_is_not_ready_while_migrations_wait(applied: MigrationRecorder) -> None:
    applied.record_unapplied("rewards", "0001_initial")
    status, body = answer("/health/ready")
    assert (status, body["reason"], body["pending"]) == (503, "migrations", ["rewards.0001_initial"])


def test_it_is_not_ready_on_a_newer_database(applied: MigrationRecorder) -> None:
    applied.record_applied("rewards", "0099_of_the_future")
    status, body = answer("/health/ready")
    assert (status, body["reason"], body["foreign"]) == (503, "newer_database", ["rewards.0099_of_the_future"])


def test_probes_only_read() -> None:
    assert [Client().post(path).status_code for path in ("/health/live", "/health/ready", "/metrics")] == [405] * 3


def test_every_answer_has_its_request_id() -> None:
    assert Client().get("/health/live", headers={"X-Request-ID": "abc-1"})["X-Request-ID"] == "abc-1"
    made = Client().get("/health/live", headers={"X-Request-ID": "a b"})["X-Request-ID"]
    assert len(made) == 32


def test_a_request_stands_in_the_log_without_its_query(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs({"level": "info", "form": "json"})
    Client().get("/nothing-here?name=somebody", headers={"X-Request-ID": "abc-2"})
    Client().get("/health/live")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["path"], entry["status"]) == ("request", "/nothing-here", 404)
    assert (entry["request_id"], entry["method"]) == ("abc-2", "GET")


def test_requests_are_counted_by_route_and_never_by_what_callers_invent() -> None:
    name = 'guantong_request_seconds_count{method="GET",route="health/live",status="200"}'
    before = sample(name)
    Client().get("/health/live")
    Client().generic("INVENTED", "/invented")
    assert sample(name) == before + 1
    text = Client().get("/metrics").content.decode()
    assert "nvented" not in text
    assert "INVENTED" not in text


def test_the_queue_is_measured() -> None:
    assert sample('guantong_queue_tasks{state="waiting"}') == 0
    check_company.enqueue(1)
    assert sample('guantong_queue_tasks{state="waiting"}') == 1
    assert sample("guantong_queue_oldest_seconds") >= 0


def test_a_check_is_timed() -> None:
    create_company("operator", AT, company_of_row({"code": "ACME", "name": "Acme", "language": "en"}))
    company = company_in_view("ACME")
    count = sample("guantong_check_seconds_count")
    keep_check(company.pk, AT)
    assert sample("guantong_check_seconds_count") == count + 1
