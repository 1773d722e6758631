"""What a view of a company starts with: who asks, in which company, as one transaction.

The view function gets a request with `viewer`. Who is not signed in is sent to sign in; who is no member of the company
gets the answer of a page that is not there, whether the company exists or not.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from guantong import clock
from guantong.kit.separation import company_scope

View = Callable[..., HttpResponse]


class Member(Protocol):
    """A membership, as far as a request needs to know it."""

    company_id: int


def in_company(view: View) -> View:
    """Have a view called for members of the company that its argument `company` names, as `request.viewer`."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, company: str, **arguments: Any) -> HttpResponse:
        find_membership, get_viewer = map(import_string, settings.GUANTONG_MEMBERS)
        member: Member | None = find_membership(request.user.pk, company)
        if member is None:
            raise Http404(company)
        with company_scope(member.company_id), transaction.atomic():
            request.viewer = get_viewer(member, clock.now())
            if request.viewer is None:
                raise Http404(company)
            return view(request, **arguments)

    return guarded


def needs(ability: str) -> Callable[[View], View]:
    """Have a view of a company refused to whoever lacks an ability; to be written under `in_company`."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if not request.viewer.may(ability):
                raise PermissionDenied(ability)
            return view(request, **arguments)

        return guarded

    return wrap
