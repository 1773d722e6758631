"""What the doors for programs stand on: the request of a program, and the check of what it sends before it is read."""

from typing import Any

from django.http import HttpRequest
from ninja.operation import Operation

from guantong.kit.http_errors import BadPlace, ProblemError


class ProgramRequest(HttpRequest):
    """A request that came with a token.

    Attributes:
        viewer: For whom the token acts, restricted to what the token may.
        token_id: The token.
    """

    viewer: Any
    token_id: int


LARGEST_BODY = 1_000_000
"""Bytes that a request may have."""


def query_names(operation: Operation) -> frozenset[str]:
    """Return the names that an operation knows in its address."""
    models = (model for model in operation.models if model.__ninja_param_source__ == "query")
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def check_query(request: HttpRequest, known: frozenset[str]) -> None:
    """Refuse what an address names that its operation does not know, or twice.

    Raises:
        ProblemError: There is such a name.
    """
    places = [
        BadPlace(name, "twice" if name in known else "unknown")
        for name, values in request.GET.lists()
        if name not in known or len(values) > 1
    ]
    if places:
        raise ProblemError("invalid", places)


def check_body(request: HttpRequest) -> None:
    """Refuse a body that is not plain JSON.

    Raises:
        ProblemError: It is of another type, in another encoding, or compressed.
    """
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    encoding = request.content_params.get("charset", "utf-8").strip('"').lower()
    is_compressed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if request.content_type != "application/json" or encoding not in ("utf-8", "utf8") or is_compressed:
        raise ProblemError("media_type", headers={"Accept-Encoding": "identity"})


def is_too_large(request: HttpRequest) -> bool:
    """Return whether a request says that its body is larger than one is read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return not text.isdecimal() or int(text) > LARGEST_BODY
