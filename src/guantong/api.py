"""The interface for programs under /api/v1: who asks, how often, for which company; every refusal as problem JSON."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from guantong import __version__, clock
from guantong.access.policies import ForbiddenError, Viewer
from guantong.findings.api import router as findings
from guantong.goals.api import router as goals
from guantong.kit.addresses import client_address
from guantong.kit.http_errors import BadPlace, ProblemError, language_of, problem_answer
from guantong.kit.openapi import with_problems
from guantong.kit.paging import BadCursorError
from guantong.kit.payloads import bad_places
from guantong.kit.programs import check_body, check_query, query_names
from guantong.kit.separation import company_scope
from guantong.messages.labels import LANGUAGES, label
from guantong.organisation.api import router as organisation
from guantong.tokens.actions import Rate, count_request, note_use
from guantong.tokens.queries import company_of_token, get_token_viewer
from guantong.values.api import router as values

View = Callable[..., HttpResponse]

_log = structlog.get_logger(__name__)
_FAILURES_SHARE = 10
"""An address may fail to sign in a tenth as often as a token may ask."""


class Token(HttpBearer):
    """The token of a request; `in_company` has found before for whom it acts."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:  # noqa: ARG002
        """Return for whom the token acts, None where it opens nothing."""
        return getattr(request, "viewer", None)


# --- For whom ------------------------------------------------------------------------------------


def in_company(run: View) -> View:
    """Have an operation run for whom a token acts: within the company, and as one transaction where it writes."""
    names = query_names(run.__self__)  # type: ignore[attr-defined]

    @wraps(run)
    def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            return _answer(request, lambda: _checked(run, names, request, given))
        except (OperationalError, InterfaceError) as error:
            _log.warning("database_failed", error=str(error))
            return _refuse(request, ProblemError("unavailable", headers={"Retry-After": "5"}))

    return guarded


def _answer(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what is answered to a token; the same 401 to every one that opens nothing."""
    at = clock.now()
    text = _token_of(request)
    with company_scope(company_of_token(text)):
        found = get_token_viewer(text, at)
        if found is None:
            return _unknown(request)
        viewer, token = found
        request.viewer, request.token_id = viewer, token.pk
        rate = count_request(f"token {token.pk}", settings.GUANTONG_API_PER_MINUTE, at)
        answer = _too_many(request, rate) if rate.is_over else work()
        if token.last_used_on != viewer.day:
            note_use(token, viewer.day)
    for name, text in rate.headers.items():
        answer[name] = text
    return answer


def _checked(run: View, names: frozenset[str], request: HttpRequest, given: Mapping[str, Any]) -> HttpResponse:
    """Run an operation after a look at what does not reach it; what it wrote is undone where it refuses."""
    try:
        check_query(request, names)
        check_body(request)
    except ProblemError as problem:
        return _refuse(request, problem)
    is_read = request.method == "GET"
    with nullcontext() if is_read else transaction.atomic():
        answer = run(request, **given)
        if not is_read and answer.status_code >= 400:
            transaction.set_rollback(True)
    return answer


def _token_of(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unknown(request: HttpRequest) -> HttpResponse:
    most = max(1, settings.GUANTONG_API_PER_MINUTE // _FAILURES_SHARE)
    rate = count_request(f"failures {client_address(request)}", most, clock.now())
    if rate.is_over:
        return _too_many(request, rate)
    return _refuse(request, ProblemError("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="guantong"'}))


def _too_many(request: HttpRequest, rate: Rate) -> HttpResponse:
    return _refuse(request, ProblemError("too_many", headers={"Retry-After": str(rate.reset)}))


# --- Refusals ------------------------------------------------------------------------------------


def _refuse(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    viewer = getattr(request, "viewer", None)
    return problem_answer(problem, language_of(request, LANGUAGES[0] if viewer is None else viewer.language))


def _json_faulty(_error: HttpError) -> ProblemError:
    return ProblemError("invalid", [BadPlace("body", "json")])


_PROBLEMS: Mapping[type[Exception], Callable[[Any], ProblemError]] = {
    ProblemError: lambda error: error,
    PermissionDenied: lambda error: ProblemError("forbidden", ability=error.args[0]),
    ForbiddenError: lambda error: ProblemError("forbidden", ability=error.ability),
    BadCursorError: lambda _: ProblemError("invalid", [BadPlace("cursor", "cursor")]),
    ValidationError: lambda error: ProblemError("invalid", bad_places(error.errors)),
    HttpError: _json_faulty,
    Http404: lambda _: ProblemError("not_found"),
}
"""What is told of an exception; any other is logged and told as unexpected, without what it says."""


def _handler(problem_of: Callable[[Any], ProblemError]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: _refuse(request, problem_of(error))


# --- The interface -------------------------------------------------------------------------------


class _Compact(JSONRenderer):
    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}


def _public(view: View) -> View:
    return require_safe(cache_control(public=True, max_age=300)(view))


class Interface(NinjaAPI):
    """The interface and its description, OpenAPI 3.1 with every answer declared."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """Return the description."""
        return with_problems(super().get_openapi_schema(**given))


def make_interface() -> Interface:
    """Return the interface with the operations of all areas."""
    made = Interface(
        title="Guantong 贯通",
        version=__version__,
        description="\n\n".join(label("api.summary", language) for language in reversed(LANGUAGES)),
        docs_url=None,
        docs_decorator=_public,
        urls_namespace="api",
        auth=Token(),
        renderer=_Compact(),
    )
    made.add_decorator(in_company, mode="view")
    for error, problem_of in _PROBLEMS.items():
        made.add_exception_handler(error, _handler(problem_of))
    for router in (findings, goals, organisation, values):
        made.add_router("", router)
    return made


api = make_interface()
"""Everything under /api/v1."""
