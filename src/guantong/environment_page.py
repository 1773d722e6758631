"""The page of the operator's settings. `python -m guantong.environment_page` renews it."""

import sys
from pathlib import Path

from guantong.environment import VARIABLES, Variable
from guantong.messages.labels import LANGUAGES, label


def environment_page(language: str) -> str:
    """Return the page of the environment variables in a language, as Markdown."""
    rows = "".join(_row(variable, language) for variable in VARIABLES.values())
    return f"{label('environment.page', language)}\n{rows}\n{label('environment.elsewhere', language)}"


def _row(variable: Variable, language: str) -> str:
    cells = (
        f"`{variable.name}`",
        variable.meaning(language),
        variable.expectation(language),
        variable.standard(language),
    )
    return f"| {' | '.join(cells)} |\n"


def main(folder: Path) -> None:
    """Write the page in both languages."""
    for language in LANGUAGES:
        (folder / f"settings.{language}.md").write_text(environment_page(language), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/manual"))
