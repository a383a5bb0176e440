"""Files that browsers send straight to the bucket: what may be sent there, and what the site then takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.deliverables import services
from bookings.models import Booking, Deliverable
from bookings.states import Side
from core import bucket as buckets
from core import direct_uploads, virus_scanner
from core.early_uploads import FOLDER
from core.errors import Refusal, Refused
from tests.files import received
from tests.pictures import PLACE, picture

pytestmark = [pytest.mark.xdist_group("s3"), pytest.mark.usefixtures("bucket")]
Browser = Callable[[User | None], Client]
PDF = b"%PDF-1.7\n" + bytes(2_000_000)


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


def arrivals() -> list[str]:
    return [entry.name for entry in buckets.stored_objects(FOLDER)]


def begun(browser: Client, name: str, size: int) -> Any:
    return browser.post(reverse("core:uploads"), {"name": name, "size": size})


def sent(answer: Any, content: bytes, **changes: str) -> int:
    """Sends a file as a browser does, and returns what the bucket answers."""
    form = answer.json()
    fields = form["fields"] | changes
    return requests.post(form["address"], data=fields, files={"file": ("any", content)}, timeout=30).status_code


def token_of(browser: Client, content: bytes, name: str = "plan.pdf") -> str:
    answer = begun(browser, name, len(content))
    assert sent(answer, content) == 204
    return str(answer.json()["token"])


def test_a_file_arrives_is_checked_and_is_stored_inside_the_bucket(
    done: Booking, browser_of: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    adas = browser_of(done.builder)
    token = token_of(adas, PDF)
    assert len(arrivals()) == 1
    page = adas.get(url("deliverables", done)).content.decode()
    assert f'data-uploads="{reverse("core:uploads")}"' in page

    with django_capture_on_commit_callbacks(execute=True):
        answer = adas.post(url("deliverables", done), {"arrived:file": token, "title": ""})

    assert answer.status_code == 302
    deliverable = Deliverable.objects.get()
    assert (deliverable.name, deliverable.size, deliverable.title) == ("plan.pdf", len(PDF), "plan.pdf")
    assert received(adas.get(url("file", done, deliverable.pk))) == PDF
    assert arrivals() == []
    again = adas.post(url("deliverables", done), {"arrived:file": token})
    assert (again.status_code, Deliverable.objects.count()) == (422, 1)


def test_only_one_file_of_that_size_may_be_sent(cleos: Client) -> None:
    answer = begun(cleos, "plan.pdf", len(PDF))

    assert sent(answer, PDF + b"more") == 403
    assert sent(answer, b"less") == 403
    assert sent(answer, PDF, key=answer.json()["fields"]["key"].replace(FOLDER, "private")) == 403
    assert sent(answer, PDF, **{"Content-Type": "text/html"}) == 403
    assert sent(answer, PDF, policy="bm90aGluZw==") == 403
    assert arrivals() == []


@pytest.mark.parametrize(
    ("name", "size"),
    [("run.exe", 5), ("big.zip", 200_000_000), ("empty.pdf", 0), ("a.pdf", -1), ("a.pdf", "9" * 400), ("a.pdf", "٣"), ("", 5)],
)  # fmt: skip
def test_what_would_not_be_accepted_is_not_begun(cleos: Client, name: str, size: Any) -> None:
    answer = begun(cleos, name, size)

    assert answer.status_code == 422
    assert answer.json()["error"]


def test_nothing_is_begun_without_an_account_or_a_bucket(client: Client, cleo: User, settings: Any) -> None:
    assert begun(client, "plan.pdf", 5).status_code == 302
    client.force_login(cleo)
    settings.MEDIA_DIRECT_UPLOADS = False
    assert begun(client, "plan.pdf", 5).status_code == 404
    settings.MEDIA_DIRECT_UPLOADS, settings.MEDIA_BUCKET = True, ""
    assert begun(client, "plan.pdf", 5).status_code == 404


def test_the_token_of_somebody_else_and_a_made_up_one_are_refused(
    done: Booking, browser_of: Browser, cleo: User
) -> None:
    adas = browser_of(done.builder)
    others = token_of(browser_of(cleo), PDF)

    for token in (others, "made-up", "a:b:c", "", others[:-2] + "xx"):
        answer = adas.post(url("deliverables", done), {"arrived:file": token})
        assert (answer.status_code, Deliverable.objects.exists()) == (422, False)
        assert "did not arrive" in answer.content.decode()
    many = adas.post(url("deliverables", done), {"arrived:file": ["x"] * 50})
    assert many.status_code == 422


@pytest.mark.parametrize("name", ["plan.pdf", "film.mp4", "picture.png"])
def test_what_is_not_what_its_name_says_does_not_count(done: Booking, browser_of: Browser, name: str) -> None:
    adas = browser_of(done.builder)
    token = token_of(adas, b"MZ" + bytes(100), name)

    answer = adas.post(url("deliverables", done), {"arrived:file": token})

    assert answer.status_code == 422
    assert f"This is not a {name[name.index('.') :]} file" in answer.content.decode()
    assert not Deliverable.objects.exists()
    assert [entry.name for entry in buckets.stored_objects("private")] == []


def test_a_virus_is_found_in_what_has_arrived(
    done: Booking, browser_of: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CLAMD_ADDRESS = "unix:///run/scanner"
    monkeypatch.setattr(virus_scanner, "_ask", lambda file: "stream: Eicar FOUND" if file.read() == PDF else "OK")
    adas = browser_of(done.builder)

    answer = adas.post(url("deliverables", done), {"arrived:file": token_of(adas, PDF)})

    assert answer.status_code == 422
    assert "virus scanner" in answer.content.decode()


def test_a_picture_that_has_arrived_loses_its_place(done: Booking, browser_of: Browser) -> None:
    adas = browser_of(done.builder)
    content = picture("JPEG")
    assert PLACE in content

    adas.post(url("deliverables", done), {"arrived:file": token_of(adas, content, "a.jpg")})

    stored = received(adas.get(url("file", done, Deliverable.objects.get().pk)))
    assert PLACE not in stored
    assert stored.startswith(b"\xff\xd8")


def test_a_file_that_is_exchanged_after_its_check_is_not_stored(
    done: Booking, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    adas = browser_of(done.builder)
    answer = begun(adas, "plan.pdf", len(PDF))
    assert sent(answer, PDF) == 204

    def exchange(file: Any) -> bool:
        assert sent(answer, b"MZ" + PDF[2:]) == 204
        return False

    monkeypatch.setattr(virus_scanner, "finds_something", exchange)
    page = adas.post(url("deliverables", done), {"arrived:file": answer.json()["token"]}, follow=True)

    assert "Nothing is lost" in page.content.decode()
    assert not Deliverable.objects.exists()


def test_the_picture_of_a_person_may_arrive_that_way_too(cleos: Client, cleo: User) -> None:
    token = token_of(cleos, picture("PNG"), "me.png")

    cleos.post(reverse("accounts:picture"), {"arrived:picture": token})

    cleo.refresh_from_db()
    assert default_storage.exists(str(cleo.avatar))


def test_a_large_file_of_a_form_is_in_the_bucket_before_a_row_is_locked(
    done: Booking, browser_of: Browser, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    adas, before = browser_of(done.builder), list[str]()
    add = services.add

    def add_noted(**values: Any) -> Any:
        before.extend(arrivals())
        return add(**values)

    monkeypatch.setattr(services, "add", add_noted)

    with django_capture_on_commit_callbacks(execute=True):
        adas.post(url("deliverables", done), {"file": SimpleUploadedFile("a.pdf", PDF)})

    deliverable = Deliverable.objects.get()
    assert (len(before), arrivals(), deliverable.size) == (1, [], len(PDF))
    assert received(adas.get(url("file", done, deliverable.pk))) == PDF


def test_two_forms_with_one_file_store_it_once(done: Booking, browser_of: Browser) -> None:
    token = token_of(browser_of(done.builder), PDF)
    first, second = (direct_uploads.arrived(token, done.builder) for _ in range(2))
    by = Actor(Side.BUILDER, done.builder)
    services.add(booking=done, by=by, title="", file=first)
    buckets.delete_object(first.key)  # which is done when the transaction is over

    with pytest.raises(Refused) as refused:
        services.add(booking=done, by=by, title="", file=second)

    assert refused.value.refusal == Refusal.INVALID
    assert Deliverable.objects.count() == 1


def test_a_small_file_still_comes_with_its_form(done: Booking, browser_of: Browser) -> None:
    adas = browser_of(done.builder)

    adas.post(url("deliverables", done), {"file": SimpleUploadedFile("a.pdf", PDF[:500])})

    assert received(adas.get(url("file", done, Deliverable.objects.get().pk))) == PDF[:500]


def test_a_bucket_that_is_away_refuses_a_token_with_a_sentence(
    done: Booking, browser_of: Browser, settings: Any
) -> None:
    adas = browser_of(done.builder)
    token = token_of(adas, PDF)
    settings.MEDIA_ENDPOINT = "http://127.0.0.1:9"

    answer = adas.post(url("deliverables", done), {"arrived:file": token})

    assert answer.status_code == 503
    assert "Nothing is lost" in answer.content.decode()
    assert not Deliverable.objects.exists()
