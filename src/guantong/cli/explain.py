"""`guantong explain`: why a figure is what it is, as a tree of terms down to cells of the workbook."""

import argparse
import sys
from typing import Any

from guantong.cli.explain_text import ExplainedText, shown_terms
from guantong.cli.opening import Opened, UsageError, nearest, open_workbook
from guantong.cli.options import add_day, add_file, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.term_words import TermWords
from guantong.engine.calendar import date_of
from guantong.engine.explain.addresses import FORMS, AddressError, explain
from guantong.engine.explain.terms import Term
from guantong.formats.significant import significant
from guantong.messages.labels import label
from guantong.messages.terms import term_text

_DEPTH = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong explain`."""
    add_file(parser)
    parser.add_argument(
        "addresses",
        nargs="+",
        metavar="ADDRESS",
        help="数字的地址,如 goal:G12.attainment、scorecard:U1、index · the address of a figure",
    )
    parser.add_argument(
        "--depth", type=int, default=_DEPTH, metavar="N", help=f"看几层 · levels of terms to show ({_DEPTH})"
    )
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong explain`; returns the exit status."""
    if arguments.depth < 0:
        raise UsageError(term_text("errors.depth", arguments.lang or "zh", value=arguments.depth))
    opened = open_workbook(arguments)
    terms = [explained(opened, address) for address in arguments.addresses]
    words = TermWords(opened.snapshot.company, opened.reading.row_numbers, opened.names)
    if arguments.format == "json":
        figures = [
            {"address": address, **term_entry(term, words, arguments.depth)}
            for address, term in zip(arguments.addresses, terms, strict=True)
        ]
        day = date_of(opened.snapshot.as_of).isoformat()
        document = {"company": opened.snapshot.company.code, "as_of": day, "figures": figures}
        sys.stdout.write(document_text(significant(document)))
        return 0
    print_text(lambda console: ExplainedText(console, words, arguments.depth).write(terms))
    return 0


def explained(opened: Opened, address: str) -> Term:
    """Return the term of an address.

    Raises:
        UsageError: The address names no figure; the text says what would.
    """
    try:
        return explain(opened.snapshot, address)
    except AddressError as error:
        raise UsageError(_what_would(error, opened.language)) from None


def _what_would(error: AddressError, language: str) -> str:
    if error.kind == "form":
        return "\n  ".join([term_text("errors.form", language, value=error.value), *FORMS.values()])
    if error.kind in ("figure", "cycle"):
        return term_text(f"errors.{error.kind}", language, value=error.value or "—", known=", ".join(error.known))
    near = nearest(error.value, error.known)
    if error.kind == "holder":
        return term_text("errors.holder", language, value=error.value, near=near)
    what = label(f"subjects.{error.kind}", language)
    return term_text("errors.subject", language, what=what, value=error.value, near=near)


def term_entry(term: Term, words: TermWords, depth: int) -> dict[str, Any]:
    """Return a term and those below it as they stand in the JSON, so many levels deep.

    Returns:
        name, label, value; unit, formula and note where there are any; cells; terms; `more`: how many are not shown.
    """
    entry: dict[str, Any] = {"name": term.name, "label": words.label(term), "value": words.plain_value(term)}
    if term.unit:
        entry["unit"] = term.unit
    if term.formula:
        entry["formula"] = words.formula(term)
    if term.note:
        entry["note"] = words.say(f"notes.{term.note}")
    shown = shown_terms(term) if depth else []
    entry["cells"] = [words.cell_entry(cell) for cell in term.cells]
    entry["terms"] = [term_entry(part, words, depth - 1) for part in shown]
    if len(shown) < len(term.terms):
        entry["more"] = len(term.terms) - len(shown)
    return entry
