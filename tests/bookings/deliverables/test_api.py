"""Reviews and deliverables in the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from bookings.agreement import services
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from tests.bookings.cast import builder_of, confirmed, state_of
from tests.bookings.wire import Caller
from tests.cast import make_person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 and so on"


def test_reviews_and_links_are_added_with_the_api(done: Booking, cleo: User, suri: User) -> None:
    cleos, adas = Caller(cleo), Caller(done.builder)
    address = f"/api/bookings/{done.pk}"

    assert cleos.post(f"{address}/reviews", {"rating": 6, "text": ""}).status_code == 422
    assert Caller(suri).post(f"{address}/reviews", {"rating": 5}).status_code == 403
    assert Caller(make_person("Sam Lee")).post(f"{address}/reviews", {"rating": 5}).status_code == 404
    review = cleos.post(f"{address}/reviews", {"rating": 5, "text": "Good."}).json()["review"]
    assert (review["side"], review["rating"], review["publishedAt"]) == ("client", 5, None)
    assert adas.send("GET", address).json()["booking"]["reviews"] == []
    adas.post(f"{address}/reviews", {"rating": 4})
    assert len(cleos.send("GET", address).json()["booking"]["reviews"]) == 2

    assert cleos.post(f"{address}/deliverables", {"url": "https://example.com"}).status_code == 403
    assert adas.post(f"{address}/deliverables", {"url": "javascript:alert(1)"}).status_code == 422
    assert adas.post(f"{address}/deliverables", {"url": "https://e.com", "price": 1}).status_code == 422
    deliverable = adas.post(f"{address}/deliverables", {"title": "Plan", "url": "https://example.com"}).json()[
        "deliverable"
    ]
    assert (deliverable["title"], deliverable["kind"]) == ("Plan", "link")
    assert cleos.send("GET", address).json()["booking"]["deliverables"] == [deliverable]


def test_files_are_uploaded_with_the_api(done: Booking, media_folder: Path) -> None:
    adas = Caller(done.builder)
    address = f"/api/bookings/{done.pk}/deliverables"

    sent = adas.client.post(address, {"file": SimpleUploadedFile("plan.pdf", PDF)}, headers=adas.headers)
    bad = adas.client.post(address, {"file": SimpleUploadedFile("run.exe", b"MZ")}, headers=adas.headers)

    assert (sent.status_code, sent.json()["deliverable"]["kind"]) == (201, "file")
    assert bad.status_code == 422
    assert bad.json()["error"]["fields"]["file"]


def test_completing_a_booking_adds_its_deliverables(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    services.start(booking=booking, by=builder_of(booking))
    adas = Caller(hour.builder)
    address = f"/api/bookings/{booking.pk}"

    bad = adas.send("PATCH", address, {"status": "COMPLETED", "deliverables": ["nothing"]})
    assert (bad.status_code, state_of(booking)) == (422, State.IN_PROGRESS)
    answer = adas.send("PATCH", address, {"status": "COMPLETED", "deliverables": ["https://example.com/a"]})

    assert answer.json()["booking"]["status"] == "COMPLETED"
    assert [deliverable["url"] for deliverable in answer.json()["booking"]["deliverables"]] == ["https://example.com/a"]
