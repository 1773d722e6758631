"""The log: one entry a line with named values, the same from every library, without secrets and pay."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings

from guantong.kit.logs import HIDDEN, configure_logs, log_command


@pytest.fixture(autouse=True)
def usual_afterwards() -> Iterator[None]:
    yield
    configure_logs(settings.LOGGING)


def entries(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_every_library_logs_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs({"level": "info", "form": "json"})
    structlog.get_logger("ours").info("loaded", company="贯通", rows=3)
    logging.getLogger("theirs").warning("slow: %s", "x", extra={"seconds": 2})
    ours, theirs = entries(capsys)
    assert (ours["event"], ours["company"], ours["rows"], ours["level"]) == ("loaded", "贯通", 3, "info")
    assert (theirs["event"], theirs["seconds"], theirs["level"], theirs["logger"]) == (
        "slow: x",
        2,
        "warning",
        "theirs",
    )
    assert ours["at"].endswith("Z")


def test_what_is_below_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs({"level": "warning", "form": "json"})
    structlog.get_logger("ours").info("loaded")
    structlog.get_logger("ours").error("broken")
    assert [entry["event"] for entry in entries(capsys)] == ["broken"]


def test_text_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs({"level": "info", "form": "text"})
    structlog.get_logger("ours").info("loaded", rows=3)
    (line,) = capsys.readouterr().err.splitlines()
    assert "loaded" in line
    assert "rows=3" in line


@pytest.mark.parametrize(
    "name", ["password", "secret_key", "DATABASE_URL", "base_bonus", "amount", "csrf_token", "pay"]
)
def test_secrets_and_pay_are_hidden(capsys: pytest.CaptureFixture[str], name: str) -> None:
    configure_logs({"level": "info", "form": "json"})
    structlog.get_logger("ours").info("seen", **{name: "12345.67"})
    assert entries(capsys)[0][name] == HIDDEN


def test_a_row_that_a_database_quotes_and_a_password_in_an_address_are_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs({"level": "info", "form": "json"})
    said = "not-null constraint\nDETAIL:  Failing row contains (1, P001, 1234500)."
    try:
        raise ValueError(said)
    except ValueError:
        structlog.get_logger("ours").exception("failed", url="postgres://guantong:pass-word@host/guantong")
    text = capsys.readouterr().err
    assert "1234500" not in text
    assert "pass-word" not in text
    assert "not-null constraint" in text
    assert "postgres://guantong:…@host/guantong" in text


def test_a_command_says_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs({"level": "info", "form": "json"})
    with log_command("worker", is_usual=True):
        structlog.get_logger("ours").info("within")
    with pytest.raises(ZeroDivisionError), log_command("tick", is_usual=True):
        raise ZeroDivisionError
    with log_command("load", is_usual=False):
        pass
    with pytest.raises(ZeroDivisionError), log_command("load", is_usual=False):
        raise ZeroDivisionError
    within, finished, failed = entries(capsys)
    assert within["command"] == "worker"
    assert (finished["event"], finished["command"]) == ("command_finished", "worker")
    assert (failed["event"], failed["command"], failed["error"]) == ("command_failed", "tick", "ZeroDivisionError")
    assert finished["seconds"] >= 0
