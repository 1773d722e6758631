"""With the product's own filters left out, PostgreSQL shows nothing of another company, and takes nothing for it."""

import datetime
import itertools
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import (
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.test.utils import isolate_apps

from guantong.access.models import Membership
from guantong.accounts.models import User
from guantong.audit.actions import Deed, record_entry
from guantong.audit.models import Change
from guantong.goals.models import Goal
from guantong.kit.bulk import insert_rows, reserve_ids
from guantong.kit.portable import owner_field
from guantong.kit.schema import apply_migrations, as_owner
from guantong.kit.separation import (
    apply_row_security,
    company_scope,
    list_unprotected_tables,
    tenant_models,
    user_scope,
)
from guantong.organisation.models import Company, Unit
from guantong.organisation.queries import find_company, list_companies
from tests.make.acme import ORGANISATION, goal
from tests.make.company import build
from tests.make.kept import loaded
from tests.make.terminal import url_of

pytestmark = [pytest.mark.django_db, pytest.mark.only("postgresql")]
committing = pytest.mark.django_db(transaction=True)

OWN, OTHER = 1_000_001, 1_000_002
AT = datetime.datetime(2026, 7, 1, 8, tzinfo=datetime.UTC)
MODELS = tenant_models()


# --- Every table ---------------------------------------------------------------------------------

_numbers = itertools.count(5_000_000)


def filler(field: models.Field, choice: int) -> Any:
    """Return something that a column takes; keys lead nowhere, which the database asks only where it is kept."""
    if field.choices:
        return field.choices[choice % len(field.choices)][0]
    kinds: dict[type[models.Field], Any] = {
        models.DateTimeField: AT, models.DateField: AT.date(), models.JSONField: "{}", models.BooleanField: False,
        models.FloatField: 1.0, models.PositiveIntegerField: choice,
        models.CharField: f"x{next(_numbers)}", models.TextField: f"x{next(_numbers)}",
    }  # fmt: skip
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), next(_numbers))


def insert(model: type[models.Model], company_id: int) -> None:
    """Insert a row of a company with SQL of its own, the first that its table's conditions take."""
    owner = model._meta.get_field(owner_field(model))
    needed = [field for field in model._meta.concrete_fields if field is owner or field.primary_key or not field.null]
    one_more = ([], *([field] for field in model._meta.concrete_fields if field.null))
    for choice, more in itertools.product(range(3), one_more):
        fields = [*needed, *more]
        values = [company_id if field is owner else filler(field, choice) for field in fields]
        listed = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        marks = ", ".join("%s" for _ in fields)
        try:
            execute(f"INSERT INTO {model._meta.db_table} ({listed}) VALUES ({marks})", values)
        except IntegrityError:
            continue
        return
    raise AssertionError(f"no row of {model._meta.label_lower} can be made up")


