"""The company behind `guantong bench api`: made in a database of its own, and what stands there after the load.

Each function runs in a process of its own, for a process knows one database; so models are imported within.
"""

import os
from dataclasses import dataclass

from guantong import clock
from guantong.cli.bench_company import synthetic_company
from guantong.cli.database import migrate, set_up_django

NOTE = "guantong bench api"
"""By which the values of a benchmark are known."""


@dataclass(frozen=True)
class Prepared:
    """A company in the database: a token for its values, the codes of goals that take some, the database's version."""

    token: str
    goals: tuple[str, ...]
    version: str


def prepare(url: str, size: int) -> Prepared:
    """Load a synthetic company into an empty database, check it once, and make a token that may enter values."""
    _start(url)
    from guantong.exchange.actions import Loading, load_company
    from guantong.findings.actions import keep_check
    from guantong.kit.separation import company_scope
    from guantong.organisation.queries import find_company

    migrate()
    made = synthetic_company(size).company
    now = clock.now()
    load_company("operator", now, Loading(made, made.present, 0, now.date()))
    company = find_company(made.code)
    if company is None:
        raise RuntimeError(made.code)
    with company_scope(company.pk):
        keep_check(company.pk, now)
        token = _token_for(company)
    inner = set(made.goals.parent.tolist())
    with_metric = made.goals.metric.tolist()
    codes = made.goals.code.tolist()
    leaves = [code for row, code in enumerate(codes) if row not in inner and with_metric[row] >= 0]
    return Prepared(token, tuple(leaves), _version())


def _token_for(company: object) -> str:
    """Return the text of a token of a new member of a company who may enter values of all its goals."""
    from guantong.access.actions import RoleFor, create_membership
    from guantong.access.policies import Operator
    from guantong.access.queries import find_membership, get_viewer
    from guantong.accounts.models import User
    from guantong.kit.separation import company_scope
    from guantong.organisation.queries import company_day
    from guantong.tokens.actions import create_token

    now = clock.now()
    operator = Operator(company, now, company_day(company, now))  # type: ignore[arg-type]
    user = User.objects.create(email="bench@example.com", created_at=now)
    create_membership(operator, user, "", RoleFor("strategy_office"))
    member = find_membership(user.pk, operator.company.code)
    with company_scope(operator.company_id):
        viewer = None if member is None else get_viewer(member, now)
        if viewer is None:
            raise RuntimeError(user.email)
        return create_token(viewer, "bench", ["record_values"], 1)[1]


@dataclass(frozen=True)
class Left:
    """What stands in the database: values of the benchmark, their sum, and marks that no check has taken yet."""

    values: int
    total: float
    marks: int


def count_left(url: str) -> Left:
    """Return what stands in the database."""
    _start(url)
    from django.db.models import Count, Sum

    from guantong.findings.models import Mark
    from guantong.kit.separation import company_scope
    from guantong.organisation.queries import list_companies
    from guantong.values.models import ActualValue

    (company,) = list_companies()
    with company_scope(company.pk):
        found = ActualValue.objects.filter(company=company, note=NOTE, removed_at=None)
        counted = found.aggregate(values=Count("pk"), total=Sum("value"))
        return Left(counted["values"], counted["total"] or 0.0, Mark.objects.filter(company=company).count())


def _start(url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "guantong.settings"
    os.environ["GUANTONG_DATABASE_URL"] = url
    os.environ["GUANTONG_SMALL_COMPANY"] = "0"
    set_up_django()


def _version() -> str:
    from django.db import connection

    function = "sqlite_version()" if connection.vendor == "sqlite" else "current_setting('server_version')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}")
        return str(cursor.fetchone()[0])
