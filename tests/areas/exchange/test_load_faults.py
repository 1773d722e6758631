"""Whatever happens to a load, the database holds all of the file or none of it, and somebody is told why."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from guantong.audit.actions import Deed, record_entry
from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.engine.calendar import date_of
from guantong.exchange.actions import StaleError
from guantong.formats.workbook import write_company
from guantong.kit.events import _HANDLERS, subscribe
from guantong.kit.locks import lock
from guantong.kit.records import REGISTRY
from guantong.messages.labels import label
from guantong.organisation.events import RowsChanged
from guantong.organisation.queries import find_company, list_companies
from guantong.values.actions import NewValue, record_values
from guantong.values.models import ActualValue
from tests.make.cast import operator
from tests.make.files import SOUND, Sheets, as_csv
from tests.make.loading import AT, ON, load, state, stored
from tests.make.terminal import database_environment, ended, run, start
from tests.make.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRESQL = pytest.mark.only("postgresql")
BROKEN, HEALTHY = (build_demo(ON, "zh", healthy=is_healthy) for is_healthy in (False, True))


@pytest.fixture
def environment() -> dict[str, str]:
    return database_environment()


@pytest.fixture
def healthy(tmp_path: Path) -> str:
    write_company(HEALTHY, tmp_path / "healthy", "zh")
    return str(tmp_path / "healthy")


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


# --- Files that cannot be loaded ---------------------------------------------------------------------


def bad_files(folder: Path) -> Iterator[Path]:
    """Yield files that cannot be read."""
    for name, content in (("empty.xlsx", b""), ("text.xlsx", b"a,b\n"), ("cut.xlsx", b"PK\x03\x04" + b"\0" * 40)):
        (folder / name).write_bytes(content)
        yield folder / name
    yield folder / "nowhere.xlsx"
    (folder / "nothing").mkdir()
    yield folder / "nothing"
    cycle = [["code", "name", "parent", "start", "end"], ["A", "a", "A", "2026-01-01", "2025-12-31"]]
    people = [["code", "name", "unit"], ["P1", "Li", "U9"], ["P1", "Wu", "U1"], ["C", "", "#DIV/0!"]]
    wrong: list[Sheets] = [{**SOUND, "cycles": cycle}, {**SOUND, "people": people}, {"units": SOUND["units"]}]
    for number, sheets in enumerate(wrong):
        yield as_csv(sheets, folder / f"wrong{number}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bad_file_is_refused_as_by_check(capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str) -> None:
    for path in bad_files(tmp_path):
        checked = outcome(capsys, "check", str(path), "--lang", language)
        assert (checked[0], checked[1]) == (2, "")
        assert outcome(capsys, "load", str(path), "--lang", language) == checked
    assert list_companies() == []


def acme(folder: Path, **sheets: list[list[Any]]) -> str:
    return str(as_csv({**SOUND, **sheets}, folder))


@pytest.mark.parametrize(("language", "word"), [("zh", "没有载入任何数据"), ("en", "nothing was loaded")])
def test_a_file_of_another_company_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str, word: str
) -> None:
    load(BROKEN)
    before = state("NEV")
    status, out, err = outcome(capsys, "load", acme(tmp_path / "a"), "--company", "NEV", "--lang", language)
    assert (status, out) == (2, "")
    assert word in err
    assert "ACME" in err
    assert "NEV" in err
    assert state("NEV") == before
    assert find_company("ACME") is None


MONEY = {"budget_envelopes": [["cycle", "amount"], ["2026", "1000"]]}


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_the_currency_is_fixed_once_there_are_amounts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: tuple[str, ...]
) -> None:
    yen = {"company": [["code", "name", "currency"], ["ACME", "Acme", "jpy"]]}
    assert outcome(capsys, "load", acme(tmp_path / "a"))[0] == 0
    assert outcome(capsys, "load", acme(tmp_path / "b", **yen))[0] == 0
    assert outcome(capsys, "load", acme(tmp_path / "c", **yen, **MONEY))[0] == 0
    before = state("ACME")
    for language, word in (("zh", "币种"), ("en", "currency")):
        status, out, err = outcome(capsys, "load", acme(tmp_path / language, **MONEY), "--lang", language, *more)
        assert (status, out) == (2, "")
        assert word in err
    assert state("ACME") == before
    assert stored("ACME").setting("currency") == "JPY"


def test_a_currency_that_is_the_default_may_be_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    yuan = {"company": [["code", "name", "currency"], ["ACME", "Acme", "CNY"]]}
    assert outcome(capsys, "load", acme(tmp_path / "a", **yuan, **MONEY))[0] == 0
    assert outcome(capsys, "load", acme(tmp_path / "b", **MONEY))[0] == 0


def test_a_code_of_the_shared_space_stays_taken(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A removed person's code is not a unit's, neither in a preview."""
    gone = [["code", "name", "unit"], ["P2", "Wu", "U1"]]
    unit = [*SOUND["units"], ["P1", "Labs", "C", "department"]]
    assert outcome(capsys, "load", acme(tmp_path / "a"))[0] == 0
    assert outcome(capsys, "load", acme(tmp_path / "b", people=gone), "--accept")[0] == 0
    before = state("ACME")
    path = acme(tmp_path / "c", people=gone, units=unit)
    for language, sheets, more in (("zh", ("组织单元", "员工"), ()), ("en", ("units", "people"), ("--dry-run",))):
        status, out, err = outcome(capsys, "load", path, "--lang", language, *more)
        assert (status, out) == (2, "")
        assert all(word in err for word in (*sheets, "P1"))
    assert state("ACME") == before


