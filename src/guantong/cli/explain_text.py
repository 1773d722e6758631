"""Explained figures as trees for a terminal: each term with its value, its formula and its cells."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from guantong.cli.term_words import TermWords
from guantong.cli.wrapping import wrap
from guantong.engine.explain.terms import Term

TERMS_SHOWN = 20
_NARROWEST = 24

_Told = tuple[tuple[str, Any], ...]


class ExplainedText:
    """Writes trees of terms to a console.

    Args:
        console: Where to.
        words: Words of the terms.
        depth: So many levels below a figure are shown.
    """

    def __init__(self, console: Console, words: TermWords, depth: int) -> None:
        self._console = console
        self._words = words
        self._depth = depth
        self._cut = False

    def write(self, terms: Sequence[Term]) -> None:
        """Write the tree of each figure."""
        for number, term in enumerate(terms):
            if number:
                self._console.print()
            self._node(term, (), ("", ""), 0)
        if self._cut:
            self._console.print()
            self._console.print(Text(self._words.say("page.hint", depth=self._depth + 2), style="dim"))

    def _node(self, term: Term, told: _Told, guides: tuple[str, str], level: int) -> None:
        """Write a term and those below it; the guides stand before its first line and before all others."""
        first, rest = guides
        below = shown_terms(term) if level < self._depth else []
        left = len(term.terms) - len(below)
        inner = rest + ("│  " if below or left else "   ")
        self._own_lines(term, told, (first, inner), level)
        for place, part in enumerate(below):
            last = place + 1 == len(below) and not left
            branch, onward = ("└─ ", "   ") if last else ("├─ ", "│  ")
            alone = sum(other.name == part.name for other in below) == 1
            self._node(part, (*told, *term.about) if alone else (), (rest + branch, rest + onward), level + 1)
        if left:
            self._cut = self._cut or not below
            more = self._words.say("page.more" if below else "page.deeper", count=left)
            self._lines(more, (f"{rest}└─ ", f"{rest}   "), "dim")

    def _own_lines(self, term: Term, told: _Told, guides: tuple[str, str], level: int) -> None:
        """Write label and value, and below them formula, sentence and cells; a single short one stands beside."""
        first, inner = guides
        heading = f"{self._words.label(term, told)}  {self._words.value(term)}"
        style = "bold" if level == 0 else ""
        details = list(self._details(term))
        if (
            len(details) == 1
            and not term.formula
            and cell_len(f"{first}{heading}  {details[0]}") <= self._console.width
        ):
            self._line(first, heading, style, f"  {details[0]}")
            return
        self._lines(heading, guides, style)
        for text in details:
            self._lines(text, (inner, inner), "dim")

    def _details(self, term: Term) -> Iterator[str]:
        formula = self._words.formula(term)
        if formula:
            yield formula if term.is_reason else f"= {formula}"
        if term.note:
            yield self._words.say("page.note", note=self._words.say(f"notes.{term.note}"))
        for line in self._words.cells(term):
            yield f"← {line}"

    def _lines(self, text: str, guides: tuple[str, str], style: str) -> None:
        first, rest = guides
        room = max(self._console.width - cell_len(rest), _NARROWEST)
        for number, line in enumerate(wrap(text, room).split("\n")):
            self._line(first if number == 0 else rest, line, style)

    def _line(self, guide: str, text: str, style: str, after: str = "") -> None:
        line = Text.assemble((guide, "dim"), (text, style), (after, "dim"))
        self._console.print(line, no_wrap=True, crop=False, overflow="ignore")


def shown_terms(term: Term) -> list[Term]:
    """Return the terms of a level that are shown, at most TERMS_SHOWN; of many alike the first."""
    if len(term.terms) <= TERMS_SHOWN:
        return list(term.terms)
    names = [part.name for part in term.terms]
    room = TERMS_SHOWN - sum(names.count(name) == 1 for name in set(names))
    shown = []
    for part in term.terms:
        alone = names.count(part.name) == 1
        if alone or room > 0:
            shown.append(part)
            room -= not alone
    return shown
