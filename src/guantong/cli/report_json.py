"""A report as the public JSON document (docs/manual/workbook.en.md, check output)."""

import json
from collections.abc import Mapping
from typing import Any

from guantong.cli.naming import Names
from guantong.engine.calendar import date_of
from guantong.engine.check import Finding, Report, Subject
from guantong.engine.findings import MONEY_EVIDENCE
from guantong.engine.tables import SCHEMA_VERSION
from guantong.formats.money import money_text, with_money
from guantong.formats.significant import significant
from guantong.messages.rules import finding_texts

_MONEY: Mapping[str, frozenset[str]] = {
    "requests": frozenset({"current", "spent", "open", "free"}),
    "transfers": frozenset({"amount"}),
    "value_chain": frozenset({"cost", "value", "shift"}),
    "amoeba": frozenset({"value_added"}),
    "amoeba_balance": frozenset({"internal_sales", "internal_purchases", "difference"}),
}
"""Keys that are money in the entries of each figure."""


def grouped(number: str) -> str:
    """Return a decimal string with thousands separators."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, dot, part = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{part}"


def report_document(report: Report, names: Names) -> dict[str, Any]:
    """Return the document of a report; only `message` and `action` depend on the language."""
    currency = names.currency
    value = report.whole / report.people if report.people else None
    budget = report.budget
    figures = {name: with_money(entries, _MONEY.get(name, frozenset()), currency)
               for name, entries in report.figures.items()}  # fmt: skip
    money = {key: money_text(getattr(budget, key), currency) for key in ("envelope", "allocated", "committed", "spent")}
    document = {
        "schema": SCHEMA_VERSION,
        "company": report.company,
        "as_of": date_of(report.as_of).isoformat(),
        "cycle": report.cycle,
        "index": {
            "people": report.people,
            "whole": report.whole,
            "value": value,
            "funnel": [{"link": link, "kept": kept, "lost": lost} for link, kept, lost in report.funnel],
            "losses": [{**loss, "subject": _subject(loss["subject"])} for loss in report.losses],
            "units": figures.pop("units"),
        },
        "findings": [finding_entry(finding, names) for finding in report.findings],
        "waived": report.waived,
        "goals": report.goals,
        "scorecards": report.scorecards,
        "budget": {
            **money,
            "core_share": budget.core_share,
            "requests": figures.pop("requests"),
            "transfers": figures.pop("transfers"),
        },
        **figures,
        "rewards": [{**entry, "amount": money_text(entry["amount"], currency)} for entry in report.rewards],
        "reward_schemes": [
            {
                "code": entry["code"],
                **{key: money_text(entry[key], currency) for key in ("pool", "paid", "unallocated")},
            }
            for entry in report.reward_schemes
        ],
        "repair": [{**entry, "subject": _subject(entry["subject"])} for entry in report.repair],
    }
    return significant(document)


def document_text(document: Any) -> str:
    """Return a document as it is written: UTF-8 unescaped, two spaces of indent, a final newline."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _subject(subject: Subject | None) -> dict[str, str] | None:
    return None if subject is None else {"type": subject.type, "code": subject.code}


def finding_entry(finding: Finding, names: Names) -> dict[str, Any]:
    """Return a finding with its message and action in the reader's language."""
    evidence = with_money(finding.evidence, MONEY_EVIDENCE.get(finding.rule, frozenset()), names.currency)
    message, action = finding_texts(
        finding.rule,
        finding.subject.type,
        names.titled(finding.subject.type, finding.subject.code),
        evidence,
        names.language,
        names.titled,
    )
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "subject": _subject(finding.subject),
        "owner": finding.owner,
        "message": message,
        "action": action,
        "evidence": evidence,
    }
