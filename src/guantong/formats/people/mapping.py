"""Which headings of a file make which column of ours: as stated, as kept, else as usual."""

import re
from collections.abc import Mapping, Sequence

from guantong.formats.characters import folded, nearest, trim
from guantong.formats.people.headings import TARGETS, guessed

PeopleMapping = Mapping[str, tuple[str, ...]]
"""Headings by target; several are joined (name, code), are levels (unit), or stand in for each other (the rest)."""

WORDS_TARGET = "left_words"
_ENTRY = re.compile(r'\s*([^=,"]*?)\s*(?:=\s*((?:"[^"]*"|[^",])*))?\s*(?:,|$)')
_PART = re.compile(r'\s*(?:"([^"]*)"|([^"+]+))\s*(?:\+|$)')


class MappingError(Exception):
    """A mapping that cannot be used.

    Attributes:
        kind: "form", "target", "heading", "ambiguous", "twice" or "no_code".
        value: What is wrong: the entry, the target or the heading.
        near: The nearest that would do, "" where nothing is near.
        target: The target that the heading was to make, "" where none is meant.
    """

    def __init__(self, kind: str, value: str, near: str = "", target: str = "") -> None:
        self.kind, self.value, self.near, self.target = kind, value, near, target
        super().__init__(kind, value)


def parse_mapping(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return a mapping as it is written: `target=heading+heading,target=heading`; quotes hold signs together.

    Raises:
        MappingError: A text is not of this form, or it names an unknown target or one twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        at = 0
        while at < len(text):
            match = _ENTRY.match(text, at)
            if match is None or match[2] is None:
                raise MappingError("form", text[at:])
            at = match.end()
            target = _target(match[1])
            if target in found:
                raise MappingError("twice", target)
            found[target] = _parts(match[2])
    return found


def _target(word: str) -> str:
    names = {folded(name): target for target, spellings in TARGETS.items() for name in (*spellings, target)}
    if folded(word) not in names:
        near = nearest(word, names)
        raise MappingError("target", word, names[near] if near else "")
    return names[folded(word)]


def _parts(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _PART.match(text, at)
        if match is None:
            raise MappingError("form", text)
        at = match.end()
        parts.append(trim(match[1] if match[1] is not None else match[2]))
    return tuple(part for part in parts if part)


def complete_mapping(given: PeopleMapping, headings: Sequence[str], *, guesses: bool = True) -> PeopleMapping:
    """Return a mapping in the headings of a file, completed with those that usually mean a target.

    Args:
        given: The mapping as stated or kept.
        headings: The file's headings.
        guesses: Whether targets that `given` leaves open are guessed.

    Raises:
        MappingError: A heading is not in the file or there more than once, or nothing says a person's code.
    """
    found = {
        target: tuple(names) if target == WORDS_TARGET else tuple(_heading(name, headings, target) for name in names)
        for target, names in given.items()
    }
    if guesses:
        found |= dict(guessed(headings, found))
    if not found.get("code"):
        raise MappingError("no_code", ", ".join(headings))
    for names in found.values():
        for name in names:
            if headings.count(name) > 1:
                raise MappingError("ambiguous", name)
    return {target: found[target] for target in TARGETS if target in found}


def _heading(name: str, headings: Sequence[str], target: str) -> str:
    if name in headings:
        return name
    like = [heading for heading in headings if folded(heading) == folded(name)]
    if like:
        return like[0]
    raise MappingError("heading", name, nearest(name, headings), target)


def mapping_text(mapping: PeopleMapping) -> str:
    """Return a mapping as `parse_mapping` reads it."""
    return ",".join(f"{target}={'+'.join(map(_quoted, names))}" for target, names in mapping.items())


def _quoted(heading: str) -> str:
    return f'"{heading}"' if set(heading) & set(',+="') else heading
