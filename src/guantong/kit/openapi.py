"""The description of the interface for programs: what every operation may answer beside what its area declares."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from guantong.kit.http_errors import CONTENT_TYPE, KINDS
from guantong.messages.labels import LANGUAGES, label

_ALWAYS = ("unauthorized", "forbidden", "method", "invalid", "too_many", "unexpected", "unavailable")
_WITH_BODY = ("in_flight", "too_large", "media_type")
_HEADERS = {
    "unauthorized": ("WWW-Authenticate",),
    "method": ("Allow",),
    "in_flight": ("Retry-After",),
    "too_many": ("Retry-After",),
    "unavailable": ("Retry-After",),
}
_RATE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_WHOLE = frozenset({*_RATE, "Retry-After"})

_TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "enum": [f"urn:guantong:problem:{kind}" for kind in KINDS]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "request_id": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "fault", "message", "cure"],
                "properties": {"place": _TEXT, "fault": _TEXT, "message": _TEXT, "cure": _TEXT},
            },
        },
    },
}
"""The schema of problem JSON, as `http_errors.problem_answer` writes it."""


def with_problems(schema: OpenAPISchema) -> OpenAPISchema:
    """Return a description whose operations declare the refusals that all have, and the headers of answers."""
    components = schema["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {kind: _refusal(kind) for kind in (*_ALWAYS, *_WITH_BODY)}
    for path in schema["paths"].values():
        for operation in path.values():
            _complete(operation)
    return schema


def _complete(operation: dict[str, Any]) -> None:
    has_body = "requestBody" in operation
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    answers["200"]["headers"] = dict(_headers((*_RATE, *(("Idempotent-Replayed",) if has_body else ()))))
    for kind in (*_ALWAYS, *(_WITH_BODY if has_body else ())):
        answers.setdefault(str(KINDS[kind]), {"$ref": f"#/components/responses/{kind}"})
    operation["responses"] = dict(sorted(answers.items()))


def _refusal(kind: str) -> dict[str, Any]:
    words = [label(f"api.problems.{kind}.title", language) for language in reversed(LANGUAGES)]
    status = KINDS[kind]
    example = {
        "type": f"urn:guantong:problem:{kind}",
        "title": words[0],
        "status": status,
        "detail": label(f"api.problems.{kind}.detail", LANGUAGES[1]),
    }
    return {
        "description": f"{HTTPStatus(status).phrase} · {' · '.join(words)}",
        "headers": dict(_headers(_HEADERS.get(kind, ()))),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _headers(names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        yield name, {"schema": {"type": "integer", "minimum": 0} if name in _WHOLE else _TEXT}
