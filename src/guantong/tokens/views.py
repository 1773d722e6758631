"""Pages about API tokens: one's own, a new one that is shown once, one that opens nothing any more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from guantong.access.actions import RefusedAccessError
from guantong.access.policies import TOKEN_ABILITIES, Viewer
from guantong.kit.forms import refusal
from guantong.kit.requests import in_company, needs
from guantong.tokens.actions import create_token, remove_token
from guantong.tokens.forms import TokenForm
from guantong.tokens.queries import list_own_tokens


@require_http_methods(["GET", "POST"])
@in_company
@needs("make_tokens")
def tokens_page(request: HttpRequest) -> HttpResponse:
    """Show one's tokens, and make another, which is shown this once."""
    viewer: Viewer = request.viewer
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, text = create_token(viewer, **form.cleaned_data)
        except RefusedAccessError as error:
            form.refuse(error)
        else:
            return _tokens(request, TokenForm(), made=token, text=text)
    return _tokens(request, form, status=422 if form.errors else 200)


def _tokens(request: HttpRequest, form: TokenForm, status: int = 200, **more: Any) -> HttpResponse:
    viewer: Viewer = request.viewer
    mine = [ability for ability in TOKEN_ABILITIES if viewer.may(ability)]
    found = {"tokens": list_own_tokens(viewer), "form": form, "at": viewer.at, "mine": mine, **more}
    return render(request, "tokens/tokens_page.html", found, status=status)


@require_POST
@in_company
def token_page(request: HttpRequest, token_id: int) -> HttpResponse:
    """Have a token open nothing any more."""
    viewer: Viewer = request.viewer
    try:
        remove_token(viewer, token_id)
    except RefusedAccessError as error:
        return _tokens(request, TokenForm(), 422, refused=refusal(error))
    return redirect("tokens:tokens_page", company=viewer.company.code)
