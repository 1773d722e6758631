"""The command line: each command is the module of its name, with `add_arguments` and `run`."""

import argparse
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from guantong import __version__

UNREADABLE = 2
COMMANDS: Mapping[str, str] = {
    "access": "成员、角色与权限 · members, roles and what they may do",
    "allocate": "提出预算分配方案 · propose how to allocate the budget",
    "backup": "备份企业 · back up companies into one file",
    "bench": "测量检查有多快 · measure how fast the check is",
    "check": "检查一个企业的表格 · check a company's workbook",
    "createcompany": "在数据库里新建企业 · make a company in the database",
    "demo": "检查示范企业 · check the demo company",
    "doctor": "检查安装是否正常 · look whether the installation is in order",
    "explain": "解释数字的来历 · explain how a figure came about",
    "export": "把数据库里的企业写成表格 · write a company of the database as a workbook",
    "findings": "列出断点及其发现、修复的日子 · list findings with when they came and went",
    "forecast": "预测目标的落点与风险 · forecast where goals will land",
    "load": "把表格载入数据库 · load a workbook into the database",
    "load-people": "载入任意格式的员工名单 · load people from any CSV",
    "migrate": "更新数据库结构 · bring the database to this version",
    "rebalance": "为承接目标提出校准方案 · propose targets for a goal's carriers",
    "rename": "给数据库里的一行换编码 · give a row of the database another code",
    "restore": "从备份恢复企业 · restore companies from a backup",
    "rules": "解释规则 · explain the rules",
    "serve": "启动网页服务器 · start the web server",
    "simulate": "模拟流程时长,前后对比 · simulate a process's lead times, before and after",
    "smart": "读目标原文,看 SMART · read goal texts and see what they state",
    "templates": "写出空白表格 · write blank workbooks to fill in",
    "tick": "做一次到期的事(供 cron) · do what is due once, for cron",
    "trail": "谁在何时改了什么 · who changed what, and when",
    "user": "新建用户，帮助不能登录的人 · make users, help those who cannot sign in",
    "waive": "豁免一处断点 · waive a finding",
    "worker": "执行后台任务 · do background tasks",
}

WITH_DATABASE = frozenset(
    {
        "access",
        "backup",
        "createcompany",
        "export",
        "findings",
        "load",
        "rename",
        "restore",
        "tick",
        "trail",
        "user",
        "waive",
        "worker",
    }
)
"""Commands that start with the database; others start it where they need it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        Exit status: 0 all well, 1 findings, 2 the input or the call could not be understood.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Only the command that is asked for is imported: --help and --version need no engine.
    if not given or given[0] not in COMMANDS:
        return _run(None, _parser(None).parse_args(given))
    from guantong.cli.opening import UsageError

    try:
        command = _command(given[0])
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    return _run(command, _parser(command).parse_args(given))


def _command(name: str) -> Any:
    if name in WITH_DATABASE:
        from guantong.cli.database import set_up_django

        set_up_django()
    return importlib.import_module(_module(name))


def _module(name: str) -> str:
    return f"guantong.cli.{name.replace('-', '_')}"


def _run(command: Any, parsed: argparse.Namespace) -> int:
    from guantong.cli.database import seen_until_end
    from guantong.cli.opening import UsageError, write_problems
    from guantong.formats.problems import InputError

    try:
        with seen_until_end():
            status = _carried_out(command, parsed)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return UNREADABLE
    except InputError as error:
        write_problems(error.problems, parsed.lang or "zh", getattr(parsed, "format", "text"))
        return UNREADABLE
    except BrokenPipeError:
        # The reader has gone, as `head` does: hand the interpreter a stream that it can close.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from guantong.cli.database import loss_of_database

        loss = loss_of_database(error)
        if loss is None:
            raise
        sys.stderr.write(f"{loss}\n")
        return UNREADABLE
    return status


def _carried_out(command: Any, parsed: argparse.Namespace) -> int:
    status: int
    if parsed.command in WITH_DATABASE:
        from guantong.cli.database import as_role_of, running, start_django

        with as_role_of(parsed.command):
            start_django()
            with running(parsed.command):
                status = command.run(parsed)
    else:
        status = command.run(parsed)
    return status


def _parser(command: Any) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guantong",
        description="贯通：找出从战略到薪酬主线上的每一处断点 · find every break in the thread from strategy to pay",
    )
    parser.add_argument("--version", action="version", version=f"guantong {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in COMMANDS.items():
        declared = commands.add_parser(name, help=words)
        if command is not None and command.__name__ == _module(name):
            command.add_arguments(declared)
    return parser
