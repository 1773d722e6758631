"""The pages of discussions: what is shown to whom, what was typed is kept, and files leave only to be saved."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from guantong.access.policies import Viewer
from guantong.audit.models import Change
from guantong.discussion import actions, gateways
from guantong.discussion.actions import FullError, GoneError, TooLargeError
from guantong.discussion.models import Attachment, Comment
from guantong.discussion.queries import find_attachment, get_used_bytes, list_digests
from guantong.formats.attached import RefusedFileError
from guantong.goals.models import Goal
from guantong.kit.separation import company_scope, switch_company
from guantong.kit.subjects import Subject, find_subject
from tests.make.attached import GOOD, jpeg, pdf, png
from tests.make.cast import OUTSIDER, Cast, build_cast
from tests.make.kept import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.GUANTONG_FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


def client_of(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast.members[role].user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(code: str = "OPEN1", company: str = "ACME") -> str:
    return f"/c/{company}/discussion/goals/{code}/"


def subject(viewer: Viewer, code: str = "OPEN1") -> Subject:
    found = find_subject(viewer, "goals", code)
    assert found is not None
    return found


def attach(viewer: Viewer, code: str = "OPEN1", name: str = "plan.pdf", content: bytes | None = None) -> Attachment:
    file = io.BytesIO(pdf() if content is None else content)
    return actions.create_attachment(viewer, subject(viewer, code), name, file)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        ("employee", "OPEN1", 200),
        ("adviser", "OPEN1", 200),
        ("employee", "HIDDEN1", 404),
        ("administrator", "HIDDEN1", 404),
        ("manager", "HIDDEN1", 200),
        ("employee", "NOTHING", 404),
        (OUTSIDER, "OPEN1", 404),
    ],
)
def test_a_thread_is_shown_to_who_may_see_its_row(cast: Cast, role: str, code: str, status: int) -> None:
    client = client_of(cast, role)
    assert client.get(page(code)).status_code == status
    assert client.post(page(code), {"do": "follow"}).status_code == (302 if status == 200 else 404)


def test_who_is_not_signed_in_is_sent_to_sign_in(cast: Cast) -> None:
    assert cast
    assert Client().get(page()).status_code == 302


@pytest.mark.parametrize("table", ["nothing", "company", "actuals", "findings"])
def test_a_table_that_nobody_talks_about_is_no_page(cast: Cast, table: str) -> None:
    assert client_of(cast, "employee").get(f"/c/ACME/discussion/{table}/X/").status_code == 404


def test_a_comment_is_written_shown_changed_and_removed(cast: Cast) -> None:
    client = client_of(cast, "employee")
    response = client.post(page(), {"do": "comment", "text": "**Who** helps, @DAN? <b>x</b>"}, follow=True)
    shown = text_of(response)
    assert "<strong>Who</strong> helps" in shown
    assert '<span class="mention">@Dan</span>' in shown
    assert "&lt;b&gt;x" in shown
    comment = Comment.objects.get()
    edit = f"/c/ACME/comments/{comment.code}/"
    assert "helps" in text_of(client.get(edit))
    assert client.post(edit, {"text": "Two", "version": "1"}).status_code == 302
    assert "Two" in text_of(client.get(page()))
    assert client.get(edit + "remove/").status_code == 405
    assert client.post(edit + "remove/").status_code == 302
    assert "Two" not in text_of(client.get(page()))
    assert client.get(edit).status_code == 404
    assert client.post(edit + "remove/").status_code == 404


def test_of_others_a_comment_is_not_to_be_changed(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    comment = actions.create_comment(viewer, subject(viewer), "One")
    other, edit = client_of(cast, "manager"), f"/c/ACME/comments/{comment.code}/"
    assert other.get(edit)["Location"] == f"{page()}#c-{comment.code}"
    assert other.post(edit, {"text": "Two", "version": "1"}).status_code == 403
    assert other.post(edit + "remove/").status_code == 403
    assert client_of(cast, OUTSIDER).get(f"/c/OTHER/comments/{comment.code}/").status_code == 404


def test_what_was_typed_is_kept_where_it_is_refused(cast: Cast) -> None:
    client = client_of(cast, "manager")
    response = client.post(page("HIDDEN1"), {"do": "comment", "text": "ask @UMA <x>"})
    assert response.status_code == 422
    assert "ask @UMA &lt;x&gt;</textarea>" in text_of(response)
    assert "Uma" in text_of(response)


def test_two_windows_meet(cast: Cast) -> None:
    client, viewer = client_of(cast, "employee"), cast.viewer("employee")
    comment = actions.create_comment(viewer, subject(viewer), "One")
    edit = f"/c/ACME/comments/{comment.code}/"
    client.post(edit, {"text": "Two", "version": "1"})
    response = client.post(edit, {"text": "Three", "version": "1"})
    assert response.status_code == 409
    assert "Three</textarea>" in text_of(response)
    assert "Two" in text_of(response)
    assert 'name="version" value="2"' in text_of(response)


def test_both_languages_are_spoken(cast: Cast) -> None:
    client = client_of(cast, "employee")
    user = cast.members["employee"].user
    for language, words in (("zh", "还没有评论"), ("en", "No comments yet")):
        user.language = language
        user.save()
        assert words in text_of(client.get(page()))


def test_a_page_names_who_may_see_it(cast: Cast) -> None:
    shown = text_of(client_of(cast, "manager").get(page("HIDDEN1")))
    assert "Boss" in shown
    assert "Ann" in shown


# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_a_file_comes_back_byte_for_byte_to_be_saved(cast: Cast, name: str) -> None:
    row = attach(cast.viewer("manager"), name=name, content=GOOD[name])
    response = client_of(cast, "employee").get(f"/c/ACME/files/{row.code}/")
    assert b"".join(response.streaming_content) == GOOD[name]  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(len(GOOD[name]))


def test_a_chinese_name_is_written_as_rfc_5987_has_it(cast: Cast) -> None:
    row = attach(cast.viewer("manager"), name="计划.pdf")
    response = client_of(cast, "employee").get(f"/c/ACME/files/{row.code}/")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E8%AE%A1%E5%88%92.pdf"
    response.close()


@pytest.mark.parametrize(("role", "company"), [("employee", "ACME"), ("administrator", "ACME"), (OUTSIDER, "OTHER")])
def test_a_file_of_a_private_goal_is_reached_through_the_goal_only(cast: Cast, role: str, company: str) -> None:
    row = attach(cast.viewer("manager"), "HIDDEN1")
    client = client_of(cast, role)
    assert client.get(f"/c/{company}/files/{row.code}/").status_code == 404
    assert client.post(f"/c/{company}/files/{row.code}/remove/").status_code == 404
    assert not Attachment.objects.visible_to(cast.viewer(role)).exists()


def test_a_file_is_not_reached_while_its_row_or_comment_is_removed(cast: Cast) -> None:
    viewer = cast.viewer("manager")
    row = attach(viewer)
    Goal.objects.filter(code="OPEN1").update(removed_at=AT)
    assert find_attachment(viewer, row.code) is None
    Goal.objects.filter(code="OPEN1").update(removed_at=None)
    assert find_attachment(viewer, row.code) == row
    comment = actions.create_comment(viewer, subject(viewer), "See the plan")
    other = actions.create_attachment(viewer, subject(viewer), "b.pdf", io.BytesIO(pdf(b"other\n")), comment)
    assert find_attachment(viewer, other.code) == other
    actions.remove_comment(viewer, comment.code)
    assert find_attachment(viewer, other.code) is None


def test_a_removed_file_is_reached_no_more_and_told_in_the_trail(cast: Cast) -> None:
    viewer = cast.viewer("manager")
    row = attach(viewer)
    client = client_of(cast, "employee")
    assert client.post(f"/c/ACME/files/{row.code}/remove/").status_code == 403
    assert client_of(cast, "manager").post(f"/c/ACME/files/{row.code}/remove/").status_code == 302
    assert client.get(f"/c/ACME/files/{row.code}/").status_code == 404
    change = Change.objects.filter(table="attachments").latest("pk")
    assert (change.kind, change.before["name"]) == ("remove", "plan.pdf")
    with pytest.raises(GoneError):
        actions.remove_attachment(viewer, row.code)


def test_files_of_two_companies_stand_apart_and_equal_ones_once(cast: Cast, store: Path) -> None:
    attach(cast.viewer("manager"))
    attach(cast.viewer("manager"), name="again.pdf")
    with company_scope(cast.other.pk):
        attach(cast.viewer(OUTSIDER), "G")
    folders = {path.name: [file.name for file in path.iterdir()] for path in store.iterdir()}
    assert folders.keys() == {str(cast.company.pk), str(cast.other.pk)}
    assert all(len(names) == 1 for names in folders.values())
    assert get_used_bytes(cast.company.pk) == len(pdf())
    assert len(list_digests(cast.company.pk)) == 1
    assert (store / str(cast.company.pk)).stat().st_mode & 0o077 == 0
    assert next((store / str(cast.company.pk)).iterdir()).stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_stored_leaves_nothing(cast: Cast, store: Path) -> None:
    store.parent.mkdir(exist_ok=True)
    store.write_text("a file where the folder should be")
    response = client_of(cast, "manager").post(
        page(), {"do": "comment", "text": "See", "files": SimpleUploadedFile("plan.pdf", pdf())}
    )
    assert response.status_code == 507
    assert "See</textarea>" in text_of(response)
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


def test_a_comment_brings_its_files_or_is_not_written(cast: Cast) -> None:
    client = client_of(cast, "manager")
    good, bad = SimpleUploadedFile("plan.pdf", pdf()), SimpleUploadedFile("run.pdf", b"MZ" + bytes(300))
    response = client.post(page(), {"do": "comment", "text": "See", "files": [good, bad]})
    assert response.status_code == 422
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()
    good = SimpleUploadedFile("plan.pdf", pdf())
    assert client.post(page(), {"do": "comment", "text": "See", "files": [good]}).status_code == 302
    assert Attachment.objects.get().comment == Comment.objects.get()
    assert client.post(page(), {"do": "attach"}).status_code == 422
    assert client.post(page(), {"do": "attach", "files": SimpleUploadedFile("dot.png", png())}).status_code == 302
    assert "dot.png" in text_of(client.get(page()))


def test_a_file_that_is_too_large_or_one_too_many_is_dropped_on_its_way_in(cast: Cast, settings: Any) -> None:
    settings.GUANTONG_FILE_MEGABYTES = 1
    client = client_of(cast, "manager")
    large = SimpleUploadedFile("large.jpg", jpeg()[:-2] + bytes(1 << 20) + b"\xff\xd9")
    response = client.post(page(), {"do": "comment", "text": "See", "files": large})
    assert response.status_code == 413
    assert "large.jpg" in text_of(response)
    assert "See</textarea>" in text_of(response)
    many = [SimpleUploadedFile(f"{number}.png", png()) for number in range(6)]
    assert client.post(page(), {"do": "attach", "files": many}).status_code == 413
    assert not Attachment.objects.exists()
    with pytest.raises(TooLargeError):
        attach(cast.viewer("manager"), name="large.jpg", content=jpeg() + bytes(1 << 20))


def test_a_company_s_room_is_limited(cast: Cast, settings: Any) -> None:
    viewer = cast.viewer("manager")
    attach(viewer)
    settings.GUANTONG_COMPANY_FILE_GIGABYTES = 0
    attach(viewer, name="again.pdf")  # equal content takes no more room
    with pytest.raises(FullError):
        attach(viewer, name="other.pdf", content=pdf(b"other\n"))


def test_a_refused_file_leaves_nothing(cast: Cast, store: Path) -> None:
    with pytest.raises(RefusedFileError):
        attach(cast.viewer("manager"), content=b"MZ" + bytes(300))
    assert not store.exists()


def test_a_lost_file_is_a_page_that_is_not_there(cast: Cast) -> None:
    row = attach(cast.viewer("manager"))
    gateways.place_of(cast.company.pk, row.digest).unlink()
    assert client_of(cast, "manager").get(f"/c/ACME/files/{row.code}/").status_code == 404
    assert list(gateways.list_lost(cast.company.pk, list_digests(cast.company.pk))) == [row.digest]


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "a/b.pdf", "..\\x.pdf"])
def test_a_path_in_a_name_leads_nowhere(cast: Cast, store: Path, name: str) -> None:
    client = client_of(cast, "manager")
    client.post(page(), {"do": "attach", "files": SimpleUploadedFile(name, pdf())})
    for row in Attachment.objects.all():
        assert "/" not in row.name
        assert "\\" not in row.name
    found = [path for path in store.parent.rglob("*") if path.is_file()]
    assert all(path.parent == store / str(cast.company.pk) for path in found)