# --- Processes, disks and connections that fail ------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("zh", "正在载入另一个文件"), ("en", "Another file is being loaded")])
def test_of_two_loads_at_once_the_second_is_refused(
    environment: dict[str, str], healthy: str, language: str, word: str
) -> None:
    load(BROKEN)
    with lock("load NEV"):
        status, out, err = run(environment, "load", healthy, "--accept", "--lang", language)
    assert (status, out) == (2, "")
    assert word in err
    assert stored("NEV") == BROKEN
    assert run(environment, "load", healthy, "--accept", "--lang", language)[0] == 0
    assert stored("NEV") == HEALTHY


@pytest.mark.only("sqlite")
def test_a_full_disk_leaves_the_database_as_it_was(environment: dict[str, str], healthy: str) -> None:
    load(BROKEN)
    before, path = state("NEV"), str(connection.settings_dict["NAME"])
    connection.close()
    assert Path(path).stat().st_size > 400_000
    for room in (200_000, 400_000):
        limits = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
        status, out, err = run(environment, "load", healthy, "--accept", preexec_fn=limits)
        assert (status, out) == (2, "")
        assert "数据库" in err
        assert "database" in err
        assert "Traceback" not in err
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert state("NEV") == before
    assert run(environment, "load", healthy, "--accept")[0] == 0
    assert stored("NEV") == HEALTHY


@ON_POSTGRESQL
@pytest.mark.parametrize("table", ["goals", "scorecards"])
def test_a_lost_connection_leaves_the_database_as_it_was(environment: dict[str, str], healthy: str, table: str) -> None:
    load(BROKEN)
    before, url = state("NEV"), environment["GUANTONG_DATABASE_URL"]
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watch:
        holder.execute(f"LOCK TABLE {REGISTRY[table]._meta.db_table} IN SHARE MODE")  # who writes there waits
        process = start(environment, "load", healthy, "--accept")
        until(lambda: watch.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'").fetchall(), process)  # fmt: skip
    status, out, err = ended(process)
    assert (status, out) == (2, "")
    assert "数据库中途出错" in err
    assert "failed on the way" in err
    assert "Traceback" not in err
    assert state("NEV") == before
    assert run(environment, "load", healthy, "--accept")[0] == 0
    assert stored("NEV") == HEALTHY


def until(is_so: Callable[[], Any], process: Any) -> None:
    """Wait until something is so, while a process runs."""
    while not is_so():
        assert process.poll() is None
        time.sleep(0.002)


@pytest.mark.parametrize("after", [0.1, *(pytest.param(time, marks=pytest.mark.full) for time in (0.0, 0.3, 0.6))])
def test_a_killed_load_is_there_whole_or_not_at_all(environment: dict[str, str], healthy: str, after: float) -> None:
    load(BROKEN)
    for file in lock_files():
        file.unlink()
    process = start(environment, "load", healthy, "--accept")
    until(is_loading, process)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    ended(process)
    assert stored("NEV") in (BROKEN, HEALTHY)
    status, _, err = run(environment, "load", healthy, "--accept")
    assert (status, err) == (0, "")
    assert stored("NEV") == HEALTHY


def lock_files() -> list[Path]:
    database = Path(str(connection.settings_dict["NAME"]))
    return list(database.parent.glob(f".{database.name}.*.lock"))


def is_loading() -> bool:
    """Return whether somebody has taken a lock; asking takes none."""
    if connection.vendor == "sqlite":
        return bool(lock_files())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                       " WHERE locktype = 'advisory' AND datname = current_database()")  # fmt: skip
        return cursor.fetchone() is not None


