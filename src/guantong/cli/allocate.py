"""`guantong allocate`: propose how the year's budget is allocated, say how good that is and what holds it back."""

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from guantong.cli.allocate_text import AllocationText
from guantong.cli.allocation_entries import MONEY, Answer, answer_entry
from guantong.cli.opening import Opened, UsageError, open_workbook, progress
from guantong.cli.options import add_day, add_file, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.saving import check_free, save_company
from guantong.cli.what_if import changes_of
from guantong.engine.allocation_problem import AllocationProblem, Changes, allocation_problem, impossible_minimums
from guantong.engine.calendar import date_of
from guantong.engine.tables import SCHEMA_VERSION
from guantong.formats.money import money_text, with_money
from guantong.formats.significant import significant
from guantong.messages.labels import label

_NAMED = 5

CONTRADICTION = 2
"""Exit status where no plan can keep every condition."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong allocate`."""
    add_file(parser)
    parser.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="假设,可重复:envelope、core_share、limit:单元或科目、request:编码.列 · "
        "assume, repeatable: envelope, core_share, limit:UNIT or CATEGORY, request:CODE.COLUMN",
    )
    parser.add_argument(
        "--save", metavar="PATH", help="写出带方案的副本(.xlsx 或 CSV 文件夹) · write a copy with the plan in it"
    )
    parser.add_argument(
        "--seconds", type=_positive, default=60.0, metavar="N", help="最多求解多少秒 · stop after so long (60)"
    )
    parser.add_argument(
        "--gap",
        type=_ratio,
        default=0.001,
        metavar="R",
        help="与最优的差距达到即停 · stop within this of the best (0.001)",
    )
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong allocate`; the exit status is 2 where conditions contradict each other.

    Raises:
        UsageError: Something named is not there, or the user interrupted.
    """
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        raise UsageError(label("allocate.interrupted", arguments.lang or "zh")) from None


def _run(arguments: argparse.Namespace) -> int:
    opened = open_workbook(arguments)
    arguments.lang = opened.language
    changes = changes_of(arguments.what_if, opened)
    if arguments.save is not None:
        check_free(Path(arguments.save), opened.language)
    answers = _answers(opened, changes, arguments)
    plan = answers[-1].plan
    saved = None
    if arguments.save is not None and plan is not None:
        saved = Path(arguments.save)
        save_plan(opened, answers[-1].problem, plan.amounts, saved)
    if arguments.format == "json":
        sys.stdout.write(document_text(allocation_document(opened, answers, arguments.what_if)))
    else:
        entries = [answer_entry(opened.snapshot, answer) for answer in answers]
        text = AllocationText(opened, entries, arguments.what_if, arguments.gap)
        print_text(lambda console: text.write(console, saved))
    return CONTRADICTION if plan is None else 0


def allocation_document(opened: Opened, answers: list[Answer], what_if: list[str]) -> dict[str, Any]:
    """Return the JSON document: the plan of the workbook and, where something is assumed, that of the what-if."""
    entries = [with_money(answer_entry(opened.snapshot, answer), MONEY, opened.names.currency) for answer in answers]
    company = opened.snapshot.company
    document: dict[str, Any] = significant(
        {
            "schema": SCHEMA_VERSION,
            "company": company.code,
            "as_of": date_of(opened.snapshot.as_of).isoformat(),
            "cycle": str(company.cycles.code[opened.snapshot.year]),
            "plan": entries[0],
            "what_if": {"changes": what_if, "plan": entries[1]} if len(entries) > 1 else None,
        }
    )
    return document


def save_plan(opened: Opened, problem: AllocationProblem, amounts: np.ndarray, path: Path) -> None:
    """Write a copy of the workbook in which `allocated` of the year's requests is the plan.

    Raises:
        UsageError: The path exists already or cannot be written.
    """
    company = opened.snapshot.company
    allocated = company.budget_requests.allocated.copy()
    allocated[problem.requests] = amounts.astype(np.int64)
    save_company(company.with_table("budget_requests", {"allocated": allocated}), path, opened.language)


def _answers(opened: Opened, changes: Changes, arguments: argparse.Namespace) -> list[Answer]:
    """Return the answer to the workbook as it is and, where something is assumed, to the what-if."""
    problems = [allocation_problem(opened.snapshot, assumed) for assumed in ([{}, changes] if changes else [{}])]
    for problem in problems:
        _refuse_impossible(opened, problem)
    with progress(label("allocate.progress", opened.language, seconds=f"{arguments.seconds:g}")):
        return [_answer(opened, problem, arguments) for problem in problems]


def _answer(opened: Opened, problem: AllocationProblem, arguments: argparse.Namespace) -> Answer:
    from guantong.solvers.allocation import NoPlanInTimeError, allocate

    try:
        return Answer(problem, allocate(problem, arguments.seconds, arguments.gap))
    except NoPlanInTimeError:
        words = label("allocate.no_plan_in_time", opened.language, seconds=f"{arguments.seconds:g}")
        raise UsageError(words) from None


def _refuse_impossible(opened: Opened, problem: AllocationProblem) -> None:
    """Refuse requests that cannot be granted by their own amounts, and a core share that is no part.

    Raises:
        UsageError: Names them and the cure.
    """
    if problem.core_share is not None and not 0 <= problem.core_share <= 1:
        raise UsageError(label("allocate.core_share", opened.language, value=f"{float(problem.core_share):g}"))
    rows = impossible_minimums(problem).tolist()
    if rows:
        requests, most = opened.snapshot.company.budget_requests, dict(zip(problem.requests, problem.most, strict=True))
        named = [
            label(
                "allocate.minimum",
                opened.language,
                request=opened.names.titled("request", str(requests.code[row])),
                most=money_text(int(most[row]), opened.names.currency),
            )
            for row in rows[:_NAMED]
        ]
        if len(rows) > _NAMED:
            named.append(label("allocate.minimums_more", opened.language, count=len(rows) - _NAMED))
        raise UsageError("\n".join(named))


def _positive(text: str) -> float:
    seconds = _finite(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError(_both("allocate.seconds", text))
    return seconds


def _ratio(text: str) -> float:
    ratio = _finite(text)
    if not 0 <= ratio < 1:
        raise argparse.ArgumentTypeError(_both("allocate.gap_range", text))
    return ratio


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return -1.0
    return value if math.isfinite(value) else -1.0


def _both(key: str, value: str) -> str:
    return f"{label(key, 'zh', value=value)} · {label(key, 'en', value=value)}"
