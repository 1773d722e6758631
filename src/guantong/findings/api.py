"""Findings and the connection index for programs."""

from typing import Any

from ninja import Query, Router

from guantong.engine.findings import MONEY_EVIDENCE
from guantong.findings.queries import (
    FindingsWanted,
    get_check_day,
    list_findings,
    list_index,
    without_hidden_goals,
)
from guantong.findings.schemas import (
    FindingOut,
    FindingsOut,
    FindingsQuery,
    IndexOut,
    IndexQuery,
    LinkOut,
    PointOut,
    SubjectOut,
)
from guantong.formats.money import with_money
from guantong.formats.significant import significant
from guantong.kit.http_errors import language_of
from guantong.kit.paging import page_of
from guantong.kit.programs import ProgramRequest
from guantong.kit.requests import needs
from guantong.messages.rules import rule_title

router = Router()


@router.get("/findings", response=FindingsOut, operation_id="findings_findings_list", summary="断点 · Findings")
@needs("see")
def findings_list(request: ProgramRequest, query: Query[FindingsQuery]) -> FindingsOut:
    """List the findings of the checked year by rule and subject: the open ones, unless `state` asks for others."""
    viewer = request.viewer
    checked = get_check_day(viewer)
    wanted = FindingsWanted(checked.year, **query.dict(exclude={"cursor", "limit"}))
    page = page_of(list_findings(viewer, wanted), ("rule", "subject_type", "subject"), query.cursor, query.limit)
    evidence = without_hidden_goals(viewer, [row["evidence"] for row in page.rows])
    language = language_of(request, viewer.language)
    currency = viewer.company.currency
    items = [_finding(row, cells, currency, language) for row, cells in zip(page.rows, evidence, strict=True)]
    return FindingsOut(
        as_of=checked.day, year=checked.year or None, behind=checked.is_behind, items=items, next=page.next
    )


def _finding(row: dict[str, Any], evidence: dict[str, Any], currency: str, language: str) -> FindingOut:
    kept = {name: row[name] for name in ("rule", "severity", "year", "opened_at", "mended_at", "reopened_at")}
    money = MONEY_EVIDENCE.get(row["rule"], frozenset())
    return FindingOut(
        **kept, title=rule_title(row["rule"], language), owner=row["owner"] or None, unit=row["unit"] or None,
        subject=SubjectOut(type=row["subject_type"], code=row["subject"]), waived=row["is_waived"],
        evidence=significant(with_money(evidence, money, currency)), times_reopened=row["reopened"],
    )  # fmt: skip


@router.get("/index", response=IndexOut, operation_id="findings_index_list", summary="打通度 · Connection index")
@needs("see")
def index_list(request: ProgramRequest, query: Query[IndexQuery]) -> IndexOut:
    """List the connection index by day and unit with its funnel: of the last check, or of the days asked for."""
    viewer = request.viewer
    checked = get_check_day(viewer)
    days = (query.first, query.last) if query.first or query.last else (checked.day, checked.day)
    page = page_of(list_index(viewer, query.unit, *days), ("day", "unit"), query.cursor, query.limit)
    items = [_point(row) for row in page.rows]
    return IndexOut(as_of=checked.day, behind=checked.is_behind, items=items, next=page.next)


def _point(row: dict[str, Any]) -> PointOut:
    funnel, kept = [], row["people"]
    for link, lost in row["lost"]:
        kept -= lost
        funnel.append(LinkOut(link=link, kept=kept, lost=lost))
    index = row["whole"] / row["people"] if row["people"] else None
    return PointOut(
        day=row["day"], unit=row["unit"] or None, people=row["people"], whole=row["whole"], index=index, funnel=funnel
    )
