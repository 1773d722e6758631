"""Pages of notices: the list, how one is told, and for administrators the log of mails."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from guantong.kit.mail import is_mail_set
from guantong.kit.requests import in_company, needs
from guantong.messages.labels import label
from guantong.notifications.actions import RefusedChoiceError, change_choices, mark_read
from guantong.notifications.forms import ChoicesForm
from guantong.notifications.models import STATES
from guantong.notifications.policies import DIGEST_DAYS, KINDS, MAILS, Times
from guantong.notifications.queries import (
    PAGE,
    count_unread,
    get_times,
    line_of,
    list_choices,
    list_deliveries,
    list_notices,
)
from guantong.organisation.queries import zone_of

if TYPE_CHECKING:
    from guantong.access.policies import Viewer

_HOURS = range(24)


@require_http_methods(["GET", "POST"])
@in_company
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a member's notices; take that they have read one, or all."""
    viewer: Viewer = request.viewer
    if request.method == "POST":
        wanted = request.POST.get("read", "")
        mark_read(viewer, None if wanted == "all" else [int(wanted)] if wanted.isdecimal() else [])
        return redirect("notifications:list_page", viewer.company.code)
    before = request.GET.get("before", "")
    told = list_notices(viewer, int(before) if before.isdecimal() and len(before) < len(str(2**62)) else None)
    shown = {
        "viewer": viewer,
        "lines": [(entry.notice, line_of(viewer, entry, is_mail=False)) for entry in told],
        "unread": count_unread(viewer),
        "older": told[-1].notice.pk if len(told) == PAGE else None,
        "may_manage": viewer.may("manage_access"),
    }
    with timezone.override(zone_of(viewer.company)):
        return render(request, "notifications/list_page.html", shown)


@require_http_methods(["GET", "POST"])
@in_company
def choices_page(request: HttpRequest) -> HttpResponse:
    """Show how a member is told of each kind of thing, and when by mail; take what they choose."""
    viewer: Viewer = request.viewer
    if request.method == "GET":
        return _choices(request, dict(list_choices(viewer)), get_times(viewer.membership_id))
    form = ChoicesForm(request.POST)
    form.is_valid()
    chosen, times = form.chosen(), form.times()
    try:
        change_choices(viewer, chosen, times)
    except RefusedChoiceError as refusal:
        refused = label(f"notices.refused.{refusal.fault}", viewer.language)
        return _choices(request, {**list_choices(viewer), **chosen}, times, refused=refused, status=422)
    return _choices(request, dict(list_choices(viewer)), get_times(viewer.membership_id), is_saved=True)


def _choices(
    request: HttpRequest,
    chosen: dict[str, tuple[bool, str]],
    times: Times,
    *,
    refused: str = "",
    is_saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    viewer: Viewer = request.viewer
    shown: dict[str, Any] = {
        "viewer": viewer,
        "rows": [
            (kind, f"notices.kinds.{kind}", *chosen[kind], [(mail, f"notices.mails.{mail}") for mail in MAILS])
            for kind in KINDS
            if kind != "undelivered" or viewer.may("manage_access")
        ],
        "times": times,
        "hours": [(hour, f"{hour:02}:00") for hour in _HOURS],
        "days": [(days, f"notices.days.{days}") for days in DIGEST_DAYS],
        "quiet": [_clock(times.quiet_from), _clock(times.quiet_to)],
        "zone": zone_of(viewer.company).key,
        "is_mail_set": is_mail_set(),
        "refused": refused,
        "is_saved": is_saved,
    }
    return render(request, "notifications/choices_page.html", shown, status=status)


def _clock(minutes: int | None) -> str:
    return "" if minutes is None or minutes < 0 else f"{minutes // 60:02}:{minutes % 60:02}"


@require_GET
@in_company
@needs("manage_access")
def deliveries_page(request: HttpRequest) -> HttpResponse:
    """Show the log of mails of the company, and why those were not sent that were not."""
    viewer: Viewer = request.viewer
    state = request.GET.get("state", "")
    rows = [
        (row, f"notices.log.kinds.{row.kind}", f"notices.log.states.{row.state}")
        for row in list_deliveries(viewer, state if state in STATES else "")
    ]
    with timezone.override(zone_of(viewer.company)):
        return render(request, "notifications/deliveries_page.html", {"viewer": viewer, "rows": rows})
