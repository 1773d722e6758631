"""The command line: one parser, one function per command."""

import argparse
import datetime
import os
import sys
from collections.abc import Sequence

from guantong import __version__
from guantong.messages.labels import LANGUAGES, label

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        Exit status: 0 all well, 1 findings, 2 the input or the call could not be understood.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    parsed = _parser().parse_args(arguments)
    from guantong.cli.check import UsageError  # imported late: --help needs no engine

    try:
        status = _command(parsed)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except BrokenPipeError:
        # The reader has gone, as `head` does: hand the interpreter a stream that it can close.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _command(parsed: argparse.Namespace) -> int:
    if parsed.command == "check":
        from guantong.cli.check import run_check

        return run_check(parsed)
    if parsed.command == "demo":
        from guantong.cli.demo import run_demo

        return run_demo(parsed)
    if parsed.command == "rules":
        from guantong.cli.rules import run_rules

        return run_rules(parsed)
    from guantong.cli.templates import run_templates

    return run_templates(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guantong",
        description="贯通：找出从战略到薪酬主线上的每一处断点 · find every break in the thread from strategy to pay",
    )
    parser.add_argument("--version", action="version", version=f"guantong {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="检查一个企业的表格 · check a company's workbook")
    check.add_argument("file", nargs="?", metavar="FILE", help=".xlsx 或 CSV 文件夹 · .xlsx or a folder of CSV files")
    check.add_argument(
        "--schema", action="store_true", help="打印 JSON 输出的结构 · print the JSON Schema of the output"
    )
    check.add_argument(
        "--fail-on",
        choices=("error", "warning", "advice", "never"),
        default="error",
        help="达到此级别则退出码为 1 · exit 1 at this severity or above (error)",
    )
    _add_report_options(check)
    demo = commands.add_parser("demo", help="检查示范企业 · check the demo company")
    demo.add_argument(
        "--healthy", action="store_true", help="改好全部断点的孪生企业 · its twin in which every break is mended"
    )
    demo.add_argument("--save", metavar="PATH", help="写出示范表格 · write the demo's .xlsx or CSV folder instead")
    _add_report_options(demo)
    rules = commands.add_parser("rules", help="解释规则 · explain the rules")
    rules.add_argument(
        "id", nargs="?", metavar="ID", help="规则编号或类别,如 GOAL-SMART、OTB · a rule or a family of rules"
    )
    rules.add_argument(
        "--in", dest="book", metavar="FILE", help="按此企业的参数、模式和阶段 · with the settings of this company"
    )
    _add_format(rules)
    _add_language(rules)
    templates = commands.add_parser("templates", help="写出空白表格 · write blank workbooks to fill in")
    templates.add_argument("folder", metavar="DIR", help="写到哪个文件夹 · the folder to write to")
    _add_language(templates)
    return parser


def _add_report_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", type=_date, metavar="DATE", help="截至哪一天 · the day of the check (today)")
    _add_format(command)
    command.add_argument("--unit", metavar="CODE", help="只列此单元及下级 · list only this unit and those below")
    command.add_argument(
        "--rule", action="append", metavar="ID", help="只列此规则,可重复 · list only this rule; repeatable"
    )
    _add_language(command)


def _add_format(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text", help="输出形式 · output form (text)")


def _add_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=LANGUAGES, help="语言 · language (the company's, else zh)")


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{label('errors.date', 'zh', value=text)} · {label('errors.date', 'en', value=text)}"
        ) from None
