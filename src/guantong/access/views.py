"""Pages about access: members and their roles, what I may do and why, deputies, the company's choices, who may see."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guantong.access.actions import (
    RefusedAccessError,
    change_choice,
    create_delegation,
    create_grant,
    remove_delegation,
    remove_grant,
    remove_membership,
)
from guantong.access.forms import ChoiceForm, DelegationForm, RoleForm
from guantong.access.policies import ABILITIES, ROLES, Viewer, list_abilities, list_scopes, scope_of_role
from guantong.access.queries import get_audience, list_delegations, list_grants, list_members, page_members
from guantong.kit.forms import refusal
from guantong.kit.requests import in_company, needs
from guantong.kit.subjects import find_subject

_GET_AND_POST = ["GET", "POST"]


@require_GET
@in_company
@needs("manage_access")
def members_page(request: HttpRequest) -> HttpResponse:
    """Show the members with their roles."""
    return _members(request)


def _members(request: HttpRequest, **more: Any) -> HttpResponse:
    viewer: Viewer = request.viewer
    asked = request.GET.get("after", "")
    members, following = page_members(viewer, int(asked) if asked.isdecimal() else 0, request.GET.get("find", ""))
    found = {"members": members, "following": following, "find": request.GET.get("find", ""), **more}
    return render(request, "access/members_page.html", found, status=422 if more else 200)


@require_http_methods(_GET_AND_POST)
@in_company
@needs("manage_access")
def member_page(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show a member with their roles, and give them another."""
    viewer: Viewer = request.viewer
    member = list_members(viewer.company).filter(pk=member_id).first()
    if member is None:
        raise Http404(str(member_id))
    form = RoleForm(request.POST or None, initial={"scope": "company"})
    if request.method == "POST" and form.is_valid():
        try:
            create_grant(viewer, member.pk, form.wanted())
        except RefusedAccessError as error:
            form.refuse(error)
        else:
            return redirect("access:member_page", company=viewer.company.code, member_id=member.pk)
    grants = list_grants(viewer.company, viewer.day).filter(membership=member)
    status = 422 if form.errors else 200
    return render(request, "access/member_page.html", {"member": member, "grants": grants, "form": form}, status=status)


@require_POST
@in_company
def grant_page(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a role away."""
    return _taken(request, lambda: remove_grant(request.viewer, grant_id))


@require_POST
@in_company
def membership_page(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a membership."""
    return _taken(request, lambda: remove_membership(request.viewer, member_id))


def _taken(request: HttpRequest, take: Callable[[], None]) -> HttpResponse:
    try:
        take()
    except RefusedAccessError as error:
        return _members(request, refused=refusal(error))
    return redirect("access:members_page", company=request.viewer.company.code)


@require_http_methods(_GET_AND_POST)
@in_company
def own_page(request: HttpRequest) -> HttpResponse:
    """Show what I may do here and why, and who does what for whom; name a deputy."""
    viewer: Viewer = request.viewer
    form = DelegationForm(request.POST or None, initial={"starts_on": viewer.day})
    if request.method == "POST" and form.is_valid():
        try:
            create_delegation(viewer, form.wanted(viewer.actor))
        except RefusedAccessError as error:
            form.refuse(error)
        else:
            return redirect("access:own_page", company=viewer.company.code)
    return _own(request, form)


def _own(request: HttpRequest, form: DelegationForm, **more: Any) -> HttpResponse:
    viewer: Viewer = request.viewer
    delegations = list_delegations(viewer)
    found = {"abilities": list(list_abilities(viewer)), "delegations": delegations, "form": form, **more}
    status = 422 if form.errors or more else 200
    return render(request, "access/own_page.html", found, status=status)


@require_POST
@in_company
def delegation_page(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation."""
    viewer: Viewer = request.viewer
    try:
        remove_delegation(viewer, delegation_id)
    except RefusedAccessError as error:
        return _own(request, DelegationForm(initial={"starts_on": viewer.day}), refused=refusal(error))
    return redirect("access:own_page", company=viewer.company.code)


@require_http_methods(_GET_AND_POST)
@in_company
@needs("manage_access")
def choices_page(request: HttpRequest) -> HttpResponse:
    """Show how far each role has each ability, and choose otherwise within the bounds."""
    viewer: Viewer = request.viewer
    more: dict[str, Any] = {}
    if request.method == "POST":
        form = ChoiceForm(request.POST)
        if not form.is_valid():
            raise BadRequest(str(form.errors))
        try:
            change_choice(viewer, **form.cleaned_data)
        except RefusedAccessError as error:
            more = {"refused": refusal(error)}
        else:
            return redirect("access:choices_page", company=viewer.company.code)
    table = [(ability, [_cell(viewer, ability, role) for role in ROLES]) for ability in ABILITIES]
    status = 422 if more else 200
    return render(request, "access/choices_page.html", {"table": table, "roles": ROLES, **more}, status=status)


def _cell(viewer: Viewer, ability: str, role: str) -> dict[str, Any]:
    chosen = scope_of_role(ability, role, viewer.company.access)
    return {"role": role, "scopes": list_scopes(ability, role), "chosen": chosen}


@require_GET
@in_company
def audience_page(request: HttpRequest, table: str, code: str) -> HttpResponse:
    """Show who may see a row, and why; for whoever may see it."""
    viewer: Viewer = request.viewer
    subject = find_subject(viewer, table, code)
    if subject is None:
        raise Http404(code)
    found = {"subject": subject, "allowed": get_audience(viewer, subject)}
    return render(request, "access/audience_page.html", found)
