"""`guantong waive`: leave a finding of a company of the database out, by a named person and for a reason."""

import argparse
import sys

from guantong import clock
from guantong.access.policies import Operator
from guantong.cli.database import company_named
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_language, day_of
from guantong.engine.catalogue import CATALOGUE
from guantong.findings.actions import NewWaiver, RefusedWaiverError, create_waiver, remove_waiver
from guantong.findings.queries import get_kept_findings
from guantong.messages.labels import label
from guantong.organisation.models import Company
from guantong.organisation.queries import company_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong waive`."""
    parser.add_argument("rule", metavar="RULE", help="规则,如 GOAL-SMART · the rule")
    parser.add_argument("subject", metavar="SUBJECT", help="断点对象的编码 · code of what the finding is about")
    parser.add_argument("--approver", metavar="PERSON", help="批准人工号 · code of the person who approves it")
    parser.add_argument("--reason", metavar="TEXT", help="理由 · why")
    parser.add_argument("--until", type=day_of, metavar="DATE", help="最后一天 · the last day (open)")
    parser.add_argument("--lift", action="store_true", help="撤销豁免 · let the finding count again")
    add_company(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong waive`; returns the exit status.

    Raises:
        UsageError: What is wrong with the waiver, or that there is none to lift.
    """
    company = company_named(arguments.company, arguments.lang or "zh")
    language = arguments.lang or company.language or "zh"
    at = clock.now()
    who = Operator(company, at, company_day(company, at))
    rule = arguments.rule.upper()
    try:
        if arguments.lift:
            remove_waiver(who, rule, arguments.subject)
            outcome = "waive.lifted"
        else:
            person, reason = arguments.approver or "", arguments.reason or ""
            wanted = NewWaiver(rule, arguments.subject, person, reason, arguments.until)
            outcome = "waive.done" if create_waiver(who, wanted) else "waive.nothing"
    except RefusedWaiverError as error:
        raise UsageError(_what_is_wrong(error, arguments, company, language)) from None
    sys.stdout.write(label(outcome, language, rule=rule, subject=arguments.subject) + "\n")
    return 0


def _what_is_wrong(error: RefusedWaiverError, arguments: argparse.Namespace, company: Company, language: str) -> str:
    rule, subject = arguments.rule.upper(), arguments.subject
    if error.fault == "rule":
        return label("errors.rule", language, value=rule, near=nearest(rule, CATALOGUE))
    if error.fault == "finding":
        kept = get_kept_findings(company).findings
        subjects = [row.subject for row in kept if row.rule == rule and row.mended_at is None]
        return label("errors.no_finding", language, rule=rule, subject=subject, near=nearest(subject, subjects))
    return label(f"errors.waiver_{error.fault}", language, rule=rule, subject=subject, value=arguments.approver or "—")
