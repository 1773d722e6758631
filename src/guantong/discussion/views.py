"""Pages of discussions: a thread with its form, one comment to change, a file to fetch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guantong.access.policies import Viewer
from guantong.access.queries import get_audience
from guantong.discussion import actions, gateways
from guantong.discussion.forms import CommentForm
from guantong.discussion.models import Comment
from guantong.discussion.policies import may_change, may_comment, may_remove
from guantong.discussion.queries import find_attachment, find_comment, get_thread, subject_of
from guantong.formats.attached import KINDS, RefusedFileError
from guantong.formats.placing import BusyError
from guantong.kit.markdown import render_markdown
from guantong.kit.requests import in_company
from guantong.kit.subjects import Subject, find_subject
from guantong.messages.labels import label
from guantong.organisation.queries import zone_of

_SANDBOX = "sandbox; default-src 'none'"


@dataclass(frozen=True)
class Shown:
    """A comment as the page shows it."""

    comment: Comment
    html: SafeString
    may_change: bool
    may_remove: bool


@require_http_methods(["GET", "POST"])
@in_company
def thread_page(request: HttpRequest, table: str, code: str) -> HttpResponse:
    """Show what is said about a row, with its files; take another comment, files, or that somebody follows it."""
    viewer: Viewer = request.viewer
    subject = find_subject(viewer, table, code)
    if subject is None:
        raise Http404(code)
    if request.method == "GET":
        form = CommentForm(initial={"reply_to": request.GET.get("reply", "")})
        return _thread(request, subject, form)
    wanted = request.POST.get("do", "comment")
    if wanted in ("follow", "unfollow"):
        (actions.create_follow if wanted == "follow" else actions.remove_follow)(viewer, subject)
        return _back(viewer, subject)
    form = CommentForm(request.POST, files_from=request.FILES)
    try:
        place = _written(request, subject, form, has_text=wanted == "comment")
    except _REFUSALS as refusal:
        return _thread(request, subject, form, _words(refusal, viewer.language), status=_status(refusal))
    return _back(viewer, subject, place)


def _written(request: HttpRequest, subject: Subject, form: CommentForm, *, has_text: bool) -> str:
    """Write a comment with its files, or files alone; returns where on the page that stands."""
    viewer: Viewer = request.viewer
    dropped = getattr(request, "dropped_files", None)
    if dropped:
        raise actions.DroppedFilesError(dropped)
    form.is_valid()
    with transaction.atomic():
        comment = None
        if has_text:
            text, reply_to = form.cleaned_data.get("text", ""), form.cleaned_data.get("reply_to", "")
            comment = actions.create_comment(viewer, subject, text, reply_to)
        elif not form.attached:
            raise RefusedFileError("none")
        for file in form.attached:
            actions.create_attachment(viewer, subject, file.name, file, comment)
    return "#files" if comment is None else f"#c-{comment.code}"


@require_http_methods(["GET", "POST"])
@in_company
def comment_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one's own comment to change it; of others' lead to where they stand."""
    viewer: Viewer = request.viewer
    comment, subject = _found(viewer, code)
    if request.method == "GET" and not may_change(viewer, comment):
        return _back(viewer, subject, f"#c-{comment.code}")
    shown: dict[str, Any] = {"subject": subject, "viewer": viewer, "text": comment.text, "version": comment.version}
    if request.method == "GET":
        return render(request, "discussion/comment_page.html", shown)
    form = CommentForm(request.POST)
    form.is_valid()
    shown["text"] = form.cleaned_data.get("text", "")
    try:
        actions.change_comment(viewer, code, form.cleaned_data.get("version") or 0, shown["text"])
    except _REFUSALS as refusal:
        shown |= {"refused": _words(refusal, viewer.language), "present": comment.text}
        return render(request, "discussion/comment_page.html", shown, status=_status(refusal))
    return _back(viewer, subject, f"#c-{comment.code}")


@require_POST
@in_company
def remove_comment_page(request: HttpRequest, code: str) -> HttpResponse:
    """Take a comment back."""
    viewer: Viewer = request.viewer
    _, subject = _found(viewer, code)
    _or_404(actions.remove_comment, viewer, code)
    return _back(viewer, subject)


