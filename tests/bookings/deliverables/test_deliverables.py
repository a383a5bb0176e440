"""Deliverables: which files are accepted, who adds and downloads them, their versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.deliverables import services as deliverables
from bookings.deliverables.queries import deliverables_of
from bookings.models import Booking, Deliverable
from bookings.refusals import BookingRefusal
from coaching.models import SessionType
from core.errors import Refusal
from core.uploads import clean_name
from tests.bookings.cast import builder_of, confirmed
from tests.cast import make_person
from tests.files import headers, received
from tests.pictures import PLACE, picture
from tests.reading import visible_text
from tests.scheduling.cast import refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 and so on"


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


UPLOADS = [
    ("plan.pdf", PDF, None),
    ("plan.PDF", PDF, None),
    ("notes.txt", b"words", None),
    ("empty.txt", b"", "empty"),
    ("plan.pdf", b"MZ\x90\x00", "not a .pdf file"),
    ("picture.png", b"<script>alert(1)</script>", "not a .png file"),
    ("run.exe", b"MZ", "do not accept"),
    ("page.html", b"<h1>", "do not accept"),
    ("drawing.svg", b"<svg>", "do not accept"),
    ("plan.pdf.exe", b"MZ", "do not accept"),
    ("script.txt", b"#!/bin/sh", "not a .txt file"),
    ("none", b"x", "do not accept"),
]


@pytest.mark.parametrize(("name", "content", "problem"), UPLOADS, ids=[f"{n}-{p}" for n, _, p in UPLOADS])
def test_files_are_accepted_by_their_kind_and_content(
    done: Booking, media_folder: Path, browser_of: Callable[[User | None], Client], name: str, content: bytes, problem: str | None
) -> None:  # fmt: skip
    adas = browser_of(done.builder)

    answer = adas.post(url("deliverables", done), {"file": SimpleUploadedFile(name, content)})

    if problem is None:
        deliverable = Deliverable.objects.get()
        assert (deliverable.name, deliverable.size) == (name, len(content))
        sent: Any = adas.get(url("file", done, deliverable.pk))
        assert received(sent) == content
        assert headers(sent)["Content-Disposition"].startswith("attachment")
        assert sent.status_code == 302 or "sandbox" in sent["Content-Security-Policy"]
    else:
        assert answer.status_code == 422
        assert problem in visible_text(answer)
        assert not Deliverable.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    done: Booking, settings: Any, browser_of: Callable[[User | None], Client]
) -> None:
    settings.UPLOAD_MOST_MEGABYTES = 1
    file = SimpleUploadedFile("big.pdf", PDF + b"x" * 1024 * 1024)

    answer = browser_of(done.builder).post(url("deliverables", done), {"file": file})

    assert "larger than 1 MB" in visible_text(answer)


@pytest.mark.parametrize(
    ("sent", "name"),
    [("../../etc/passwd", "passwd"), ("a\\b\\c.pdf", "c.pdf"), ('x"\r\ny.pdf', "xy.pdf"), ("\u202efdp.exe", "fdp.exe"), ("", "file")],
)  # fmt: skip
def test_file_names_are_cleaned(sent: str, name: str) -> None:
    assert clean_name(sent) == name


def test_long_file_names_are_shortened_before_their_extension() -> None:
    assert len(clean_name("x" * 400 + ".pdf")) == 100
    assert clean_name("x" * 400 + ".pdf").endswith(".pdf")


def test_only_the_builder_adds_and_both_sides_download(
    done: Booking, media_folder: Path, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    file = ContentFile(PDF, "plan.pdf")
    deliverable = deliverables.add(booking=done, by=builder_of(done), title="The plan", file=file)
    cleos, sams = browser_of(cleo), browser_of(make_person("Sam Lee"))

    assert cleos.post(url("deliverables", done), {"url": "https://example.com"}).status_code == 403
    assert received(cleos.get(url("file", done, deliverable.pk))) == PDF
    assert sams.get(url("file", done, deliverable.pk)).status_code == 404
    assert "The plan" in visible_text(cleos.get(done.get_absolute_url()))
    assert Notification.objects.filter(person=cleo, title__contains="The plan").exists()


def test_a_new_version_replaces_the_old_one(done: Booking) -> None:
    by = builder_of(done)
    first = deliverables.add(booking=done, by=by, title="Mix", url="https://example.com/1")
    second = deliverables.add(booking=done, by=by, title="Mix", url="https://example.com/2", replaces=first.pk)

    (shown,) = deliverables_of(done)
    assert (shown.newest, shown.older, second.version) == (second, [first], 2)
    url = "https://example.com/3"
    error = refused(lambda: deliverables.add(booking=done, by=by, title="Mix", url=url, replaces=first.pk))
    assert error.refusal == Refusal.STALE


def test_removing_a_deliverable_deletes_its_file(
    done: Booking, media_folder: Path, browser_of: Callable[[User | None], Client],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    deliverable = deliverables.add(booking=done, by=builder_of(done), title="", file=ContentFile(PDF, "plan.pdf"))
    adas = browser_of(done.builder)
    assert "This cannot be undone" in visible_text(adas.get(url("remove", done, deliverable.pk)))

    with django_capture_on_commit_callbacks(execute=True):
        adas.post(url("remove", done, deliverable.pk))

    assert deliverables_of(done) == []
    assert not deliverable.file.storage.exists(str(deliverable.file.name))
    assert adas.get(url("file", done, deliverable.pk)).status_code == 404


def test_nothing_can_be_added_before_the_session_begins(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    error = refused(lambda: deliverables.add(booking=booking, by=builder_of(booking), title="", url="https://e.com"))

    assert error.refusal == BookingRefusal.NOT_DELIVERABLE


def test_a_picture_is_stored_under_a_random_name_without_the_place_where_it_was_taken(
    done: Booking, media_folder: Path, browser_of: Callable[[User | None], Client]
) -> None:
    content = picture("JPEG")
    assert PLACE in content

    browser_of(done.builder).post(url("deliverables", done), {"file": SimpleUploadedFile("Berlin.jpg", content)})

    deliverable = Deliverable.objects.get()
    assert deliverable.name == "Berlin.jpg"
    assert re.fullmatch(r"deliverables/[\w-]{22}\.jpg", str(deliverable.file.name))
    assert PLACE not in deliverable.file.read()


def test_the_files_of_a_person_take_limited_space(
    done: Booking, media_folder: Path, settings: Any, browser_of: Callable[[User | None], Client]
) -> None:
    settings.UPLOAD_QUOTA_MEGABYTES = 1
    adas = browser_of(done.builder)

    for name in ("one.pdf", "two.pdf"):
        content = PDF + bytes(600_000)
        page = adas.post(url("deliverables", done), {"file": SimpleUploadedFile(name, content)}, follow=True)

    assert "Your files can take up 1 MB in total" in visible_text(page)
    deliverable = Deliverable.objects.get()
    deliverables.remove(deliverable=deliverable, by=builder_of(done))
    adas.post(url("deliverables", done), {"file": SimpleUploadedFile("three.pdf", PDF + bytes(600_000))})
    assert Deliverable.objects.filter(name="three.pdf").exists(), "a removed file takes no space"
