"""Every problem of a file of people has its words in both languages, filled from what it carries."""

import string
from typing import Any

import pytest

from guantong.formats.people.problems import CURES, PeopleProblem
from guantong.messages import people as words
from guantong.messages.labels import LANGUAGES
from guantong.messages.people import kind_cure, kind_title, people_problem_line


def entries(language: str) -> dict[str, Any]:
    found: dict[str, Any] = words._catalogue(language)["problems"]
    return found


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_know_every_kind() -> None:
    zh, en = (entries(language) for language in LANGUAGES)
    assert set(zh) == set(en) == set(CURES)
    for kind in CURES:
        assert zh[kind].keys() == en[kind].keys()
        assert names(zh[kind]["line"]) == names(en[kind]["line"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CURES)
def test_a_line_says_place_value_and_cure(kind: str, language: str) -> None:
    details = dict.fromkeys(("name", "kept", "other", "left", "parent", "people", "codes", "path", "unit"), "DETAIL")
    line = people_problem_line(PeopleProblem(kind, 12, "P1", "manager", "OLD", "NEW", details), language)
    assert "12" in line
    assert "P1" in line
    assert not set("{}") & set(line)
    for name, text in {"value": "OLD", "to": "NEW"}.items():
        assert (text in line) == (name in names(entries(language)[kind]["line"]))
    assert kind_title(kind, language)
    assert kind_cure(kind, language)


@pytest.mark.parametrize(("language", "said"), [("zh", "甲：离职"), ("en", "甲: left")])
def test_without_a_row_the_person_says_where(language: str, said: str) -> None:
    problem = PeopleProblem("not_in_file", None, "E9", "left", "", "2026-06-30", {"name": "甲"})
    assert people_problem_line(problem, language) == f"E9  {said} → 2026-06-30"


def test_nothing_has_its_word() -> None:
    problem = PeopleProblem("own_manager", 3, "1", "manager", "1")
    assert people_problem_line(problem, "en") == "row 3  1  manager 1 → none"
    assert people_problem_line(problem, "zh") == "第 3 行  1  直接上级 1 → 无"
    cell = PeopleProblem("unreadable_cell", 3, "1", "joined", "soon")
    assert people_problem_line(cell, "en") == "row 3  1  joined: soon → empty"