@require_GET
@in_company
def file_page(request: HttpRequest, code: str) -> FileResponse:
    """Give a file to whoever may see what it hangs on: to be saved, never to be shown within the product."""
    found = find_attachment(request.viewer, code)
    if found is None:
        raise Http404(code)
    try:
        file = gateways.open_file(found.company_id, found.digest)
    except gateways.LostFileError:
        raise Http404(code) from None
    response = FileResponse(file, as_attachment=True, filename=found.name, content_type=found.media_type)
    response["Content-Length"] = str(found.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@in_company
def remove_file_page(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file back."""
    viewer: Viewer = request.viewer
    found = find_attachment(viewer, code)
    subject = None if found is None else subject_of(viewer, found)
    if subject is None:
        raise Http404(code)
    _or_404(actions.remove_attachment, viewer, code)
    return _back(viewer, subject)


# --- What pages are made of ----------------------------------------------------------------------

_REFUSALS = (
    actions.RefusedCommentError, actions.StaleError, actions.TooLargeError, actions.FullError,
    actions.DroppedFilesError, RefusedFileError, BusyError, OSError,
)  # fmt: skip


def _thread(
    request: HttpRequest, subject: Subject, form: CommentForm, refused: str = "", status: int = 200
) -> HttpResponse:
    viewer: Viewer = request.viewer
    thread = get_thread(viewer, subject, request.GET.get("before", ""))
    answers = form["reply_to"].value()
    shown = {
        "viewer": viewer,
        "subject": subject,
        "thread": thread,
        "comments": [_shown(viewer, comment, thread.names) for comment in thread.comments],
        "files": [(file, may_remove(viewer, file)) for file in thread.attachments],
        "answered": next((comment for comment in thread.comments if comment.code == answers), None),
        "audience": get_audience(viewer, subject),
        "form": form,
        "refused": refused,
        "may_comment": may_comment(viewer),
        "accepted": ",".join(f".{ending}" for ending in KINDS),
    }
    with timezone.override(zone_of(viewer.company)):
        return render(request, "discussion/thread_page.html", shown, status=status)


def _shown(viewer: Viewer, comment: Comment, names: Mapping[str, str]) -> Shown:
    html = render_markdown(comment.text, names)
    return Shown(comment, html, may_change(viewer, comment), may_remove(viewer, comment))


def _found(viewer: Viewer, code: str) -> tuple[Comment, Subject]:
    comment = find_comment(viewer, code)
    subject = None if comment is None else subject_of(viewer, comment)
    if comment is None or subject is None:
        raise Http404(code)
    return comment, subject


def _or_404(action: Any, viewer: Viewer, code: str) -> None:
    try:
        action(viewer, code)
    except actions.GoneError:
        raise Http404(code) from None


def _back(viewer: Viewer, subject: Subject, place: str = "") -> HttpResponseRedirect:
    address = reverse("discussion:thread_page", args=[viewer.company.code, subject.table, subject.code])
    return redirect(address + place)


def _words(refusal: Exception, language: str) -> str:
    """Return what a refusal says, with its cure."""
    if isinstance(refusal, actions.RefusedCommentError):
        return label(f"discussion.refused.{refusal.fault}", language, names="、".join(refusal.names))
    if isinstance(refusal, RefusedFileError):
        return label(f"discussion.refused_file.{refusal.fault}", language, **{"name": "", **refusal.details})
    fault, values = _FAULTS.get(type(refusal), ("store", ()))
    return label(f"discussion.refused_file.{fault}", language, **{name: getattr(refusal, name) for name in values})


_FAULTS: Mapping[type[Exception], tuple[str, tuple[str, ...]]] = {
    actions.StaleError: ("stale", ()),
    actions.TooLargeError: ("large", ("megabytes",)),
    actions.DroppedFilesError: ("dropped", ("names", "megabytes", "most")),
    actions.FullError: ("full", ("gigabytes",)),
    BusyError: ("busy", ()),
}


def _status(refusal: Exception) -> int:
    if isinstance(refusal, actions.StaleError):
        return 409
    if isinstance(refusal, actions.TooLargeError | actions.DroppedFilesError):
        return 413
    is_store = isinstance(refusal, actions.FullError | OSError) and not isinstance(refusal, BusyError)
    return 507 if is_store else 422
