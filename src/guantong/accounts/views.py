"""Pages about signing in that allauth does not have, and what is shown where a page cannot be."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from guantong import clock
from guantong.access.queries import list_memberships
from guantong.accounts.actions import end_session, set_language
from guantong.accounts.models import LANGUAGES

LIMIT_SECONDS = 300
"""No limit on attempts lasts longer."""


def start_page(request: HttpRequest) -> HttpResponse:
    """Show whoever has signed in their companies; with one, lead there; others are sent to sign in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    companies = [member.company for member in list_memberships(request.user.pk)]
    if len(companies) == 1:
        return redirect("access:own_page", company=companies[0].code)
    return render(request, "accounts/start_page.html", {"companies": companies})


@require_POST
def language_page(request: HttpRequest) -> HttpResponse:
    """Switch the language, for the browser and for whoever is signed in, and go back."""
    language, then = request.POST.get("language", ""), request.POST.get("next", "")
    if not (url_has_allowed_host_and_scheme(then, allowed_hosts=None) and then.startswith("/")):
        then = reverse("home")
    response = HttpResponseRedirect(then)
    if language in LANGUAGES:
        if request.user.is_authenticated:
            set_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


@require_POST
@login_required
def session_page(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions."""
    if not end_session(request.user, session_id, clock.now()):
        raise Http404(str(session_id))
    return redirect("usersessions_list")


def limit_page(_request: HttpRequest) -> HttpResponse:
    """Say that there were too many attempts, and when to try again."""
    return _error_page(429, {"minutes": LIMIT_SECONDS // 60}, {"Retry-After": str(LIMIT_SECONDS)})


def csrf_page(_request: HttpRequest, **_reason: str) -> HttpResponse:
    """Say that a form did not come from a page of ours, or from one that is too old."""
    return _error_page(403, {"kind": "csrf"})


def bad_request_page(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that a request could not be understood."""
    return _error_page(400)


def forbidden_page(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that somebody may not do what they ask for."""
    return _error_page(403)


def missing_page(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page, or none that one may see."""
    return _error_page(404)


def failed_page(_request: HttpRequest) -> HttpResponse:
    """Say that something failed here; neither database nor session is asked."""
    return _error_page(500)


def _error_page(status: int, more: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> HttpResponse:
    context = {"kind": str(status), "status": status, **(more or {})}
    return HttpResponse(render_to_string("error_page.html", context), status=status, headers=headers)
