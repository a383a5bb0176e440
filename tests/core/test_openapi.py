"""The API answers as its description says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.models import Booking
from core.errors import registered_refusals
from core.openapi import ERRORS, ERRORS_OF_CHANGES
from tests.api import OPERATIONS, SCHEMA, described, filled, misfits
from tests.bookings.cast import book, finished, shop
from tests.cast import with_all_roles
from tests.scheduling.cast import soon

CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def test_every_operation_describes_its_errors_and_how_to_sign_in() -> None:
    for method, address in OPERATIONS:
        operation = SCHEMA["paths"][address][method.lower()]
        statuses = {str(status) for status in (*ERRORS, *(ERRORS_OF_CHANGES if method in CHANGES else ()))}

        assert statuses <= {str(status) for status in operation["responses"]}, (method, address)
        assert {"token": []} in operation["security"], (method, address)


def test_each_code_of_a_refusal_is_described() -> None:
    described_codes = {
        code
        for status in (*ERRORS, *ERRORS_OF_CHANGES)
        for code in SCHEMA["components"]["responses"][f"Error{status}"]["content"]["application/json"]["schema"][
            "properties"
        ]["error"]["properties"]["code"]["enum"]
    }

    assert {refusal.code for refusal in registered_refusals()} - described_codes == set()


def test_operations_that_take_an_end_take_a_start() -> None:
    for method, address in OPERATIONS:
        names = [entry["name"] for entry in SCHEMA["paths"][address][method.lower()]["parameters"]]
        assert ("to" in names) == ("from" in names), address


@pytest.mark.django_db
def test_errors_are_answered_as_described(client: Client, ada: User) -> None:
    token = tokens.issue(user=with_all_roles(ada), name="t")
    signed_in = Client(headers={"Authorization": f"Bearer {token}"})
    for method, address in OPERATIONS:
        for caller in (client, signed_in):
            answer = caller.generic(method, filled(address), b"[", content_type="application/json")

            if answer.status_code >= 400:
                assert misfits(described(method, address, answer.status_code), answer.json()) == [], (method, address)


@pytest.fixture
def bookings(ada: User, cleo: User) -> list[Booking]:
    hour = shop(ada)
    return [finished(hour, cleo, soon(9)), book(hour, cleo, soon(11))]


@pytest.mark.django_db
def test_answers_fit_the_description(bookings: list[Booking], cleo: User) -> None:
    caller = Client(headers={"Authorization": f"Bearer {tokens.issue(user=cleo, name='t')}"})
    builder = bookings[0].builder_id
    addresses: list[tuple[str, str, dict[str, Any]]] = [
        ("/api/bookings/my-bookings", "", {}),
        ("/api/bookings/{id}", str(bookings[0].pk), {}),
        ("/api/bookings/{id}", str(bookings[1].pk), {}),
        ("/api/coaching/sessions/available", "", {"coachId": str(builder)}),
        ("/api/marketplace/builders", "", {}),
        ("/api/scheduling/sessions/available", "", {"builderId": str(builder)}),
        ("/api/pathways", "", {}),
        ("/api/me", "", {}),
    ]
    for address, identity, query in addresses:
        answer = caller.get(filled(address, identity), query)

        assert answer.status_code == 200, address
        assert misfits(described("GET", address, 200), answer.json()) == [], address
