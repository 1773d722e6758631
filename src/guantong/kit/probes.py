"""What machines ask the server: whether it lives, whether it is ready for work, what it has measured."""

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from guantong.kit.metrics import exposition
from guantong.kit.schema import schema_state

_log = structlog.get_logger(__name__)


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; nothing else is asked."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database can be reached and is of this version, else 503 with the reason."""
    try:
        state = schema_state()
    except DatabaseError as error:
        # What the database says may name hosts and people: that is for the log.
        _log.warning("not_ready", reason="database", error=str(error))
        return JsonResponse({"status": "unready", "reason": "database"}, status=503)
    if state.pending:
        return JsonResponse({"status": "unready", "reason": "migrations", "pending": state.pending}, status=503)
    if state.foreign:
        return JsonResponse({"status": "unready", "reason": "newer_database", "foreign": state.foreign}, status=503)
    return JsonResponse({"status": "ready"})


@require_safe
@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer what has been measured, for Prometheus; 503 where the database cannot be asked for the queue."""
    try:
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError as error:
        _log.warning("no_metrics", reason="database", error=str(error))
        return HttpResponse("# the database cannot be reached\n", content_type="text/plain", status=503)
