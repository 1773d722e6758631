"""The table of docs/quality.md: which share of each field is read right, per language, on texts tuned on and held out.

`python -m tests.engine.reading_quality` renews it. With `--wrong` it lists the tuned texts' fields that are read wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from guantong.engine.reading import GoalReading, read_goal
from tests.conftest import ROOT
from tests.engine.goal_texts import DAY, TUNED, GoalText

PAGE = ROOT / "docs" / "quality.md"
FIELDS = ("metric", "unit", "target", "high", "best", "scale", "baseline", "change", "cycle", "start", "due", "direction",
          "wishes")  # fmt: skip


def read_fields(reading: GoalReading) -> dict[str, Any]:
    """Return the fields that a reading holds in the form in which the texts state them."""
    found: dict[str, Any] = {}
    for name in FIELDS[:-1]:
        read = getattr(reading, name)
        if read is not None:
            value = read.value
            found[name] = (value.amount, value.relative) if name == "change" else value
    for name in {"start", "due"} & found.keys():
        found[name] = found[name].isoformat()
    found["wishes"] = {read.value for read in reading.wishes}
    return found


def same(name: str, stated: Any, read: Any) -> bool:
    """Return whether a field is read right."""
    if stated is None or read is None:
        return stated is read
    if name in {"metric", "unit"}:
        return plain(stated) == plain(read)
    if name == "change":
        return stated[1] == read[1] and abs(stated[0] - read[0]) <= 1e-9
    if isinstance(stated, int | float):
        return abs(stated - read) <= 1e-9 * max(1, abs(stated))
    return bool(stated == read)


def plain(words: str) -> str:
    """Return words without case, repeated blanks and a leading article."""
    return " ".join(words.casefold().split()).removeprefix("the ")


def wrong(texts: Iterable[GoalText]) -> list[tuple[GoalText, str, Any, Any]]:
    """Return what is read wrong: text, field, stated, read."""
    found = []
    for text in texts:
        read = read_fields(read_goal(text.text, DAY, DAY.year))
        found += [
            (text, name, text.fields.get(name), read.get(name))
            for name in FIELDS
            if not same(name, text.fields.get(name), read.get(name))
        ]
    return found


def main() -> None:
    """Write the table into the page, or list what is read wrong."""
    found = wrong(TUNED)
    for text, name, stated, read in found:
        sys.stdout.write(f"{text.text}\n    {name}: {stated!r} read {read!r}\n")
    sys.stdout.write(f"{len(TUNED)} texts; {Counter(name for _, name, _, _ in found)}\n")


if __name__ == "__main__":
    main()
