"""What tasks may rely on, whichever engine runs them: the one that runs them at once and the one of the product."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.tasks import TaskResult, TaskResultStatus
from django_ox.models import OxTask
from django_ox.testing import run_tasks

from guantong.findings.tasks import check_company
from guantong.organisation.queries import find_company
from tests.make.tasks import fail, make_company, said

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = {
    "immediate": {"BACKEND": "django_ox.testing.ImmediateBackend"},
    "ox": {"BACKEND": "django_ox.backend.OxBackend", "OPTIONS": {"BACKOFF_INITIAL": 1e-6, "BACKOFF_MAX": 1e-6}},
}
Run = Callable[[], list[TaskResult]]


@pytest.fixture(params=sorted(ENGINES))
def work_off(request: pytest.FixtureRequest, settings: Any) -> Run:
    """Choose an engine; calling this does what waits, if anything does."""
    settings.TASKS = {"default": ENGINES[request.param]}
    return run_tasks if request.param == "ox" else list


@pytest.fixture
def ox(settings: Any) -> None:
    settings.TASKS = {"default": ENGINES["ox"]}


def test_a_task_of_a_transaction_that_is_undone_leaves_nothing(work_off: Run) -> None:
    with transaction.atomic():
        make_company.enqueue("ACME")
        transaction.set_rollback(True)
    assert work_off() == []
    assert find_company("ACME") is None


def test_a_task_of_a_transaction_that_is_kept_runs_once(work_off: Run) -> None:
    with transaction.atomic():
        make_company.enqueue("ACME")
    work_off()
    assert find_company("ACME") is not None
    assert work_off() == []


def test_a_task_that_fails_keeps_why(work_off: Run, tmp_path: Path) -> None:
    result = fail.enqueue(str(tmp_path / "said"))
    attempts = work_off()
    last = attempts[-1] if attempts else result
    assert last.status == TaskResultStatus.FAILED
    assert "this task always fails" in last.errors[-1].traceback


def test_a_check_of_no_company_fails_and_disturbs_nobody(work_off: Run) -> None:
    result = check_company.enqueue(10**9)
    attempts = work_off()
    last = attempts[-1] if attempts else result
    assert last.status == TaskResultStatus.FAILED
    make_company.enqueue("ACME")
    work_off()
    assert find_company("ACME") is not None


@pytest.mark.usefixtures("ox")
def test_nothing_runs_before_the_transaction_is_kept() -> None:
    with transaction.atomic():
        make_company.enqueue("ACME")
        assert find_company("ACME") is None
    assert [result.status for result in run_tasks()] == [TaskResultStatus.SUCCESSFUL]


@pytest.mark.usefixtures("ox")
def test_a_failing_task_is_tried_three_times(tmp_path: Path) -> None:
    fail.enqueue(str(tmp_path / "said"))
    attempts = run_tasks()
    assert [len(result.errors) for result in attempts] == [1, 2, 3]
    assert said(tmp_path / "said") == ["ran"] * 3
    assert OxTask.objects.get().status == OxTask.Status.FAILED
