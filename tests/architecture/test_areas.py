"""The areas: their order, the files that they may have, and that every table has one model."""

import io
import tomllib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from guantong.engine.tables import TABLES
from guantong.kit.fields import ITEM_TYPES, MODELS
from guantong.kit.records import DATED, ITEMS, REGISTRY
from guantong.kit.separation import tenant_models
from guantong.settings import AREAS
from tests.architecture.tree import PACKAGE, ROOT

FILES = {
    "__init__", "models", "queries", "actions", "policies", "events", "tasks", "gateways", "apps",
    "forms", "views", "schemas", "api", "urls",
}  # fmt: skip
OWN_ROW = "company"
"""The table of one row, whose model everything else hangs on."""


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_only_files_of_the_closed_list(area: str) -> None:
    more = {"middleware"} if area == "accounts" else set()
    assert {path.stem for path in (PACKAGE / area).glob("*.py")} <= FILES | more
    assert {path.name for path in (PACKAGE / area).iterdir() if path.is_dir()} <= {"migrations", "__pycache__"}


def test_import_linter_knows_the_areas_in_their_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    areas = [layer.removeprefix("guantong.") for layer in reversed(layers)]
    assert [area for area in areas if area in AREAS] == list(AREAS)


def test_every_table_has_one_model_and_every_list_its_own() -> None:
    assert REGISTRY.keys() == TABLES.keys() - {OWN_ROW}
    lists = {(name, column.name) for name, table in TABLES.items() for column in table.columns
             if column.type in ITEM_TYPES}  # fmt: skip
    assert ITEMS.keys() == lists


@pytest.mark.parametrize("table", sorted(MODELS))
def test_references_find_the_model_of_their_table(table: str) -> None:
    assert apps.get_model(MODELS[table]) is REGISTRY[table]


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {OWN_ROW}))
def test_every_column_is_kept(table: str) -> None:
    fields = {field.name for field in REGISTRY[table]._meta.get_fields()}
    dated = set(DATED[table].columns) if table in DATED else set()
    for column in TABLES[table].columns:
        assert column.name in fields | dated or (table, column.name) in ITEMS


def test_foreign_keys_between_areas_point_down() -> None:
    order = {area: place for place, area in enumerate(AREAS)}
    for model in apps.get_models():
        if model._meta.app_label in order:
            for key in model._meta.get_fields():
                if isinstance(key, models.ForeignKey):
                    target = key.related_model._meta.app_label
                    assert order[target] <= order[model._meta.app_label], f"{model.__name__}.{key.name}"


@pytest.mark.django_db
def test_the_migrations_are_what_the_models_say() -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label_lower)
def test_every_row_of_a_company_can_be_narrowed_to_who_sees_it(model: type[models.Model]) -> None:
    assert hasattr(model.objects, "visible_to")  # type: ignore[attr-defined]
