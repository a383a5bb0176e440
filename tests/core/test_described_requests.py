"""The API answers as described whatever its description allows to send, and refuses what it does not allow.

Requests name the bookings, conversations and so on that exist in half of all places where they name one: with invented
identities alone, nearly every answer is 404. A value of the right type that a rule refuses is a 422, which no
description can foresee, so that answers to valid requests are compared with the description and not required to succeed.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from accounts.tokens import services as tokens
from tests.api import OPERATIONS as DESCRIBED
from tests.api import SCHEMA
from tests.bookings.cast import book, finished, shop
from tests.cast import make_builder_person, with_all_roles
from tests.factories.pathways import EnrolmentFactory
from tests.factories.payments import PaymentFactory
from tests.messaging.cast import conversation_of
from tests.scheduling.cast import soon

HOST = "http://testserver"
CALLERS = ("nobody", "client", "builder", "admin")
DESCRIPTION = schemathesis.openapi.from_dict(SCHEMA)
OPERATIONS = [result.ok() for result in DESCRIPTION.get_all_operations() if isinstance(result, Ok)]
ASKS_PROVIDER = {"/api/billing/payment-methods"}  # at once, and here there is none to answer
TRIED = [operation for operation in OPERATIONS if operation.path not in ASKS_PROVIDER]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# The caller's own, in place of what the case invents; and what the test client sets by itself.
OF_THE_CALLER = {"Authorization", "Cookie", "Content-Length", "X-CSRFToken"}
Known = dict[str, list[str]]


@pytest.fixture
def people(ada: User, cleo: User) -> dict[str, User]:
    return {"client": cleo, "builder": ada, "admin": with_all_roles(make_builder_person("Alex"))}


@pytest.fixture
def known(ada: User, cleo: User) -> Known:
    """What exists, by the start of the address or by the name of the member that asks for it."""
    hour = shop(ada)
    bookings = [finished(hour, cleo, soon(9)), book(hour, cleo, soon(11))]
    payment = PaymentFactory.create(payer=cleo, payee=ada)
    enrolment = EnrolmentFactory.create(client=cleo, builder=ada)
    mine, _ = conversation_of(cleo, ada)
    return {
        "/api/bookings/": [str(booking.pk) for booking in bookings],
        "/api/payments/": [str(payment.pk)],
        "/api/conversations/": [str(mine.conversation_id)],
        "/api/pathways/enrolments/": [str(enrolment.pk)],
        "/api/marketplace/builders/": [str(ada.pk)],
        "builderId": [str(ada.pk)],
        "coachId": [str(ada.pk)],
        "clientId": [str(cleo.pk)],
        "userId": [str(cleo.pk)],
        "sessionTypeId": [str(hour.pk)],
        "pathwayId": [str(enrolment.pathway_id)],
        "startTime": [soon(14).isoformat(), soon(15).isoformat()],
    }


def caller_of(person: User | None) -> Client:
    if person is None:
        return Client(raise_request_exception=False)
    token = tokens.issue(user=person, name="test")
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def answered(client: Client, case: schemathesis.Case[Any]) -> Response:
    """Sends the request to the project in this process, as this caller, and undoes what it changed."""
    request = requests.Request(**case.as_transport_kwargs(base_url=HOST)).prepare()
    assert request.url is not None
    assert request.method is not None
    headers = {name: value for name, value in request.headers.items() if name not in OF_THE_CALLER}
    with transaction.atomic():
        answer = client.generic(
            request.method,
            request.url.removeprefix(HOST),
            request.body or b"",
            content_type=headers.pop("Content-Type", "application/octet-stream"),
            headers=headers,
        )
        transaction.set_rollback(True)
    cache.clear()
    return Response(
        status_code=answer.status_code,
        headers={name: [value] for name, value in answer.items()},
        content=answer.content,
        request=request,
        elapsed=0.0,
        verify=False,
    )


def with_known(case: schemathesis.Case[Any], known: Known, choose: st.DataObject) -> None:
    """Replaces half of the identities that the case invented by those of something that exists."""
    for start, identities in known.items():
        if case.operation.path.startswith(start) and "id" in case.path_parameters and choose.draw(st.booleans()):
            case.path_parameters["id"] = choose.draw(st.sampled_from(identities))
    for values in (case.query, case.body):
        if not isinstance(values, dict):
            continue
        for name in known.keys() & values.keys():
            if choose.draw(st.booleans()):
                values[name] = choose.draw(st.sampled_from(known[name]))


def check_requests(client: Client, known: Known, count: int) -> None:
    """Sends `count` requests that the description allows or forbids, spread over all operations."""

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(TRIED))
        mode = data.draw(st.sampled_from([POSITIVE, POSITIVE, NEGATIVE]))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if mode == POSITIVE:
            with_known(case, known, data)
        case.validate_response(answered(client, case), checks=CHECKS)

    send()


def test_the_whole_description_can_be_read() -> None:
    assert len(OPERATIONS) == len(DESCRIBED)


@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
def test_requests_are_answered_as_described(people: dict[str, User], known: Known, caller: str) -> None:
    check_requests(caller_of(people.get(caller)), known, 60)


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
def test_thousands_of_requests_are_answered_as_described(people: dict[str, User], known: Known, caller: str) -> None:
    check_requests(caller_of(people.get(caller)), known, 2000)
