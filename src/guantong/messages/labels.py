"""Headings, column names and short lines of the terminal, per language."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")

_FILES = ("labels", "accounts", "access", "discussion", "notices")
"""The files of a catalogue; no two declare the same table."""


@cache
def _catalogue(language: str) -> dict[str, Any]:
    folder = files(__package__)
    texts = (folder.joinpath(f"{name}.{language}.toml").read_text(encoding="utf-8") for name in _FILES)
    return {table: words for text in texts for table, words in tomllib.loads(text).items()}


def words_of(key: str, language: str) -> dict[str, str]:
    """Return the labels of a table by their names, such as those of "trail.actions".

    Args:
        key: Dotted path of the table.
        language: "zh" or "en".
    """
    found: Any = _catalogue(language)
    for part in key.split("."):
        found = found[part]
    return {name: text for name, text in found.items() if isinstance(text, str)}


def label(key: str, language: str, **values: Any) -> str:
    """Return a label with its values filled in.

    Args:
        key: Dotted path in labels.<language>.toml, such as "links.goal".
        language: "zh" or "en".

    Raises:
        KeyError: The label is in no catalogue.
    """
    found: Any = _catalogue(language)
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values) if values else str(found)
