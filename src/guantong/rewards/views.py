"""The page of what people earn: one's own, one's reports', and what a grant says."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from guantong.access.queries import Thing, list_allowed
from guantong.kit.requests import in_company, needs
from guantong.rewards.actions import open_pay

if TYPE_CHECKING:
    from guantong.access.policies import Viewer

_PAGE = 50


@require_GET
@in_company
@needs("see_pay")
def pay_page(request: HttpRequest) -> HttpResponse:
    """Show what people earn, and who sees what I earn; that it was shown is in the trail."""
    viewer: Viewer = request.viewer
    rows, has_more = open_pay(viewer, request.GET.get("after", ""), _PAGE)
    own = Thing(None, frozenset({viewer.person_id} if viewer.person_id is not None else ()))
    allowed = list_allowed(viewer.company, "see_pay", own, viewer.day) if viewer.person_id is not None else []
    found = {"rows": rows, "following": rows[-1].code if has_more else "", "allowed": allowed}
    return render(request, "rewards/pay_page.html", found)
