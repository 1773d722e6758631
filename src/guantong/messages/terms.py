"""Words for explained figures, per language: names of terms, sentences beside them, what the terminal says around."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _catalogue(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath(f"explain.{language}.toml").read_text(encoding="utf-8"))


def term_text(key: str, language: str, **values: Any) -> str:
    """Return a text with its values filled in.

    Args:
        key: Section and name in explain.<language>.toml, such as "terms.attainment".
        language: "zh" or "en".

    Raises:
        KeyError: The text is in no catalogue.
    """
    section, _, name = key.partition(".")
    text = _catalogue(language)[section][name]
    return text.format(**values) if values else text
