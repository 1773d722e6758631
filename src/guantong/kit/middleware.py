"""What surrounds every request: its id, its entry in the log, its time in the metrics; and those of programs."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import ClassVar

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from guantong import clock
from guantong.kit.http_errors import ProblemError, as_problem, language_of, problem_answer
from guantong.kit.metrics import REQUEST_SECONDS
from guantong.kit.programs import is_too_large
from guantong.messages.labels import LANGUAGES

_log = structlog.get_logger(__name__)
_PROBES = ("/health/", "/metrics")
_PROGRAMS = "/api/"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Gives each request an id (its own `X-Request-ID` if that is usable), logs how it ended, and times it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; the answer carries its id."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        with bound_contextvars(request_id=request_id):
            started = clock.seconds()
            response = self._get_response(request)
            self._observe(request, response, clock.seconds() - started)
        response["X-Request-ID"] = request_id
        return response

    @staticmethod
    def _observe(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        # Paths and methods are the caller's to choose: only routes that there are may become labels.
        route = request.resolver_match.route if request.resolver_match else "unknown"
        method = request.method if request.method in _METHODS else "other"
        REQUEST_SECONDS.labels(method, route, response.status_code).observe(seconds)
        write = _log.debug if request.path.startswith(_PROBES) and response.status_code < 400 else _log.info
        write("request", method=method, path=request.path, status=response.status_code, seconds=round(seconds, 4))


class SafeHeaders:
    """Has browsers keep no answer that says nothing else, use no device, and give nothing to other sites."""

    HEADERS: ClassVar[Mapping[str, str]] = {
        "Cache-Control": "no-store",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(),"
        " publickey-credentials-create=(self), publickey-credentials-get=(self)",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; files that pages load have said already how long they may be kept."""
        response = self._get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ProgramDoor:
    """What holds for programs: bodies have a limit, HEAD is answered as GET, failures are told as problem JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if not request.path.startswith(_PROGRAMS):
            return self._get_response(request)
        if is_too_large(request):
            return problem_answer(ProblemError("too_large"), language_of(request, LANGUAGES[0]))
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        response = as_problem(request, self._get_response(request))
        request.method = method
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Vary", "Authorization, Accept-Language")
        return response
