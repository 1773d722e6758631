"""Options that several commands share."""

import argparse
import datetime

from guantong.messages.labels import LANGUAGES, label


def add_report_options(command: argparse.ArgumentParser) -> None:
    """Declare the options of a report: day, form, language, and what it is narrowed to."""
    add_day(command)
    add_format(command)
    command.add_argument("--unit", metavar="CODE", help="只列此单元及下级 · list only this unit and those below")
    command.add_argument(
        "--rule", action="append", metavar="ID", help="只列此规则,可重复 · list only this rule; repeatable"
    )
    add_language(command)


def add_file(command: argparse.ArgumentParser) -> None:
    """Declare the workbook that a command reads."""
    command.add_argument("file", metavar="FILE", help=".xlsx 或 CSV 文件夹 · .xlsx or a folder of CSV files")


def add_source(command: argparse.ArgumentParser) -> None:
    """Declare the workbook that a command reads, or the company of the database that it sees instead."""
    command.add_argument("file", nargs="?", metavar="FILE", help=".xlsx 或 CSV 文件夹 · .xlsx or a folder of CSV files")
    add_company(command)


def add_company(command: argparse.ArgumentParser) -> None:
    """Declare `--company`."""
    command.add_argument("--company", metavar="CODE", help="数据库里的企业 · a company of the database")


def add_on(command: argparse.ArgumentParser) -> None:
    """Declare `--on`."""
    command.add_argument(
        "--on", type=day_of, metavar="DATE", help="改动自哪一天起生效(今天) · from when changed posts hold (today)"
    )


def add_known_on(command: argparse.ArgumentParser) -> None:
    """Declare `--known-on`."""
    command.add_argument(
        "--known-on", type=day_of, metavar="DATE", help="按当天数据库所知(审计轨迹) · as the database knew it that day"
    )


def add_day(command: argparse.ArgumentParser) -> None:
    """Declare `--as-of`."""
    command.add_argument("--as-of", type=day_of, metavar="DATE", help="截至哪一天 · the day of the check (today)")


def add_format(command: argparse.ArgumentParser) -> None:
    """Declare `--format`."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="输出形式 · output form (text)")


def add_metrics_port(command: argparse.ArgumentParser) -> None:
    """Declare `--metrics-port`."""
    command.add_argument(
        "--metrics-port", type=_port, metavar="PORT", help="在本机此端口提供指标 · offer metrics on this local port"
    )


def add_language(command: argparse.ArgumentParser) -> None:
    """Declare `--lang`."""
    command.add_argument("--lang", choices=LANGUAGES, help="语言 · language (the company's, else zh)")


def day_of(text: str) -> datetime.date:
    """Return the date of an argument.

    Raises:
        ArgumentTypeError: It is none.
    """
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{label('errors.date', 'zh', value=text)} · {label('errors.date', 'en', value=text)}"
        ) from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            f"{label('errors.port_number', 'zh', value=text)} · {label('errors.port_number', 'en', value=text)}"
        )
    return int(text)
