"""Checking companies in the background: one check at a time for each, which takes every mark there is."""

import datetime
import time

import structlog
from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.tasks.exceptions import TaskResultDoesNotExist

from guantong import clock
from guantong.findings.actions import claim_check, create_marks, keep_check, release_check
from guantong.findings.queries import is_small, list_due_companies
from guantong.kit.separation import company_scope
from guantong.organisation.events import RowsChanged

_log = structlog.get_logger(__name__)
_PATIENCE = datetime.timedelta(minutes=1)
_LONGEST_REST_SECONDS = 1.0


def mark_and_check(event: RowsChanged) -> None:
    """Mark what changed and see to it that a check follows: at once for a small company, else in the background."""
    create_marks(event.company_id, event.rows, event.at)
    if is_small(event.company_id):
        transaction.on_commit(lambda: _check_at_once(event.company_id))
    else:
        _queue_check(event.company_id)


def _check_at_once(company_id: int) -> None:
    """Check a small company; where that fails its marks stay, and the background takes them up."""
    with company_scope(company_id):
        try:
            keep_check(company_id, clock.now())
        except Exception:
            _log.exception("check_failed", company_id=company_id)
            _queue_check(company_id)


def _queue_check(company_id: int) -> None:
    """Queue a check of a company where none waits or runs; one that failed for good does neither."""
    claim_check(company_id, _is_under_way, lambda: str(check_company.enqueue(company_id).id))


def _is_under_way(task_id: str) -> bool:
    try:
        status = check_company.get_result(task_id).status
    except (TaskResultDoesNotExist, NotImplementedError):  # pruned, or a backend that keeps no results: it has run
        return False
    return status in (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@task
def check_company(company_id: int) -> None:
    """Check a company until no mark is left; a second run changes nothing.

    Where marks keep coming it rests between two checks for as long as one takes, so that who enters values has a
    share of the machine too.
    """
    with company_scope(company_id):
        taken = _timed_check(company_id)
        while not release_check(company_id):
            time.sleep(min(taken, _LONGEST_REST_SECONDS))
            taken = _timed_check(company_id)


def _timed_check(company_id: int) -> float:
    begun = clock.seconds()
    keep_check(company_id, clock.now())
    return clock.seconds() - begun


@task
def check_due_companies() -> None:
    """See to the companies whose day has turned or whose marks were left behind."""
    for company_id in list_due_companies(clock.now(), _PATIENCE):
        with company_scope(company_id):
            _queue_check(company_id)
