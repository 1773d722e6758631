"""The cast, checked once for all tests of a module, and programs with a token of each of its members."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from guantong import clock
from guantong.findings.actions import keep_check
from guantong.kit.separation import company_scope, kept_scope, switch_company
from tests.make.cast import Cast, build_cast
from tests.make.kept import AT
from tests.make.programs import Program, token_of


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:  # noqa: ARG001
    """Give both companies after a check, written for good until the module's tests are done; each undoes its own."""
    with django_db_blocker.unblock(), override_settings(GUANTONG_SMALL_COMPANY=-1), kept_scope():
        switch_company(0)
        cast = build_cast(clock.now())
        for company in (cast.company, cast.other):
            with company_scope(company.pk):
                keep_check(company.pk, AT)
    yield cast
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=False, inhibit_post_migrate=True)


@pytest.fixture
def cast(standing: Cast, installation_in_view: None) -> Cast:  # noqa: ARG001
    """Give the cast, with its company in view."""
    switch_company(standing.company.pk)
    return standing


@pytest.fixture
def program(cast: Cast) -> Callable[..., Program]:
    """Give a function that returns a program of a member of the cast, restricted to some abilities."""
    return lambda role, *abilities: Program(token_of(cast.members[role], *abilities))
