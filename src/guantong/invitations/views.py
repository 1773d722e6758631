"""Pages about invitations: those that wait, a new one, and the page that an invitation's link leads to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from guantong import clock
from guantong.access.actions import RefusedAccessError
from guantong.accounts.actions import create_user
from guantong.accounts.queries import find_user, get_password_path
from guantong.invitations.actions import accept_invitation, create_invitation, remove_invitation
from guantong.invitations.forms import InvitationForm, JoinForm
from guantong.invitations.models import Invitation
from guantong.invitations.queries import find_invitation, get_link, list_invitations
from guantong.kit.forms import refusal
from guantong.kit.language import current_language
from guantong.kit.requests import in_company, needs
from guantong.kit.separation import company_scope
from guantong.organisation.models import Company
from guantong.organisation.queries import find_company

if TYPE_CHECKING:
    from guantong.access.policies import Viewer


@require_http_methods(["GET", "POST"])
@in_company
@needs("manage_access")
def invitations_page(request: HttpRequest) -> HttpResponse:
    """Show the invitations that wait, and invite somebody; without mail the link is shown this once."""
    viewer: Viewer = request.viewer
    form = InvitationForm(request.POST or None, initial={"language": viewer.language, "scope": "company"})
    if request.method == "POST" and form.is_valid():
        try:
            row = create_invitation(viewer, form.invited())
        except RefusedAccessError as error:
            form.refuse(error)
        else:
            fresh = InvitationForm(initial={"language": viewer.language, "scope": "company"})
            return _invitations(request, fresh, made=row, link=settings.GUANTONG_URL + get_link(row))
    return _invitations(request, form, status=422 if form.errors else 200)


def _invitations(request: HttpRequest, form: InvitationForm, status: int = 200, **more: Any) -> HttpResponse:
    viewer: Viewer = request.viewer
    found = {"invitations": list_invitations(viewer.company)[:200], "form": form, "at": viewer.at, **more}
    return render(request, "invitations/invitations_page.html", found, status=status)


@require_POST
@in_company
def invitation_page(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    viewer: Viewer = request.viewer
    try:
        remove_invitation(viewer, invitation_id)
    except RefusedAccessError as error:
        return _invitations(request, InvitationForm(), 422, refused=refusal(error))
    return redirect("invitations:invitations_page", company=viewer.company.code)


@require_http_methods(["GET", "POST"])
def join_page(request: HttpRequest, company: str, secret: str) -> HttpResponse:
    """Show who is invited where, and let them join: with their account, or a new one for the address."""
    where = find_company(company)
    if where is None:
        return _refused(request, RefusedAccessError("link"), 404)
    with company_scope(where.pk):
        row = find_invitation(where, secret, clock.now())
        if row is None:
            return _refused(request, RefusedAccessError("link"), 404)
        answer = _JOINING[request.POST.get("do", "")] if request.POST.get("do") in _JOINING else _show
        return answer(request, where, row)


def _refused(request: HttpRequest, error: RefusedAccessError, status: int) -> HttpResponse:
    found = {"refused": refusal(error)}
    return render(request, "invitations/join_page.html", found, status=status)


def _show(request: HttpRequest, company: Company, row: Invitation, form: JoinForm | None = None) -> HttpResponse:
    is_theirs = request.user.is_authenticated and request.user.email == row.email
    found = {
        "invitation": row,
        "where": company,
        "is_theirs": is_theirs,
        "has_account": find_user(row.email) is not None,
        "form": form or JoinForm(initial={"name": "" if row.person is None else row.person.name}),
    }
    status = 200 if form is None else 422
    return render(request, "invitations/join_page.html", found, status=status)


def _join(request: HttpRequest, company: Company, row: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        return _show(request, company, row)
    secret = request.resolver_match.kwargs["secret"]
    try:
        accept_invitation(company, secret, request.user, clock.now())
    except RefusedAccessError as error:
        return _refused(request, error, 422)
    return redirect("access:own_page", company=company.code)


def _make_account(request: HttpRequest, company: Company, row: Invitation) -> HttpResponse:
    """Make an account for the address, whose owner the link has reached; setting a password leads back here."""
    form = JoinForm(request.POST)
    if request.user.is_authenticated or find_user(row.email) is not None:
        return _show(request, company, row)
    if not form.is_valid():
        return _show(request, company, row, form)
    user = create_user(row.email, form.cleaned_data["name"], current_language(), clock.now(), row.email)
    return redirect(get_password_path(user, request.path))


_JOINING: dict[str, Callable[[HttpRequest, Company, Invitation], HttpResponse]] = {
    "join": _join,
    "account": _make_account,
}
