"""`guantong doctor`: clean where all is in order, and each thing that is not with its cure, in both languages."""

import datetime
import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from guantong import clock
from guantong.cli.main import main
from guantong.kit.diagnosis import DISK_BYTES
from guantong.kit.schema import as_owner
from guantong.kit.separation import tenant_models
from guantong.messages.labels import LANGUAGES
from tests.architecture.tree import PACKAGE
from tests.make.tasks import fail, make_company

FAULTS = {
    "hosts_any", "url_plain", "file_readable", "store_readable", "store_closed", "disk_low",
    "database_absent", "database_unreachable", "database_newer",
    "role_superuser", "role_owner", "separation_gap", "migrations_pending", "clock_apart", "queue_failed",
    "queue_dead_worker", "queue_waiting",
}  # fmt: skip
pytestmark = pytest.mark.django_db(transaction=True)


def doctor(capsys: pytest.CaptureFixture[str], language: str = "en") -> tuple[int, dict[str, Any]]:
    status = main(["doctor", "--format", "json", "--lang", language])
    document = json.loads(capsys.readouterr().out)
    return status, {check["finding"]: check for check in document["checks"]}


def to_mend(found: dict[str, Any]) -> set[str]:
    """Return what is to be mended, but for the role of these tests, which owns its database."""
    return {name for name, check in found.items() if check["state"] in ("warning", "error")} - {"role_owner"}


def test_nothing_is_to_be_mended(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = doctor(capsys)
    assert to_mend(found) == set()
    assert {"database", "migrations", "clock", "queue", "disk"} <= found.keys()
    assert status == int("role_owner" in found)


@pytest.mark.parametrize(("language", "clean"), [("zh", "一切正常。"), ("en", "All is in order.")])
@pytest.mark.only("sqlite")
def test_as_text_too(capsys: pytest.CaptureFixture[str], language: str, clean: str) -> None:
    assert main(["doctor", "--lang", language]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == clean


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_message_and_every_fault_its_cure(language: str) -> None:
    labels = tomllib.loads((PACKAGE / "messages" / f"labels.{language}.toml").read_text("utf-8"))["doctor"]
    source = (PACKAGE / "kit" / "diagnosis.py").read_text("utf-8")
    assert labels["cures"].keys() == FAULTS
    assert labels["messages"].keys() >= FAULTS
    assert all(f'"{finding}"' in source for finding in labels["messages"])
    assert set(re.findall(r'Diagnosis\(\s*"(\w+)"', source)) == labels["checks"].keys()


def test_an_open_server_needs_named_hosts(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.GUANTONG_ADDRESS, settings.ALLOWED_HOSTS = "0.0.0.0", ["*"]
    status, found = doctor(capsys)
    assert status == 1
    assert to_mend(found) == {"hosts_any", "url_plain"}
    settings.ALLOWED_HOSTS, settings.GUANTONG_URL = ["guantong.example"], "https://guantong.example"
    assert to_mend(doctor(capsys)[1]) == set()


def test_it_says_where_the_key_is_kept(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.IS_KEY_GIVEN = False
    assert "secret.key" in doctor(capsys)[1]["key_kept"]["message"]
    settings.IS_KEY_GIVEN = True
    assert "key_given" in doctor(capsys)[1]


def test_migrations_that_wait_are_counted(capsys: pytest.CaptureFixture[str], applied: MigrationRecorder) -> None:
    applied.record_unapplied("rewards", "0001_initial")
    status, found = doctor(capsys, "zh")
    assert status == 1
    assert found["migrations_pending"]["evidence"]["pending"] == ["rewards.0001_initial"]
    assert "guantong migrate" in found["migrations_pending"]["action"]


def test_a_newer_database_is_told(capsys: pytest.CaptureFixture[str], applied: MigrationRecorder) -> None:
    applied.record_applied("rewards", "0099_of_the_future")
    assert "database_newer" in to_mend(doctor(capsys)[1])


def test_a_queue_that_is_stuck_says_how(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fail.enqueue(str(tmp_path / "said"))
    OxTask.objects.update(max_attempts=1)
    run_tasks()
    ago = clock.now() - datetime.timedelta(minutes=10)
    make_company.enqueue("ACME")
    make_company.enqueue("BCME")
    OxTask.objects.filter(args=["ACME"]).update(enqueued_at=ago)
    OxTask.objects.filter(args=["BCME"]).update(status="RUNNING", locked_at=ago, lease_expires_at=ago)
    status, found = doctor(capsys)
    assert status == 1
    assert to_mend(found) == {"queue_failed", "queue_waiting", "queue_dead_worker"}
    (failed,) = found["queue_failed"]["evidence"]["failed"]
    assert failed["error"] == "ValueError: this task always fails"
    main(["doctor", "--lang", "zh"])
    assert "ValueError: this task always fails" in capsys.readouterr().out


def test_a_full_disk_is_seen_before_it_is_full(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=DISK_BYTES - 1))
    found = doctor(capsys)[1]
    assert to_mend(found) == {"disk_low"}
    assert "1.0 GiB" in found["disk_low"]["message"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=DISK_BYTES))
    assert to_mend(doctor(capsys)[1]) == set()


@pytest.mark.only("postgresql")
def test_clocks_that_are_apart_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA ahead")
        cursor.execute(
            "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
            " AS $$ SELECT pg_catalog.clock_timestamp() + interval '90 seconds' $$"
        )
        cursor.execute("SET search_path = public, ahead, pg_catalog")
        try:
            found = doctor(capsys)[1]
        finally:
            cursor.execute("SET search_path = DEFAULT")
            cursor.execute("DROP SCHEMA ahead CASCADE")
    assert to_mend(found) == {"clock_apart"}
    assert 80 < found["clock_apart"]["evidence"]["seconds"] < 91


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_that_shows_all_companies_is_named(capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert doctor(capsys)[1]["separation"]["evidence"]["count"] == len(tenant_models())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY")
    try:
        status, found = doctor(capsys, language)
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE goals_goal ENABLE ROW LEVEL SECURITY")
    assert (status, to_mend(found)) == (1, {"separation_gap"})
    assert "goals_goal" in found["separation_gap"]["message"]
    assert "guantong migrate" in found["separation_gap"]["action"]


@pytest.mark.only("sqlite")
def test_on_sqlite_it_is_said_that_there_is_no_second_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = doctor(capsys)[1]
    assert found["role_none"]["state"] == "note"
    assert "second line" in found["role_none"]["message"]
    assert "separation" not in found


def test_it_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def counts() -> list[int]:
        with connection.cursor() as cursor:
            names = sorted(connection.introspection.table_names())
            found = []
            for name in names:
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                found.append(cursor.fetchone()[0])
            return found

    before = counts()
    doctor(capsys)
    assert counts() == before


def test_the_folder_of_attached_files_is_its_owner_s(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    settings.GUANTONG_FILES = tmp_path / "files"
    assert not {"store", "store_readable", "store_closed"} & doctor(capsys)[1].keys()
    settings.GUANTONG_FILES.mkdir(mode=0o700)
    assert "store" in doctor(capsys)[1]
    settings.GUANTONG_FILES.chmod(0o755)
    assert "chmod 700" in doctor(capsys)[1]["store_readable"]["action"]


def test_something_else_in_the_place_of_the_folder_is_found(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    settings.GUANTONG_FILES = tmp_path / "files"
    settings.GUANTONG_FILES.write_text("no folder")
    assert "store_closed" in to_mend(doctor(capsys)[1])
