"""What a program is told when a request fails: problem JSON (RFC 9457) in the language that it asks for.

A door raises `ProblemError`; `problem_answer` makes the answer. A problem's kind has a status here and words under
`api.problems` in the labels; a fault in what was sent has words under `api.faults`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from structlog.contextvars import get_contextvars

from guantong.messages.labels import LANGUAGES, label

CONTENT_TYPE = "application/problem+json"
KINDS: Mapping[str, int] = MappingProxyType(
    {
        "unauthorized": 401,
        "forbidden": 403,
        "not_found": 404,
        "method": 405,
        "in_flight": 409,
        "too_large": 413,
        "media_type": 415,
        "invalid": 422,
        "key_reused": 422,
        "too_many": 429,
        "unexpected": 500,
        "unavailable": 503,
    }
)
"""The status of each kind of problem."""

_BY_STATUS = {status: kind for kind, status in reversed(tuple(KINDS.items()))}
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


@dataclass(frozen=True)
class BadPlace:
    """A place in a request that is wrong.

    Attributes:
        place: Such as `values[3].date` or `limit`.
        fault: Its name under `api.faults`.
        words: What its message and cure name.
    """

    place: str
    fault: str
    words: Mapping[str, object] = field(default_factory=dict)


class ProblemError(Exception):
    """A request that is refused.

    Attributes:
        kind: One of `KINDS`.
        places: What is wrong where.
        headers: Headers of the answer.
        words: What title and detail name.
    """

    def __init__(
        self, kind: str, places: Iterable[BadPlace] = (), headers: Mapping[str, str] | None = None, **words: object
    ) -> None:
        self.kind = kind
        self.places = tuple(places)
        self.headers = dict(headers or {})
        self.words = words
        super().__init__(kind)


def language_of(request: HttpRequest, usual: str) -> str:
    """Return the language of an answer: the first of ours that `Accept-Language` names, else the usual one."""
    for wanted, share in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = wanted.partition("-")[0]
        if share and language in LANGUAGES:
            return language
    return usual if usual in LANGUAGES else LANGUAGES[0]


def problem_answer(problem: ProblemError, language: str) -> HttpResponse:
    """Return the answer that tells of a problem, in a language."""
    status = KINDS[problem.kind]
    body: dict[str, Any] = {
        "type": f"urn:guantong:problem:{problem.kind}",
        "title": label(f"api.problems.{problem.kind}.title", language),
        "status": status,
        "detail": label(f"api.problems.{problem.kind}.detail", language, **problem.words),
    }
    if problem.places:
        body["errors"] = [_entry(place, language) for place in problem.places]
    request_id = get_contextvars().get("request_id")
    if request_id:
        body["request_id"] = request_id
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), CONTENT_TYPE, status, headers=problem.headers)
    answer["Content-Language"] = language
    answer["Cache-Control"] = "no-store"
    return answer


def _entry(place: BadPlace, language: str) -> dict[str, str]:
    message, cure = (label(f"api.faults.{place.fault}.{part}", language, **place.words) for part in ("message", "cure"))
    return {"place": place.place, "fault": place.fault, "message": message, "cure": cure}


def as_problem(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return an answer as problem JSON where it says that something failed and is none yet; any other as it is."""
    if answer.status_code < HTTPStatus.BAD_REQUEST or answer["Content-Type"].startswith(CONTENT_TYPE):
        return answer
    headers = {name: answer[name] for name in _KEPT_HEADERS if name in answer}
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"
    usual = "unexpected" if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid"
    kind = _BY_STATUS.get(answer.status_code, usual)
    return problem_answer(ProblemError(kind, headers=headers), language_of(request, LANGUAGES[0]))