@pytest.mark.parametrize(("language", "word"), [("zh", "无法使用数据库"), ("en", "cannot be used")])
def test_a_database_out_of_reach_is_named(tmp_path: Path, language: str, word: str) -> None:
    environment = {**os.environ, "GUANTONG_DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"}
    environment["DJANGO_SETTINGS_MODULE"] = "guantong.settings"
    status, out, err = run(environment, "load", acme(tmp_path / "a"), "--lang", language)
    assert (status, out) == (2, "")
    assert word in err
    assert "Traceback" not in err


# --- Somebody else changes the company meanwhile -----------------------------------------------------


def test_a_load_does_not_end_where_others_changed_the_company_while_it_was_written() -> None:
    load(BROKEN)
    company = find_company("NEV")
    assert company is not None

    def act_too(event: RowsChanged) -> None:
        record_entry(Deed(event.company_id, "NEV", "P001", event.at), "record_values", {}, [])

    before = state("NEV")
    subscribe(RowsChanged, act_too)
    try:
        with pytest.raises(StaleError):
            load(HEALTHY)
    finally:
        _HANDLERS[RowsChanged].remove(act_too)
    assert state("NEV") == before
    assert load(HEALTHY)


@ON_POSTGRESQL
def test_a_row_that_somebody_makes_with_the_same_key_is_seen_before_the_load_goes_on() -> None:
    load(BROKEN)
    place = next(row for row, value in enumerate(BROKEN.actuals.value.tolist()) if value == value)
    goal, day = BROKEN.goals.code[BROKEN.actuals.goal[place]], date_of(BROKEN.actuals.date[place])
    company = find_company("NEV")
    assert company is not None
    ActualValue.objects.filter(company=company, goal__code=goal, date=day).delete()
    lacking, is_written, may_end = stored("NEV"), threading.Event(), threading.Event()

    def enter() -> None:
        with transaction.atomic():
            record_values(operator(company, AT, "P001"), [NewValue(goal, day, 1.0)])
            is_written.set()
            may_end.wait(20)

    def load_the_same() -> None:
        is_written.wait(20)
        threading.Timer(1.0, may_end.set).start()
        load(BROKEN)

    assert len(lacking.actuals) == len(BROKEN.actuals) - 1
    entered, loaded = at_once([enter, load_the_same])
    assert entered is None
    assert isinstance(loaded, StaleError)
    assert stored("NEV").actuals.value[place] == 1.0


# --- A database that fails under a command that starts it late ---------------------------------------


@pytest.mark.only("sqlite")
def test_commands_that_start_the_database_late_say_too_that_it_failed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    load(BROKEN)
    (tmp_path / "people.csv").write_text("code,name,unit\nP1,Li,RD\n", encoding="utf-8")
    commands = (["check", "--company", "NEV"], ["load-people", str(tmp_path / "people.csv"), "--accept"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goals_goal RENAME TO away")
        try:
            said = [outcome(capsys, *command) for command in commands]
        finally:
            cursor.execute("ALTER TABLE away RENAME TO goals_goal")
    for status, _, err in said:
        assert status == 2
        assert err.startswith("数据库中途出错：no such table: goals_goal")
        assert "Traceback" not in err


@pytest.mark.only("sqlite")
def test_two_demos_at_once_are_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    with lock("load NEV"):
        status, _, err = outcome(capsys, "demo", "--lang", "en")
    assert (status, err) == (2, label("errors.load_locked", "en", company="NEV") + "\n")
    assert outcome(capsys, "demo", "--lang", "en")[0] == 0
