"""Attached files are taken where content and name agree; disguises are refused, each for its own reason."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.formats.attached import KINDS, RefusedFileError, check_file, check_name
from tests.make.attached import GOOD, archive, gif, jpeg, office, pdf, png, webp

PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def fault(name: str, content: bytes) -> str:
    """Return why a file is refused, "" where it is taken."""
    try:
        check_file(name, io.BytesIO(content))
    except RefusedFileError as refusal:
        return refusal.fault
    return ""


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_each_kind_is_taken_as_what_it_is(name: str) -> None:
    file = io.BytesIO(GOOD[name])
    assert check_file(name, file) == KINDS[name.rpartition(".")[2].lower()].media_type
    assert file.tell() == 0


def test_every_kind_has_a_file_here() -> None:
    assert {name.rpartition(".")[2].lower() for name in GOOD} == KINDS.keys()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("plan.pdf", PROGRAM, "content"),
        ("dot.png", HTML, "content"),
        ("dot.png", SVG, "content"),
        ("dot.png", jpeg(), "content"),
        ("dot.jpg", b"\xff\xd8\xff" + HTML, "content"),
        ("dot.gif", b"GIF89a" + HTML, "content"),
        ("dot.webp", b"RIFF\x10\0\0\0WEBPVP8 " + HTML, "content"),
        ("dot.svg", SVG, "kind"),
        ("page.html", HTML, "kind"),
        ("run.exe", PROGRAM, "kind"),
        ("run.pdf.exe", pdf(), "kind"),
        ("old.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "kind"),
        ("macro.docm", office("docx"), "kind"),
        ("notes.txt", PROGRAM, "content"),
        ("notes.csv", b"a,b\x00\n", "content"),
        ("notes.txt", b"\x81\x20\xff\xfe bad", "content"),
        ("wide.txt", b"\xff\xfea\x00\x00\x00", "content"),
        ("plan.docx", archive(anything=b"x"), "content"),
        ("plan.docx", office("xlsx"), "content"),
        ("plan.docx", b"PK\x03\x04" + bytes(100), "content"),
        ("plan.docx", PROGRAM + office("docx"), "content"),
        ("plan.docx", office("docx", {"word/vbaProject.bin": b"x"}), "macros"),
        ("plan.docx", office("docx", {"word/embeddings/oleObject1.bin": b"x"}), "macros"),
        ("plan.docx", office("docx", {"word/activeX/activeX1.xml": b"x"}), "macros"),
        ("goals.xlsx", office("xlsx", types=b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
        ("plan.docx", office("docx", {"../../evil.txt": b"x"}), "damaged"),
        ("plan.docx", office("docx", {"zeros": bytes(40 << 20)}), "swelling"),
        ("plan.pdf", pdf() + archive(jar=b"x"), "two_kinds"),
        ("dot.jpg", jpeg()[:-2] + archive(jar=b"x") + b"\xff\xd9", "two_kinds"),
        ("dot.png", png() + archive(jar=b"x"), "content"),
        ("dot.gif", gif() + b"<script>", "content"),
        ("dot.webp", webp() + b"%PDF-1.4 and much more", "content"),
        ("dot.jpg", b"\xff\xd8\xff\xfe\x00\x0b%PDF-1.4\n" + jpeg()[2:], "two_kinds"),
        ("plan.pdf", pdf(b"<script>alert(1)</script>"), "two_kinds"),
        ("plan.pdf", b"\n" + pdf(), "content"),
        ("plan.pdf", b"%PDF-1.7 cut off", "content"),
        ("notes.txt", b"", "empty"),
    ],
)  # fmt: skip
def test_a_disguised_file_is_refused_for_what_is_wrong(name: str, content: bytes, why: str) -> None:
    assert fault(name, content) == why


def test_a_document_with_a_password_is_refused() -> None:
    content = bytearray(office("docx"))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign) + place
        content[at : at + 2] = struct.pack("<H", 1)
    assert fault("plan.docx", bytes(content)) == "encrypted"


def test_an_archive_whose_parts_overlap_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        written.writestr("[Content_Types].xml", b"<Types/>")
        written.writestr("word/document.xml", bytes(range(256)) * 400)
        first = written.infolist()[1]
        for number in range(50):
            twin = zipfile.ZipInfo(f"part{number}")
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.file_size, twin.compress_size = first.file_size, first.compress_size
            written.filelist.append(twin)
    assert fault("plan.docx", file.getvalue()) == "swelling"


@pytest.mark.parametrize(
    "name",
    [
        "", ".pdf", "plan", "a/b.pdf", "..\\b.pdf", "a\x00.pdf", "a\nb.pdf", "invoice\u202efdp.exe.pdf", "a\u200b.pdf",
        "con.pdf", "NUL.txt", "a:b.pdf", "a.pdf.", " a.pdf", "a.pdf ", "长" * 84 + ".pdf", "a\u2028.pdf", "\ud800.pdf",
    ],
)  # fmt: skip
def test_a_name_that_some_system_takes_for_something_else_is_refused(name: str) -> None:
    with pytest.raises(RefusedFileError) as refusal:
        check_file(name, io.BytesIO(pdf()))
    assert refusal.value.fault == "name"
    assert str(refusal.value.details["name"]).isprintable()


@given(st.text(min_size=1, max_size=40))
def test_a_name_that_is_taken_is_safe_everywhere(stem: str) -> None:
    name = f"{stem}.pdf"
    try:
        check_name(name)
    except RefusedFileError:
        return
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|\r\n')


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_file_cut_short_is_never_an_error(name: str, data: st.DataObject) -> None:
    content = GOOD[name]
    fault(name, content[: data.draw(st.integers(0, len(content)))])


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=200))
def test_other_bytes_are_never_an_error(name: str, content: bytes) -> None:
    fault(name, content)
    fault(name, GOOD[name][:8] + content)
