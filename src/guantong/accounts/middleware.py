"""What signing in adds to every request: the language, and the end of a session that has been left or is old."""

import datetime
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from requests import RequestException

from guantong import clock
from guantong.accounts.actions import keep_session_seen
from guantong.accounts.gateways import failed_exchange
from guantong.accounts.models import LANGUAGES
from guantong.kit.addresses import client_address
from guantong.kit.language import DJANGO_CODES, in_language

_log = structlog.get_logger(__name__)
_GRANULARITY = datetime.timedelta(minutes=5)
"""How exactly it is known when a session was last used: not every page need write."""


def _is_signed_in(request: HttpRequest) -> bool:
    """Return whether somebody is signed in; without a cookie nothing is asked of the database."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


class Language:
    """Answers in the language that the user has chosen, else the browser's cookie names, else the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        language = self._language(request)
        request.LANGUAGE_CODE = DJANGO_CODES[language]
        with in_language(language):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        chosen = [request.user.language if _is_signed_in(request) else ""]
        chosen.append(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
        chosen += [code.partition("-")[0] for code, _quality in asked]
        return next((language for language in chosen if language in LANGUAGES), LANGUAGES[0])


class ProviderFaults:
    """Shows a page of ours where a provider is down or answers with what is no answer."""

    _VIEWS = frozenset({"openid_connect_login", "openid_connect_callback"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return that page where the exchange with the provider has failed, None where it is another fault."""
        match = request.resolver_match
        if match is None or match.url_name not in self._VIEWS:
            return None
        if not isinstance(exception, RequestException | LookupError | ValueError | TypeError):
            return None
        _log.warning("provider_failed", error=type(exception).__name__, exc_info=exception)
        return failed_exchange(request)


class SessionEnd:
    """Signs out whoever has been away for long, or has been signed in for very long; keeps when sessions are used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if _is_signed_in(request):
            self._look(request, clock.now())
        return self._get_response(request)

    @staticmethod
    def _look(request: HttpRequest, at: datetime.datetime) -> None:
        session, now = request.session, at.timestamp()
        began, seen = session.get("began_at", now), session.get("seen_at", 0.0)
        is_left = seen and now - seen > settings.GUANTONG_SESSION_IDLE.total_seconds()
        if now - began > settings.GUANTONG_SESSION_LONGEST.total_seconds() or (
            is_left and session.get_expire_at_browser_close()
        ):
            logout(request)
        elif now - seen > _GRANULARITY.total_seconds():
            session["began_at"], session["seen_at"] = began, now
            agent = request.headers.get("User-Agent", "")
            keep_session_seen(session.session_key, client_address(request), agent, at)