def execute(statement: str, values: Any = ()) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def count(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        total = int(cursor.fetchone()[0])
    assert model._base_manager.count() == total
    return total


@pytest.fixture
def undone() -> Iterator[None]:
    """Undo in the end what a test has written."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_every_table_shows_and_takes_only_rows_of_the_company(model: type[models.Model]) -> None:
    table, owner = model._meta.db_table, model._meta.get_field(owner_field(model)).column
    with company_scope(OTHER):
        insert(model, OTHER)
        assert count(model) == 1
    with company_scope(OWN):
        assert count(model) == 0
        insert(model, OWN)
        assert count(model) == 1
        assert not model._base_manager.filter(**{owner_field(model): OTHER}).exists()
        with pytest.raises(ProgrammingError, match="row-level security"):
            insert(model, OTHER)
        with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"):
            execute(f"UPDATE {table} SET {owner} = %s", [OTHER])
        if not hasattr(model, "append_only"):
            assert execute(f"UPDATE {table} SET {owner} = {owner} WHERE {owner} = %s", [OTHER]) == 0
            assert execute(f"DELETE FROM {table}") == 1
    execute("RESET guantong.company")
    assert count(model) == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        insert(model, OWN)
    execute("SELECT set_config('guantong.company', %s, true)", [str(OTHER)])
    assert count(model) == 1


def test_every_table_with_a_company_is_protected_whatever_the_models_say() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped"
            " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        )
        rows = cursor.fetchall()
    assert {name for name, *_ in rows} | {"organisation_company"} == {model._meta.db_table for model in MODELS}
    assert all(is_enabled and is_forced for _, is_enabled, is_forced in rows)
    assert list_unprotected_tables() == []


def test_what_belongs_to_no_company_is_named_here() -> None:
    """A new model without a company is refused, unless it says why; and then it has to be thought of here."""
    every = {model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("guantong.")}
    left = {model._meta.label_lower for model in every - set(MODELS)}
    assert left == {"accounts.cacheentry", "accounts.user", "tokens.countedminute"}


@isolate_apps("guantong.organisation")
def test_a_model_that_says_nothing_of_whose_its_rows_are_is_refused() -> None:
    class Stray(models.Model):
        class Meta:
            app_label = "organisation"

    with pytest.raises(TypeError, match=r"organisation.stray says of no row whose it is"):
        owner_field(Stray)


@committing
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE goals_goal NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY guantong_company ON goals_goal",
        "CREATE POLICY mine ON goals_goal FOR SELECT USING (true)",
        "ALTER POLICY guantong_company ON goals_goal USING (true)",
    ],
)
def test_a_table_that_lost_its_protection_is_seen_and_migrating_mends_it(change: str) -> None:
    with as_owner():
        execute(change)
    assert list_unprotected_tables() == ["goals_goal"]
    with as_owner():
        apply_row_security(settings.TEST_APPLICATION["USER"])
    assert list_unprotected_tables() == []


# --- Companies as they are ---------------------------------------------------------------------------


@pytest.fixture
def two() -> tuple[Company, Company]:
    """Give two companies that are there."""
    own, other = (
        loaded(build(company=[{"code": code, "name": code}], **ORGANISATION, goals=[goal(f"{code}1")]))
        for code in ("ACME", "WELL")
    )
    return own, other


def goals() -> set[str]:
    return set(Goal._base_manager.values_list("code", flat=True))


@committing
def test_a_session_that_names_no_company_sees_none(two: tuple[Company, Company]) -> None:
    del two
    with psycopg.connect(url_of(connection.settings_dict)) as session:
        for model in MODELS:
            row = session.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone()  # type: ignore[arg-type]
            assert row == (0,), model


def test_only_the_installation_lists_companies(two: tuple[Company, Company]) -> None:
    own, _ = two
    assert [company.code for company in list_companies()] == ["ACME", "WELL"]
    with company_scope(own.pk):
        assert [company.code for company in Company.objects.all()] == ["ACME"]
        assert goals() == {"ACME1"}
    with company_scope(0):
        assert goals() == set()
        assert not Company.objects.update(name="mine")


def test_a_user_sees_their_companies_and_memberships_and_no_others(two: tuple[Company, Company]) -> None:
    own, other = two
    users = [User.objects.create(email=f"{name}@example.org", created_at=AT) for name in ("u", "v")]
    for company, user in ((own, users[0]), (own, users[1]), (other, users[1])):
        with company_scope(company.pk):
            Membership.objects.create(company=company, user=user, created_at=AT)
    found = []
    for user in users:
        with company_scope(0), user_scope(user.pk):
            found.append([row.company.code for row in Membership.objects.select_related("company").order_by("pk")])
            assert not Membership.objects.update(ended_at=AT)
            assert [company.code for company in Company.objects.order_by("pk")] == found[-1]
    assert found == [["ACME"], ["ACME", "WELL"]]
    with company_scope(own.pk):
        assert Membership.objects.count() == 2


def test_a_key_into_another_company_leads_to_nothing(two: tuple[Company, Company]) -> None:
    """The database lets a key stand that names a foreign row, for it asks no more than whether there is one."""
    own, other = two
    with company_scope(other.pk):
        foreign = Unit.objects.latest("pk")
    with company_scope(own.pk):
        Goal.objects.update(unit=foreign)
        assert goals() == {"ACME1"}
        assert not Goal.objects.select_related("unit").filter(unit__isnull=False).exclude(unit__name="").exists()
        with pytest.raises(Unit.DoesNotExist):
            _ = Goal.objects.get().unit


@committing
def test_many_rows_at_once_are_held_back_too(two: tuple[Company, Company]) -> None:
    own, other = two
    size = 300
    with company_scope(own.pk):
        with transaction.atomic():
            entry = record_entry(Deed(own.pk, "ACME", "operator", AT), "load_company", {}, [])
        before = Change.objects.count()
        rows = {
            "entry": [entry.pk] * size, "table": ["goals"] * size, "record_id": [1] * size, "record": ["1"] * size,
            "kind": ["change"] * size, "before": ["{}"] * size, "after": ["{}"] * size,
        }  # fmt: skip
        insert_rows(Change, {"id": reserve_ids(Change, size), "company_id": [own.pk] * size, **rows})
        with pytest.raises(ProgrammingError, match="row-level security"):
            insert_rows(Change, {"id": reserve_ids(Change, size), "company_id": [other.pk] * size, **rows})
        assert Change.objects.count() == before + size


# --- What the product's role may do ------------------------------------------------------------------


def role_of_tests() -> str:
    """Return the role of these tests; where it owns the tables, they prove nothing of rights."""
    role: str = settings.TEST_APPLICATION["USER"]
    if role == settings.OWNER_DATABASE["USER"]:
        assert not os.environ.get("CI"), "name a second role in GUANTONG_TEST_APPLICATION_URL"
        pytest.skip("name a second role in GUANTONG_TEST_APPLICATION_URL")
    return role


def test_the_role_is_neither_a_superuser_nor_an_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (role_of_tests(), False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM audit_entry",
        "UPDATE audit_change SET before = '{}'",
        "DELETE FROM audit_change",
        "TRUNCATE goals_goal CASCADE",
        "ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY",
        "DROP POLICY guantong_company ON goals_goal",
        "CREATE POLICY mine ON goals_goal USING (true)",
        "DROP TABLE goals_goal",
        "CREATE TABLE mine (one bigint)",
        "SET ROLE {owner}",
        "SET SESSION AUTHORIZATION {owner}",
        "COPY goals_goal TO PROGRAM 'true'",
    ],
)
def test_the_role_cannot_rewrite_the_trail_or_undo_the_separation(statement: str) -> None:
    role_of_tests()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|superuser)"):
        execute(statement.replace("{owner}", settings.OWNER_DATABASE["USER"]))


def test_row_security_cannot_be_switched_off_by_the_session() -> None:
    with transaction.atomic():
        execute("SET LOCAL row_security = off")
        with pytest.raises(ProgrammingError, match="row-level security"):
            execute("SELECT * FROM goals_goal")


@committing
def test_migrating_again_leaves_all_as_it_is(two: tuple[Company, Company]) -> None:
    with as_owner():
        apply_migrations()
    assert list_unprotected_tables() == []
    with company_scope(two[1].pk):
        assert goals() == {"WELL1"}
    assert find_company("NONE") is None
