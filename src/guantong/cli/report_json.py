"""A report as the public JSON document (docs/manual/workbook.en.md, check output)."""

import json
from typing import Any

from guantong.cli.naming import Names
from guantong.engine.calendar import date_of
from guantong.engine.check import Finding, Report, Subject
from guantong.engine.tables import SCHEMA_VERSION, currency_decimals
from guantong.messages.rules import finding_texts


def significant(value: Any) -> Any:
    """Return a value with its floats written to twelve significant digits, without negative zero."""
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0
    if isinstance(value, dict):
        return {key: significant(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [significant(item) for item in value]
    return value


def money_text(amount: int | None, currency: str) -> str | None:
    """Return minor units as a decimal string with the currency's decimals, None for a missing amount."""
    if amount is None:
        return None
    decimals = currency_decimals(currency)
    if not decimals:
        return str(amount)
    whole, part = divmod(abs(amount), 10**decimals)
    return f"{'-' if amount < 0 else ''}{whole}.{part:0{decimals}}"


def report_document(report: Report, names: Names) -> dict[str, Any]:
    """Return the document of a report; only `message` and `action` depend on the language."""
    currency = names.currency
    value = report.whole / report.people if report.people else None
    budget = report.budget
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
        },
        "findings": [finding_entry(finding, names) for finding in report.findings],
        "waived": report.waived,
        "goals": report.goals,
        "scorecards": report.scorecards,
        "budget": {**money, "core_share": budget.core_share},
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
    message, action = finding_texts(
        finding.rule,
        finding.subject.type,
        names.titled(finding.subject.type, finding.subject.code),
        finding.evidence,
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
        "evidence": finding.evidence,
    }
