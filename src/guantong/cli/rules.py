"""`guantong rules`: explain the rules, with a company's own parameters where its workbook is given."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from guantong.cli.opening import UsageError, nearest, read_workbook, write_warnings
from guantong.cli.options import add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.rules_text import write_rule, write_rules
from guantong.engine.parameters import Parameters
from guantong.engine.snapshot import parameters_of
from guantong.formats.significant import significant
from guantong.messages.explanations import Explanation, explained_rules, explanation
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong rules`."""
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="规则编号或类别,如 GOAL-SMART、OTB · a rule or a family of rules"
    )
    parser.add_argument(
        "--in", dest="book", metavar="FILE", help="按此企业的参数、模式和阶段 · with the settings of this company"
    )
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong rules`; returns the exit status."""
    language = arguments.lang or "zh"
    listed = rules_named(arguments.id, language)
    company = None
    if arguments.book is not None:
        reading = read_workbook(Path(arguments.book), language)
        write_warnings(reading, language)
        company = reading.company
        language = arguments.lang or company.setting("language")
    parameters = Parameters() if company is None else parameters_of(company)
    explained = [explanation(rule, language, parameters) for rule in listed]
    one = arguments.id is not None and listed == [arguments.id.upper()]
    if arguments.format == "json":
        entries = [rule_entry(rule) for rule in explained]
        sys.stdout.write(document_text(entries[0] if one else {"stage": parameters.stage, "rules": entries}))
    elif one:
        print_text(lambda console: write_rule(console, explained[0], language))
    else:
        print_text(lambda console: write_rules(console, explained, language, parameters.stage))
    return 0


def rules_named(name: str | None, language: str) -> list[str]:
    """Return the rule of an id or all rules of a family, whatever the case of its letters; all rules without a name.

    Raises:
        UsageError: No rule bears the name.
    """
    known = explained_rules()
    if name is None:
        return known
    wanted = name.upper()
    named = [rule for rule in known if rule == wanted] or [rule for rule in known if rule.startswith(f"{wanted}-")]
    if not named:
        raise UsageError(label("errors.rule", language, value=name, near=nearest(wanted, known)))
    return named


def rule_entry(rule: Explanation) -> dict[str, Any]:
    """Return an explanation as it stands in the JSON: codes in English, texts in the reader's language."""
    entry = asdict(rule)
    entry["parameters"] = [
        {"name": one.name, "meaning": one.meaning, "value": one.value, "default": one.default, "source": one.source}
        for one in rule.parameters
    ]
    entry["evidence"] = [{"key": key, "meaning": meaning} for key, meaning in rule.evidence]
    document: dict[str, Any] = significant(entry)
    return document
