"""`guantong rename`: give a row of the database another code; the former one goes on leading to it."""

import argparse
import sys

from guantong import clock
from guantong.audit.actions import Deed
from guantong.cli.database import OPERATOR, company_named
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_language
from guantong.engine.findings import SUBJECT_TYPES
from guantong.engine.tables import TABLES
from guantong.formats.cells import RefusedError, code_text
from guantong.kit.records import REGISTRY
from guantong.messages.labels import label
from guantong.organisation.actions import TakenCodeError, UnknownCodeError, rename_record

_TABLES = {
    **{kind: table for table, kind in SUBJECT_TYPES.items() if table in REGISTRY and TABLES[table].key == ("code",)},
    "cycle": "cycles",
}
"""The table of each type that an address may begin with."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong rename`."""
    parser.add_argument("address", metavar="TYPE:CODE", help="哪一行,如 goal:G12 · which row, such as goal:G12")
    parser.add_argument("code", metavar="NEW", help="新编码 · its new code")
    add_company(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong rename`; returns the exit status.

    Raises:
        UsageError: The row is not there, or the code cannot be used.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    language = arguments.lang or company.language or "zh"
    kind, _, code = arguments.address.partition(":")
    if kind not in _TABLES or not code:
        known = ", ".join(f"{each}:" for each in _TABLES)
        raise UsageError(label("errors.address", language, value=arguments.address, known=known))
    deed = Deed(company.pk, company.code, OPERATOR, clock.now())
    what = label(f"subjects.{kind}", language)
    try:
        new = code_text(arguments.code)
        if not new:
            raise RefusedError
        rename_record(company, deed, _TABLES[kind], code, new)
    except RefusedError:
        raise UsageError(label("errors.new_code", language, value=arguments.code)) from None
    except UnknownCodeError:
        model = REGISTRY[_TABLES[kind]]
        codes = model._base_manager.filter(company=company, removed_at=None).values_list("code", flat=True)
        near = nearest(code, codes)
        raise UsageError(label("errors.coded", language, what=what, value=code, near=near)) from None
    except TakenCodeError:
        raise UsageError(label("errors.code_was_taken", language, value=new)) from None
    sys.stdout.write(label("rename.done", language, what=what, old=code, new=new) + "\n")
    return 0
