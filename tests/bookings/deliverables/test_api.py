"""Reviews and deliverables in the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from bookings.agreement import services
from bookings.models import Booking, Deliverable
from bookings.states import State
from coaching.models import SessionType
from tests.bookings.cast import builder_of, confirmed, finished, state_of
from tests.bookings.wire import Caller, error
from tests.cast import make_person
from tests.factories.marketplace import PortfolioAssetFactory
from tests.scheduling.cast import soon

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


def test_files_of_the_builder_are_added_by_their_ids(
    done: Booking, hour: SessionType, cleo: User, media_folder: Path
) -> None:
    adas = Caller(done.builder)
    sent = adas.client.post(
        f"/api/bookings/{done.pk}/deliverables", {"file": SimpleUploadedFile("plan.pdf", PDF)}, headers=adas.headers
    )
    piece = PortfolioAssetFactory.create(builder=done.builder.builder_profile, title="The film")
    other = finished(hour, cleo, soon(14))
    address = f"/api/bookings/{other.pk}"

    answer = adas.send("PATCH", address, {"deliverables": [sent.json()["deliverable"]["id"], str(piece.pk)]})

    assert answer.status_code == 200, answer.content
    added = answer.json()["booking"]["deliverables"]
    assert [(row["title"], row["kind"]) for row in added] == [("plan.pdf", "file"), ("The film", "link")]
    first, second = Deliverable.objects.filter(kind="file")
    assert first.file.name != second.file.name, "removing one keeps the file of the other"
    assert second.file.read() == PDF


def test_files_of_other_builders_cannot_be_added(done: Booking, cleo: User) -> None:
    piece = PortfolioAssetFactory.create()
    address = f"/api/bookings/{done.pk}"

    answer = Caller(done.builder).send("PATCH", address, {"deliverables": [str(piece.pk)]})

    assert (answer.status_code, list(error(answer)["fields"])) == (422, ["deliverables"])
    assert Caller(cleo).send("PATCH", address, {"deliverables": [str(piece.pk)]}).status_code == 403
    assert not Deliverable.objects.exists()
