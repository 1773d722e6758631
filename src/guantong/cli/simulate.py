"""`guantong simulate`: let cases travel through a process, as it stands and under a scenario."""

import argparse
import sys
from typing import Any

from guantong.cli.opening import Opened, UsageError, nearest, open_workbook, progress
from guantong.cli.options import add_day, add_file, add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.simulation_document import simulation_document
from guantong.cli.simulation_text import SimulationText
from guantong.engine.processes import scenario_rows
from guantong.engine.routing import FlowError
from guantong.formats.significant import significant
from guantong.messages.labels import label
from guantong.solvers.journeys import Plan
from guantong.solvers.outcomes import Simulated, simulated

FEWEST_CASES = 100
MOST_VARIATION = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong simulate`."""
    add_file(parser)
    parser.add_argument("process", metavar="PROCESS", help="流程编码 · code of the process")
    parser.add_argument(
        "--scenario", metavar="CODE", help="与此组织方案并列比较 · compare with this scenario, side by side"
    )
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="件数 · number of cases (10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子 · seed of the random numbers (1)")
    parser.add_argument(
        "--variation",
        type=float,
        default=0.5,
        metavar="V",
        help="作业时长的变异系数 · variation of the work: 0 固定 constant, 1 指数 exponential (0.5)",
    )
    add_day(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong simulate`; returns the exit status.

    Raises:
        UsageError: An option is out of range, a code names nothing, or no case can travel through the process.
    """
    plan = _plan(arguments)
    opened = open_workbook(arguments)
    with progress(label("progress.simulate", opened.language)):
        found = _simulated(arguments, opened, plan)
    document: dict[str, Any] = significant(simulation_document(found, opened, arguments.scenario))
    if arguments.format == "json":
        sys.stdout.write(document_text(document))
    else:
        print_text(lambda console: SimulationText(console, document, opened.names).write())
    return 0


def _plan(arguments: argparse.Namespace) -> Plan:
    language = arguments.lang or "zh"
    if arguments.cases < FEWEST_CASES:
        raise UsageError(label("errors.cases", language, value=arguments.cases, least=FEWEST_CASES))
    if arguments.seed < 0:
        raise UsageError(label("errors.seed", language, value=arguments.seed))
    if not 0 <= arguments.variation <= MOST_VARIATION:
        raise UsageError(label("errors.variation", language, value=arguments.variation, most=MOST_VARIATION))
    return Plan(arguments.cases, arguments.seed, arguments.variation)


def _simulated(arguments: argparse.Namespace, opened: Opened, plan: Plan) -> Simulated:
    codes = opened.snapshot.company.processes.code.tolist()
    if arguments.process not in codes:
        near = nearest(arguments.process, codes)
        raise UsageError(label("errors.process", opened.language, value=arguments.process, near=near))
    process = codes.index(arguments.process)
    scenario = None if arguments.scenario is None else _scenario(arguments, opened, process)
    try:
        return simulated(opened.snapshot, process, scenario, plan)
    except FlowError as error:
        nodes = (opened.names.titled("node", f"{arguments.process}/{code}") for code in error.nodes)
        values = {
            "process": opened.names.titled("process", arguments.process),
            "nodes": label("rules.separator", opened.language).join(nodes),
            "cases": plan.cases,
        }
        raise UsageError(label(f"errors.flow.{error.kind}", opened.language, **values)) from None


def _scenario(arguments: argparse.Namespace, opened: Opened, process: int) -> list[int]:
    known = scenario_rows(opened.snapshot)[process]
    if arguments.scenario not in known:
        title = opened.names.titled("process", arguments.process)
        values = {"value": arguments.scenario, "process": title, "known": ", ".join(sorted(known)) or "—"}
        raise UsageError(label("errors.scenario", opened.language, **values))
    return known[arguments.scenario]
