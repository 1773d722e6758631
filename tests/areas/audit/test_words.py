"""Whatever the trail may tell has words in both languages."""

import ast

import pytest
from django.apps import apps

from guantong.engine.tables import TABLES
from guantong.messages.labels import LANGUAGES, words_of
from tests.architecture.tree import PACKAGE

_NOT_AN_ACTION = {"", "create", "change", "remove", "restore"}


def recorded() -> tuple[set[str], set[str]]:
    """Return the words that the code gives to what writes entries, and the tables of the changes that it makes."""
    actions, tables = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(call, "func", None), "id", "")
            if not isinstance(call, ast.Call) or not name:
                continue
            given = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            words = {value for value in given if isinstance(value, str)}
            if name == "record_entry" or name.startswith("_record_"):
                actions |= words - _NOT_AN_ACTION
            if name == "RowChange" and isinstance(call.args[0], ast.Constant):
                tables |= {call.args[0].value}
    return actions, tables


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_words(language: str) -> None:
    actions, _ = recorded()
    assert {"load_company", "create_waiver", "create_grant", "create_delegation"} <= actions
    assert actions <= words_of("trail.actions", language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_name(language: str) -> None:
    _, tables = recorded()
    own = (getattr(model, "table", "") for model in apps.get_models() if model.__module__.startswith("guantong."))
    kept = {table for table in own if isinstance(table, str)}
    assert "choices" in tables
    assert (tables | kept) - TABLES.keys() - {""} <= words_of("trail.tables", language).keys()


def test_both_languages_have_words_for_the_same_things() -> None:
    for table in ("tables", "columns", "details", "actions", "kinds", "fields", "faults", "verify", "refused"):
        zh, en = (words_of(f"trail.{table}", language) for language in ("zh", "en"))
        assert zh.keys() == en.keys()
