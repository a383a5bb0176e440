"""What comes after a session: what was made, who did not come, disputes, projects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings import deliverables, disputes, no_shows, projects, services
from bookings.models import Booking, Deliverable, Project, Statement
from bookings.queries import deliverables_of
from bookings.states import Side, State
from bookings.steps import Actor
from coaching.models import SessionType
from core.errors import Refusal
from core.uploads import clean_name
from tests.bookings.cast import builder_of, client_of, confirmed, finished, state_of
from tests.bookings.test_wizard import words
from tests.bookings.wire import Caller
from tests.cast import make_person
from tests.scheduling.cast import refused, soon

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 and so on"


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


# What was made --------------------------------------------------------------------------------------------


UPLOADS = [
    ("plan.pdf", PDF, None),
    ("plan.PDF", PDF, None),
    ("notes.txt", b"words", None),
    ("empty.txt", b"", "empty"),
    ("plan.pdf", b"MZ\x90\x00", "no .pdf"),
    ("picture.png", b"<script>alert(1)</script>", "no .png"),
    ("run.exe", b"MZ", "do not take"),
    ("page.html", b"<h1>", "do not take"),
    ("drawing.svg", b"<svg>", "do not take"),
    ("plan.pdf.exe", b"MZ", "do not take"),
    ("script.txt", b"#!/bin/sh", "no .txt"),
    ("none", b"x", "do not take"),
]


@pytest.mark.parametrize(("name", "content", "problem"), UPLOADS, ids=[f"{n}-{p}" for n, _, p in UPLOADS])
def test_files_that_come_in(
    done: Booking, media_folder: Path, browser_of: Callable[[User | None], Client], name: str, content: bytes, problem: str | None
) -> None:  # fmt: skip
    adas = browser_of(done.builder)

    answer = adas.post(url("deliverables", done), {"file": SimpleUploadedFile(name, content)})

    if problem is None:
        made = Deliverable.objects.get()
        assert (made.name, made.size) == (name, len(content))
        sent: Any = adas.get(url("file", done, made.pk))
        assert b"".join(sent.streaming_content) == content
        assert sent["Content-Disposition"].startswith("attachment")
        assert "sandbox" in sent["Content-Security-Policy"]
    else:
        assert answer.status_code == 422
        assert problem in words(answer)
        assert not Deliverable.objects.exists()


def test_a_file_that_is_too_large(done: Booking, settings: Any, browser_of: Callable[[User | None], Client]) -> None:
    settings.UPLOAD_MOST_MEGABYTES = 1
    file = SimpleUploadedFile("big.pdf", PDF + b"x" * 1024 * 1024)

    answer = browser_of(done.builder).post(url("deliverables", done), {"file": file})

    assert "larger than 1 MB" in words(answer)


@pytest.mark.parametrize(
    ("told", "name"),
    [("../../etc/passwd", "passwd"), ("a\\b\\c.pdf", "c.pdf"), ('x"\r\ny.pdf', "xy.pdf"), ("\u202efdp.exe", "fdp.exe"), ("", "file")],
)  # fmt: skip
def test_names_of_files_are_made_safe(told: str, name: str) -> None:
    assert clean_name(told) == name


def test_a_long_name_keeps_its_kind() -> None:
    assert len(clean_name("x" * 400 + ".pdf")) == 100
    assert clean_name("x" * 400 + ".pdf").endswith(".pdf")


def test_who_may_add_and_who_may_fetch(
    done: Booking, media_folder: Path, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    file = ContentFile(PDF, "plan.pdf")
    made = deliverables.add(booking=done, by=builder_of(done), title="The plan", file=file)
    cleos, sams = browser_of(cleo), browser_of(make_person("Sam Lee"))

    assert cleos.post(url("deliverables", done), {"url": "https://example.com"}).status_code == 403
    assert cleos.get(url("file", done, made.pk)).status_code == 200
    assert sams.get(url("file", done, made.pk)).status_code == 404
    assert "The plan" in words(cleos.get(done.get_absolute_url()))
    assert Notification.objects.filter(person=cleo, title__contains="The plan").exists()


def test_a_new_version_takes_the_place_of_the_old_one(done: Booking) -> None:
    by = builder_of(done)
    first = deliverables.add(booking=done, by=by, title="Mix", url="https://example.com/1")
    second = deliverables.add(booking=done, by=by, title="Mix", url="https://example.com/2", replaces=first.pk)

    (shown,) = deliverables_of(done)
    assert (shown.newest, shown.older, second.version) == (second, [first], 2)
    again = lambda: deliverables.add(booking=done, by=by, title="Mix", url="https://example.com/3", replaces=first.pk)  # noqa: E731
    assert refused(again).refusal == Refusal.STALE


def test_what_is_removed_is_gone_with_its_file(
    done: Booking, media_folder: Path, browser_of: Callable[[User | None], Client],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    made = deliverables.add(booking=done, by=builder_of(done), title="", file=ContentFile(PDF, "plan.pdf"))
    adas = browser_of(done.builder)
    assert "cannot be brought back" in words(adas.get(url("remove", done, made.pk)))

    with django_capture_on_commit_callbacks(execute=True):
        adas.post(url("remove", done, made.pk))

    assert deliverables_of(done) == []
    assert not made.file.storage.exists(str(made.file.name))
    assert adas.get(url("file", done, made.pk)).status_code == 404


def test_nothing_is_delivered_before_it_begins(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    error = refused(lambda: deliverables.add(booking=booking, by=builder_of(booking), title="", url="https://e.com"))

    assert error.refusal == Refusal.NOT_DELIVERABLE


# Who did not come, and disputes ----------------------------------------------------------------------------


def test_somebody_stayed_away_says_otherwise_and_is_cleared(done: Booking, suri: User) -> None:
    said = no_shows.say(booking=done, by=builder_of(done))
    assert (said.no_show_by, said.state) == ("client", State.COMPLETED)
    assert refused(lambda: no_shows.say(booking=done, by=client_of(done))).refusal == Refusal.INVALID_TRANSITION
    no_shows.contest(booking=done, by=client_of(done), reason="I waited in the call.")
    assert Notification.objects.filter(person=suri, title__contains=done.reference).exists()

    cleared = no_shows.excuse(booking=done, by=Actor(Side.SUPPORT, suri))

    assert (cleared.no_show_by, cleared.contested_at) == ("", None)
    assert [event.verb for event in done.events.all()][-3:] == ["no_show", "contest", "excuse"]


def test_the_page_that_says_who_did_not_come(done: Booking, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    adas, cleos = browser_of(done.builder), browser_of(cleo)
    adas.post(url("no_show", done), {"reason": ""})
    assert "says that you did not come" in words(cleos.get(done.get_absolute_url()))
    assert cleos.post(url("no_show", done), {"reason": ""}).status_code == 422
    cleos.post(url("no_show", done), {"reason": "I was there."})
    assert "That is contested" in words(adas.get(done.get_absolute_url()))
    adas.post(url("no_show", done), {})
    assert Booking.objects.get().no_show_by == ""


def test_a_dispute_from_its_first_word_to_its_end(
    done: Booking, cleo: User, suri: User, media_folder: Path, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, adas, suris = browser_of(cleo), browser_of(done.builder), browser_of(suri)
    page = url("dispute", done)

    assert cleos.post(page, {"text": ""}).status_code == 422
    cleos.post(page, {"text": "It was cut short.", "file": SimpleUploadedFile("proof.pdf", PDF)})
    adas.post(page, {"text": "The line broke."})

    assert state_of(done) == State.DISPUTED
    shown = words(suris.get(page))
    assert "It was cut short." in shown
    assert "The line broke." in shown
    proof = Statement.objects.exclude(file="").get()
    assert suris.get(url("evidence", done, proof.pk)).status_code == 200
    assert browser_of(make_person("Sam Lee")).get(url("evidence", done, proof.pk)).status_code == 404
    assert adas.post(page, {"act": "resolve", "outcome": "COMPLETED", "reason": "I say so."}).status_code == 403
    assert suris.post(page, {"act": "resolve", "outcome": "CANCELLED", "reason": ""}).status_code == 422
    suris.post(page, {"act": "resolve", "outcome": "CANCELLED", "reason": "Half of it did not take place."})

    assert state_of(done) == State.CANCELLED
    assert "Half of it did not take place." in words(cleos.get(page))
    assert refused(lambda: disputes.add(booking=done, by=client_of(done), text="But")).refusal == Refusal.INVALID_TRANSITION  # fmt: skip


def test_no_dispute_no_page(hour: SessionType, cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    assert browser_of(cleo).get(url("dispute", confirmed(hour, cleo))).status_code == 404


# Projects --------------------------------------------------------------------------------------------------


def test_a_project_shows_its_sessions_and_what_came_out_of_them(
    hour: SessionType, done: Booking, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, adas = browser_of(cleo), browser_of(hour.builder)
    cleos.post(reverse("bookings:new_project"), {"title": "The launch", "about": "A small shop."})
    project = Project.objects.get()
    cleos.post(url("put", done), {"project": project.pk})
    deliverables.add(booking=done, by=builder_of(done), title="The plan", url="https://example.com/plan")

    for browser in (cleos, adas):
        shown = words(browser.get(project.get_absolute_url()))
        assert "The launch" in shown
        assert "The plan" in shown
    assert browser_of(make_person("Sam Lee")).get(project.get_absolute_url()).status_code == 404
    assert adas.get(reverse("bookings:edit_project", args=[project.pk])).status_code == 404


def test_a_builder_sees_only_their_part_of_a_project(hour: SessionType, done: Booking, cleo: User) -> None:
    from bookings.queries import project_for
    from tests.bookings.cast import shop
    from tests.cast import make_builder_person

    other = finished(shop(make_builder_person("Bram Dubois")), cleo, soon(14))
    project = projects.save(project=Project(client=cleo), title="The launch", about="")
    for booking in (done, other):
        projects.put(booking=booking, project=project, by=cleo)

    assert len(project_for(cleo, project.pk).bookings) == 2
    assert project_for(hour.builder, project.pk).bookings == [done]


def test_nobody_puts_a_booking_into_anothers_project(done: Booking, cleo: User, browser_of: Callable[[User | None], Client]) -> None:  # fmt: skip
    sam = make_person("Sam Lee")
    project = projects.save(project=Project(client=sam), title="Sam's", about="")

    assert browser_of(cleo).post(url("put", done), {"project": project.pk}).status_code == 404
    assert refused(lambda: projects.put(booking=done, project=project, by=cleo)).refusal == Refusal.FORBIDDEN


# By the API ------------------------------------------------------------------------------------------------


def test_reviews_and_deliverables_by_the_api(done: Booking, cleo: User, suri: User) -> None:
    cleos, adas = Caller(cleo), Caller(done.builder)
    address = f"/api/bookings/{done.pk}"

    assert cleos.post(f"{address}/reviews", {"rating": 6, "text": ""}).status_code == 422
    assert Caller(suri).post(f"{address}/reviews", {"rating": 5}).status_code == 403
    assert Caller(make_person("Sam Lee")).post(f"{address}/reviews", {"rating": 5}).status_code == 404
    told = cleos.post(f"{address}/reviews", {"rating": 5, "text": "Good."}).json()["review"]
    assert (told["side"], told["rating"], told["publishedAt"]) == ("client", 5, None)
    assert adas.send("GET", address).json()["booking"]["reviews"] == []
    adas.post(f"{address}/reviews", {"rating": 4})
    assert len(cleos.send("GET", address).json()["booking"]["reviews"]) == 2

    assert cleos.post(f"{address}/deliverables", {"url": "https://example.com"}).status_code == 403
    assert adas.post(f"{address}/deliverables", {"url": "javascript:alert(1)"}).status_code == 422
    assert adas.post(f"{address}/deliverables", {"url": "https://e.com", "price": 1}).status_code == 422
    made = adas.post(f"{address}/deliverables", {"title": "Plan", "url": "https://example.com"}).json()["deliverable"]
    assert (made["title"], made["kind"]) == ("Plan", "link")
    assert cleos.send("GET", address).json()["booking"]["deliverables"] == [made]


def test_a_file_by_the_api(done: Booking, media_folder: Path) -> None:
    adas = Caller(done.builder)
    address = f"/api/bookings/{done.pk}/deliverables"

    sent = adas.client.post(address, {"file": SimpleUploadedFile("plan.pdf", PDF)}, headers=adas.headers)
    bad = adas.client.post(address, {"file": SimpleUploadedFile("run.exe", b"MZ")}, headers=adas.headers)

    assert (sent.status_code, sent.json()["deliverable"]["kind"]) == (201, "file")
    assert bad.status_code == 422
    assert bad.json()["error"]["fields"]["file"]


def test_deliverables_come_with_completed(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    services.start(booking=booking, by=builder_of(booking))
    adas = Caller(hour.builder)
    address = f"/api/bookings/{booking.pk}"

    bad = adas.send("PATCH", address, {"status": "COMPLETED", "deliverables": ["nothing"]})
    assert (bad.status_code, state_of(booking)) == (422, State.IN_PROGRESS)
    told = adas.send("PATCH", address, {"status": "COMPLETED", "deliverables": ["https://example.com/a"]})

    assert told.json()["booking"]["status"] == "COMPLETED"
    assert [each["url"] for each in told.json()["booking"]["deliverables"]] == ["https://example.com/a"]


def test_a_booking_for_a_project_by_the_api(hour: SessionType, cleo: User) -> None:
    project = projects.save(project=Project(client=cleo), title="The launch", about="")
    foreign = projects.save(project=Project(client=make_person("Sam Lee")), title="Sam's", about="")
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": soon().isoformat()}

    bad = Caller(cleo).post("/api/bookings/create", {**body, "projectId": str(foreign.pk)})
    made = Caller(cleo).post("/api/bookings/create", {**body, "projectId": str(project.pk)})

    assert bad.status_code == 422
    assert made.json()["booking"]["project"] == {"id": str(project.pk), "title": "The launch"}
