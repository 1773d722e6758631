"""Forgetting what was kept for a day only."""

from django.tasks import task

from guantong import clock
from guantong.kit.separation import company_scope
from guantong.organisation.queries import list_companies
from guantong.tokens.actions import prune_answers, prune_counts


@task
def prune_old_answers() -> int:
    """Delete answers that are kept no longer and counts of minutes that are over; returns how many."""
    deleted = prune_counts(clock.now())
    for company in list_companies():
        with company_scope(company.pk):
            deleted += prune_answers(company.pk, clock.now())
    return deleted
