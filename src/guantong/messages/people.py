"""What is wrong with a file of people and what would mend it, in words."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from guantong.formats.people.headings import TARGETS
from guantong.formats.people.problems import PeopleProblem


@cache
def _catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"people.{language}.toml").read_text(encoding="utf-8"))


def target_name(target: str, language: str) -> str:
    """Return what a target is called."""
    return TARGETS[target][0 if language == "zh" else 1]


def kind_title(kind: str, language: str) -> str:
    """Return what the problems of a kind are."""
    return str(_catalogue(language)["problems"][kind]["title"])


def kind_cure(kind: str, language: str) -> str:
    """Return how the problems of a kind are cured."""
    return str(_catalogue(language)["problems"][kind]["cure"])


def people_problem_line(problem: PeopleProblem, language: str) -> str:
    """Return one problem as a line: its place, what stands there and what the cure makes of it."""
    words = _catalogue(language)
    form, kind = words["form"], words["problems"][problem.kind]
    values = {
        **problem.details,
        "subject": problem.subject,
        "value": problem.value,
        "to": problem.to or kind.get("none", form["none"]),
        "target": target_name(problem.target, language) if problem.target else "",
    }
    place = [form["row"].format(row=problem.row)] if problem.row is not None else []
    if problem.subject:
        place.append(problem.subject)
    return str(form["separator"]).join([*place, kind["line"].format(**values)])
