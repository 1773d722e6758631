"""The table of docs/quality.md: which share of each field is read right, per language, on texts tuned on and held out.

`python -m tests.engine.reading_quality` renews it; with `--wrong` it lists what is read wrong instead.
"""

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from guantong.engine.reading import FIELDS, GoalReading, read_goal
from tests.conftest import ROOT
from tests.engine.goal_texts import DAY, TUNED, GoalText
from tests.engine.goal_texts_held_out import HELD_OUT

PAGE = ROOT / "docs" / "quality.md"
NAMES = (*FIELDS, "wishes")
TEXTS = [*TUNED, *HELD_OUT]
HEAD = "| field | zh, tuned | zh, held out | en, tuned | en, held out |\n|---|---|---|---|---|\n"
COLUMNS = [("zh", False), ("zh", True), ("en", False), ("en", True)]


def read_fields(reading: GoalReading) -> dict[str, Any]:
    """Return the fields that a reading holds in the form in which the texts state them."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        read = getattr(reading, name)
        if read is not None:
            value = read.value
            found[name] = (value.amount, value.relative) if name == "change" else value
    for name in {"start", "due"} & found.keys():
        found[name] = found[name].isoformat()
    if reading.wishes:
        found["wishes"] = {read.value for read in reading.wishes}
    return found


def same(name: str, stated: Any, read: Any) -> bool:
    """Return whether a field is read right."""
    if stated is None or read is None:
        return stated is read
    if name in {"metric", "unit"}:
        return plain(stated) == plain(read)
    if name == "change":
        return bool(stated[1] == read[1] and abs(stated[0] - read[0]) <= 1e-9 * max(1, abs(stated[0])))
    if isinstance(stated, int | float):
        return abs(stated - read) <= 1e-9 * max(1, abs(stated))
    return bool(stated == read)


def plain(words: str) -> str:
    """Return words without case, repeated blanks and a leading article."""
    return " ".join(words.casefold().split()).removeprefix("the ")


def judged(texts: Iterable[GoalText]) -> list[tuple[GoalText, str, Any, Any]]:
    """Return every field that a text states or in which something is read: text, field, stated, read."""
    found = []
    for text in texts:
        read = read_fields(read_goal(text.text, DAY, DAY.year))
        found += [
            (text, name, text.fields.get(name), read.get(name)) for name in NAMES if name in text.fields or name in read
        ]
    return found


def counted(texts: Sequence[GoalText]) -> dict[tuple[str, str, bool], tuple[int, int]]:
    """Return per field, language and held out how many are read right and how many are stated or read."""
    counts: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for text, name, stated, read in judged(texts):
        right, of = counts.get((name, text.language, text.held_out), (0, 0))
        counts[name, text.language, text.held_out] = right + same(name, stated, read), of + 1
    return counts


def table() -> str:
    """Return the table, one row per field."""
    counts = counted(TEXTS)
    rows = []
    for name in NAMES:
        cells = []
        for language, held_out in COLUMNS:
            right, of = counts[name, language, held_out]
            cells.append(f"{float(Fraction(right, of)):.0%} ({right}/{of})")
        rows.append(f"| {name} | {' | '.join(cells)} |\n")
    return HEAD + "".join(rows)


def table_on_page(page: str) -> tuple[int, int]:
    """Return where the table stands in the page."""
    begin = page.index(HEAD.partition("\n")[0])
    return begin, page.index("\n\n", begin) + 1


def main() -> None:
    """Write the table into the page, or list what is read wrong."""
    if "--wrong" in sys.argv[1:]:
        for text, name, stated, read in judged(TEXTS):
            if not same(name, stated, read):
                part = "held out" if text.held_out else "tuned"
                sys.stdout.write(f"{part} {text.language}: {text.text}\n    {name}: {stated!r}, read {read!r}\n")
        return
    page = PAGE.read_text("utf-8")
    begin, end = table_on_page(page)
    PAGE.write_text(page[:begin] + table() + page[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
