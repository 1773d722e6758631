"""The operator's commands as processes: what they say, how they stop, what becomes of a killed one's work."""

import json
import os
import signal
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psycopg
import pytest

from tests.make.installation import Installation, free_port, installation, until
from tests.make.tasks import said

pytestmark = pytest.mark.full

ON_POSTGRESQL = os.environ.get("GUANTONG_TEST_ON") == "postgresql"
ONLY_SQLITE = pytest.mark.only("sqlite")
ONLY_POSTGRESQL = pytest.mark.only("postgresql")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Migrate one database; the others are its copies."""
    with installation(tmp_path_factory.mktemp("template")) as made:
        assert made.run("migrate").returncode == 0
        yield made


@pytest.fixture
def migrated(tmp_path: Path, template: Installation) -> Iterator[Installation]:
    with installation(tmp_path, template) as made:
        yield made


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def doctor(place: Installation, **environment: str) -> tuple[int, dict[str, Any]]:
    ended = place.run("doctor", "--format", "json", **environment)
    assert ended.stderr == ""
    return ended.returncode, {check["finding"]: check for check in json.loads(ended.stdout)["checks"]}


def to_mend(found: dict[str, Any]) -> set[str]:
    return {name for name, check in found.items() if check["action"]}


def test_migrating_shows_what_it_did_and_a_second_time_does_nothing(place: Installation) -> None:
    first, second = place.run("migrate", "--lang", "en"), place.run("migrate", "--lang", "en")
    assert (first.returncode, first.stderr, second.returncode, second.stderr) == (0, "", 0, "")
    assert "Applied goals.0001_initial" in first.stdout.splitlines()
    assert second.stdout == "The database is of this version already.\n"


@ONLY_SQLITE
def test_doctor_is_clean_after_migrating_and_after_the_demo(place: Installation) -> None:
    status, found = doctor(place)
    assert (status, to_mend(found)) == (1, {"database_absent"})
    assert not (place.folder / "data" / "guantong.sqlite3").exists()
    assert place.run("migrate").returncode == 0
    assert doctor(place)[0] == 0
    assert place.run("demo", "--as-of", "2026-11-24").returncode == 0
    assert doctor(place)[0] == 0


@ONLY_SQLITE
def test_the_file_of_the_database_is_the_operators_alone(migrated: Installation) -> None:
    file = migrated.folder / "data" / "guantong.sqlite3"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    file.chmod(0o644)
    assert to_mend(doctor(migrated)[1]) == set()
    file.parent.chmod(0o755)
    status, found = doctor(migrated)
    assert (status, to_mend(found)) == (1, {"file_readable"})
    assert f"chmod 600 {file}" in found["file_readable"]["action"]


@ONLY_POSTGRESQL
def test_doctor_finds_only_where_the_role_owns_the_tables(migrated: Installation) -> None:
    status, found = doctor(migrated)
    is_owner = migrated.environment["GUANTONG_DATABASE_URL"] == migrated.environment["GUANTONG_OWNER_DATABASE_URL"]
    assert (status, to_mend(found)) == ((1, {"role_owner"}) if is_owner else (0, set()))


@pytest.mark.parametrize("command", ["migrate", "load", "worker", "tick", "serve"])
def test_a_database_that_cannot_be_reached_is_a_message(place: Installation, command: str) -> None:
    arguments = [command, "nothing.xlsx"] if command == "load" else [command]
    ended = place.run(*arguments, GUANTONG_DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 2
    assert "GUANTONG_DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_doctor_says_that_it_cannot_be_reached(place: Installation) -> None:
    status, found = doctor(place, GUANTONG_DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    assert (status, to_mend(found)) == (1, {"database_unreachable"})


def test_a_file_that_is_no_database_is_a_message(place: Installation) -> None:
    (place.folder / "file.sqlite3").write_text("this is no database, whatever its name may be" * 9)
    url = f"sqlite:///{place.folder / 'file.sqlite3'}"
    ended = place.run("migrate", GUANTONG_DATABASE_URL=url)
    assert ended.returncode == 2
    assert "not a database" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert to_mend(doctor(place, GUANTONG_DATABASE_URL=url)[1]) >= {"database_unreachable"}


@pytest.mark.parametrize("command", ["worker", "tick", "serve"])
def test_a_database_without_tables_asks_for_migrate(place: Installation, command: str) -> None:
    if not ON_POSTGRESQL:
        (place.folder / "data").mkdir()
        with closing(sqlite3.connect(place.folder / "data" / "guantong.sqlite3")) as connection:
            connection.execute("CREATE TABLE x (y)")
    ended = place.run(command)
    assert ended.returncode == 2
    assert "guantong migrate" in ended.stderr


def test_a_killed_workers_task_is_finished_by_the_next(migrated: Installation) -> None:
    told = migrated.folder / "told"
    migrated.enqueue("wait", str(told))
    with migrated.started("worker", GUANTONG_TASK_LEASE="2") as first:
        until(lambda: said(told) == ["began"])
        first.send_signal(signal.SIGKILL)
        first.wait(20)
    (migrated.folder / "told.go").touch()
    with migrated.started("worker", GUANTONG_TASK_LEASE="2") as second:
        until(lambda: said(told) == ["began", "began", "ended"])
        second.terminate()
        assert second.wait(20) == 0
    assert doctor(migrated)[1]["queue"]["evidence"] == {"waiting": 0, "running": 0}


def test_a_worker_that_is_told_to_stop_ends_its_task_first(migrated: Installation) -> None:
    told = migrated.folder / "told"
    migrated.enqueue("wait", str(told))
    with migrated.started("worker") as worker:
        until(lambda: said(told) == ["began"])
        worker.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(1)
        (migrated.folder / "told.go").touch()
        assert worker.wait(20) == 0
    assert said(told) == ["began", "ended"]


def test_a_worker_once_does_what_waits_and_ends(migrated: Installation) -> None:
    told = migrated.folder / "told"
    (migrated.folder / "told.go").touch()
    migrated.enqueue("wait", str(told))
    ended = migrated.run("worker", "--once", GUANTONG_LOG_FORMAT="json")
    assert ended.returncode == 0
    assert said(told) == ["began", "ended"]
    entries = [json.loads(line) for line in ended.stderr.splitlines()]
    assert entries[-1]["event"] == "command_finished"
    assert all(entry["command"] == "worker" for entry in entries)


def test_a_worker_offers_its_metrics(migrated: Installation) -> None:
    port = free_port()
    (migrated.folder / "told.go").touch()
    migrated.enqueue("wait", str(migrated.folder / "told"))
    with migrated.started("worker", "--metrics-port", str(port)) as worker:
        name = 'guantong_task_seconds_count{outcome="successful",task="tests.make.tasks.wait"} 1.0'
        until(lambda: name in get(port, "/metrics")[1].splitlines())
        worker.terminate()
        assert worker.wait(20) == 0


def test_the_server_answers_adds_up_its_processes_and_stops_cleanly(migrated: Installation) -> None:
    port = free_port()
    arguments = ("serve", "--port", str(port), "--workers", "2", "--lang", "en")
    with migrated.started(*arguments) as server:
        until(lambda: get(port, "/health/ready")[0] == 200)
        for _ in range(20):
            assert get(port, "/health/live") == (200, '{"status": "live"}')
        name = 'guantong_request_seconds_count{method="GET",route="health/live",status="200"} 20.0'
        assert name in get(port, "/metrics")[1].splitlines()
        taken = migrated.run(*arguments)
        assert taken.returncode == 2
        assert f"127.0.0.1:{port}" in taken.stderr
        server.terminate()
        assert server.wait(20) == 0
    assert get(port, "/health/live")[0] == 0
    assert f"http://127.0.0.1:{port}" in (migrated.folder / "serve.log").read_text("utf-8")


@ONLY_POSTGRESQL
def test_the_server_survives_the_loss_of_its_connections(migrated: Installation) -> None:
    port = free_port()
    url = migrated.environment["GUANTONG_DATABASE_URL"]
    with migrated.started("serve", "--port", str(port), "--workers", "1") as server:
        until(lambda: get(port, "/health/ready")[0] == 200)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        until(lambda: get(port, "/health/ready")[0] == 200)
        server.terminate()
        assert server.wait(20) == 0
