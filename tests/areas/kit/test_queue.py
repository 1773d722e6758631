"""The operator's hand on the queue: a tick, and what becomes of failed tasks."""

import datetime
import socket
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from guantong import clock
from guantong.cli.main import main
from guantong.kit.queue import list_failed_tasks, queue_state, tick
from guantong.kit.tasks import prune_finished_tasks
from guantong.organisation.queries import find_company
from tests.make.tasks import fail, make_company, said

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = datetime.timedelta(days=7)


def make_failed(path: Path) -> None:
    fail.enqueue(str(path))
    OxTask.objects.update(max_attempts=1)
    run_tasks()


def test_the_state_counts_what_waits_runs_and_has_failed(tmp_path: Path) -> None:
    make_failed(tmp_path / "said")
    make_company.enqueue("ACME")
    make_company.enqueue("BCME")
    before = clock.now() - datetime.timedelta(minutes=9)
    OxTask.objects.filter(args=["BCME"]).update(enqueued_at=before)
    state = queue_state()
    assert (state.waiting, state.running, state.overdue, state.failed) == (2, 0, 0, 1)
    assert 540 <= state.oldest_seconds < 600


def test_a_tick_takes_back_the_task_of_a_dead_worker() -> None:
    make_company.enqueue("ACME")
    gone = clock.now() - datetime.timedelta(minutes=1)
    OxTask.objects.update(
        status="RUNNING", attempts=1, locked_by="dead", locked_at=gone, lease_expires_at=gone, lease_epoch=1
    )
    assert queue_state().overdue == 1
    assert tick(WEEK).reclaimed == 1
    assert (queue_state().waiting, queue_state().overdue) == (1, 0)


def test_a_tick_deletes_what_was_done_long_ago_and_keeps_what_failed(tmp_path: Path) -> None:
    make_company.enqueue("ACME")
    run_tasks()
    make_failed(tmp_path / "said")
    assert tick(WEEK).pruned == 0
    OxTask.objects.update(finished_at=clock.now() - datetime.timedelta(days=8))
    assert tick(WEEK).pruned == 1
    assert queue_state().failed == 1


def test_the_worker_deletes_them_too() -> None:
    make_company.enqueue("ACME")
    run_tasks()
    OxTask.objects.update(finished_at=clock.now() - datetime.timedelta(days=8))
    prune_finished_tasks.enqueue()
    (result,) = run_tasks()
    assert result.return_value == 1


def test_a_tick_queues_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    tick(WEEK)
    later = clock.now() + datetime.timedelta(minutes=6)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert tick(WEEK).queued >= 1
    assert OxTask.objects.filter(task_path="guantong.findings.tasks.check_due_companies").count() == 1


def test_failed_tasks_are_named_and_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_failed(tmp_path / "said")
    (failed,) = list_failed_tasks()
    assert (failed.task, failed.error) == ("tests.make.tasks.fail", "ValueError: this task always fails")
    assert main(["tick", "--failed", "retry", "--lang", "en"]) == 0
    assert "1 failed tasks queued once more" in capsys.readouterr().out
    run_tasks()
    assert said(tmp_path / "said") == ["ran", "ran"]


def test_failed_tasks_are_closed(tmp_path: Path) -> None:
    make_failed(tmp_path / "said")
    assert main(["tick", "--failed", "discard"]) == 0
    assert queue_state().failed == 0
    assert run_tasks() == []


@pytest.mark.usefixtures("applied")
def test_a_worker_once_does_what_waits() -> None:
    make_company.enqueue("ACME")
    assert main(["worker", "--once"]) == 0
    assert find_company("ACME") is not None


def test_migrating_says_that_there_is_nothing_to_do(
    applied: MigrationRecorder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "The database is of this version already.\n"
    applied.record_applied("rewards", "0099_of_the_future")
    for command in ("migrate", "tick"):
        assert main([command]) == 2
        assert "newer version" in capsys.readouterr().err


def test_a_port_is_a_port(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("0", "65536", "x"):
        with pytest.raises(SystemExit) as caught:
            main(["worker", "--once", "--metrics-port", text])
        assert caught.value.code == 2
        assert f"{text} is no port" in capsys.readouterr().err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["worker", "--once", "--metrics-port", str(taken.getsockname()[1])]) == 2
    assert "cannot be used" in capsys.readouterr().err
