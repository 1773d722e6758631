"""Whether trails are as they were written, as text and as JSON."""

import re
import sys
from typing import Any

from guantong.audit.queries import Verified, verify_trail
from guantong.cli.opening import UsageError, progress
from guantong.cli.report_json import document_text
from guantong.cli.trail_text import Trail
from guantong.kit.moment import one_moment
from guantong.kit.separation import company_scope
from guantong.messages.labels import label

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64}|)")
FAILED = 1


def head_of(text: str, language: str) -> tuple[int, str]:
    """Return number and digest of a head as it is shown.

    Raises:
        UsageError: It is none.
    """
    match = _HEAD.fullmatch(text)
    if match is None:
        raise UsageError(label("trail.refused.head", language, value=text))
    return int(match[1]), match[2]


def verify(trails: list[Trail], since: tuple[int, str] | None, form: str, language: str) -> int:
    """Verify trails and write what was found; returns the exit status, 1 where one does not hold."""
    found: list[tuple[Trail, Verified]] = []
    with progress(label("trail.verify.progress", language)):
        for trail in trails:
            with company_scope(trail.company_id), one_moment():
                verified = verify_trail(trail.company_id, since) or [Verified(1)]
            found += [(trail, each) for each in verified]
    holds = all(each.fault is None for _, each in found)
    if form == "json":
        sys.stdout.write(document_text({"holds": holds, "trails": [_document(*each, language) for each in found]}))
    else:
        lines = [line for each in found for line in _lines(*each, language)]
        sys.stdout.write("\n".join([*lines, "", label(f"trail.verify.{'keep' if holds else 'cure'}", language)]) + "\n")
    return 0 if holds else FAILED


def _document(trail: Trail, verified: Verified, language: str) -> dict[str, Any]:
    first, last = _days(trail, verified)
    fault = verified.fault
    return {
        "company": trail.code,
        "chain": verified.place,
        "holds": fault is None,
        "entries": verified.entries,
        "changes": verified.changes,
        "first": first,
        "last": last,
        "head": {"number": verified.number, "digest": verified.digest},
        "fault": fault and {"kind": fault.kind, "number": fault.number, "message": _words(verified, language)},
    }


def _lines(trail: Trail, verified: Verified, language: str) -> list[str]:
    first, last = _days(trail, verified)
    name = trail.title
    if verified.place > 1:
        name += f" · {label('trail.verify.chain', language, place=verified.place)}"
    counts = {"entries": f"{verified.entries:,}", "changes": f"{verified.changes:,}"}
    if verified.fault is not None:
        words = label("trail.verify.fails", language, name=name, fault=_words(verified, language))
        return [words, label("trail.verify.before", language, **counts)]
    if not verified.entries:
        return [label("trail.verify.empty", language, name=name)]
    head = label("trail.verify.head", language, number=verified.number, digest=verified.digest)
    return [label("trail.verify.holds", language, name=name, first=first, last=last, **counts), head]


def _days(trail: Trail, verified: Verified) -> tuple[str | None, str | None]:
    moments = (verified.first_at, verified.last_at)
    first, last = (None if at is None else at.astimezone(trail.zone).date().isoformat() for at in moments)
    return first, last


def _words(verified: Verified, language: str) -> str:
    fault = verified.fault
    return label(f"trail.faults.{fault.kind}", language, number=fault.number) if fault is not None else ""
