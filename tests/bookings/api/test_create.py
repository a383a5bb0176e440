"""The API's section "Bookings": the three endpoints that create a booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.models import Booking
from bookings.states import Side
from coaching.models import Service, SessionType
from coaching.services import QuestionInput, SessionTypeParts, save_rates, save_session_type
from pathways.models import Pathway
from tests.bookings.cast import book, free_shop, shop
from tests.bookings.wire import CREATE, Caller, at, error, wire
from tests.cast import make_person
from tests.scheduling.cast import offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db


def test_the_answer_contains_the_whole_booking(hour: SessionType, cleo: User) -> None:
    answer = Caller(cleo).post(
        CREATE, {"builderId": str(hour.builder_id), "sessionTypeId": str(hour.pk), "scheduledTime": at(), "notes": "Hi"}
    )

    assert answer.status_code == 201
    body = answer.json()["booking"]
    booking = Booking.objects.get()
    builder = {"id": str(hour.builder_id), "slug": "ada-moreno", "displayName": "Ada Moreno"}
    assert body == {
        "id": str(booking.pk),
        "reference": booking.reference,
        "status": "PENDING",
        "version": 1,
        "builder": builder,
        "provider": builder,
        "client": {"id": str(cleo.pk), "displayName": "Cleo Park"},
        "guest": None,
        "manageUrl": None,
        "sessionType": {"id": str(hour.pk), "title": "Coaching hour", "category": "SPECIALIZED"},
        "serviceType": None,
        "startTime": wire(soon()),
        "endTime": wire(soon() + timedelta(hours=1)),
        "durationMinutes": 60,
        "timezone": "Europe/London",
        "rateAtBooking": "90.00",
        "rateType": "fixed",
        "totalPrice": "90.00",
        "listPrice": "90.00",
        "usedCredit": False,
        "currency": "USD",
        "payment": None,
        "isRemote": True,
        "location": None,
        "inPersonAt": None,
        "joinUrl": None,
        "meetingId": None,
        "meeting": {"provider": "none", "startedAt": None, "endedAt": None, "minutes": None, "participants": []},
        "calendlyEventUri": None,
        "calendlyCancelUrl": None,
        "calendlyRescheduleUrl": None,
        "hasConflict": False,
        "pathwayId": None,
        "project": None,
        "series": None,
        "customQuestionResponse": {},
        "notes": "Hi",
        "deliverables": [],
        "createdAt": body["createdAt"],
        "confirmedAt": None,
        "completedAt": None,
        "cancelledAt": None,
        "cancelledBy": None,
        "cancelReason": None,
        "noShowBy": None,
        "rescheduledFrom": None,
        "proofDueAt": None,
        "allowedActions": ["cancel", "reschedule"],
        "source": "api",
        "origin": None,
    }


def test_seed_004_books_by_service_and_hours(ada: User, cleo: User) -> None:
    """Four hours at 75 an hour cost 300. The service type may be sent in capitals."""
    from decimal import Decimal

    shop(ada)
    save_rates(builder=ada, hourly_rate=Decimal(75), day_rate=None, day_minutes=480, services=[])
    mixing = Service.objects.get(slug="mixing")
    offer(ada, minutes=(240,), title="Mixing", service=mixing, is_in_person=True, address="Here")
    body = {
        "clientId": str(cleo.pk), "providerId": str(ada.pk), "serviceType": "MIXING", "scheduledTime": at(9),
        "durationHours": 4, "rate": 75, "location": "123 Studio St", "isRemote": False,
    }  # fmt: skip

    answer = Caller(cleo).post(CREATE, body)

    assert answer.status_code == 201, answer.content
    booking = answer.json()["booking"]
    assert (booking["totalPrice"], booking["rateAtBooking"], booking["rateType"]) == ("300.00", "75.00", "hourly")
    assert (booking["location"], booking["isRemote"], booking["serviceType"]) == ("123 Studio St", False, "mixing")


def test_seed_001_and_002_book_with_the_field_names_of_older_systems(hour: SessionType, cleo: User) -> None:
    caller = Caller(cleo)
    by_type = caller.post("/api/scheduling/bookings/create", {"sessionTypeId": str(hour.pk), "startTime": at(9)})
    by_coach = caller.post(
        "/api/coaching/sessions/book",
        {
            "coachId": "ada-moreno", "startTime": at(11), "endTime": at(12), "durationMinutes": 60, "rate": "90.00",
            "currency": "USD",
        },
    )  # fmt: skip

    assert (by_type.status_code, by_coach.status_code) == (201, 201)
    assert by_type.json()["booking"]["startTime"] == wire(soon(9))
    assert by_coach.json()["booking"]["totalPrice"] == "90.00"


def test_a_guest_can_book(ada: User) -> None:
    free = free_shop(ada)
    body = {"sessionTypeId": str(free.pk), "scheduledTime": at(), "guest": {"name": "Gwen", "email": "G@Guests.test"}}

    answer = Caller(None).post(CREATE, body)

    booking = answer.json()["booking"]
    assert (answer.status_code, booking["status"]) == (201, "CONFIRMED")
    assert booking["guest"] == {"name": "Gwen", "email": "g@guests.test"}
    assert booking["client"] == {"id": None, "displayName": "Gwen"}
    path = booking["manageUrl"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).status_code == 200


PROBLEMS: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("somebody else", {"clientId": "00000000-0000-0000-0000-000000000001"}, 403, "forbidden", ""),
    ("no such builder", {"builderId": "nobody"}, 404, "not_found", ""),
    ("no such session type", {"sessionTypeId": str(uuid4())}, 404, "not_found", ""),
    ("no offset", {"scheduledTime": "2027-01-01T10:00:00"}, 422, "invalid", "scheduledTime"),
    ("nonsense", {"scheduledTime": "soon"}, 422, "invalid", "scheduledTime"),
    ("not offered", {"durationMinutes": 45}, 422, "invalid", "durationMinutes"),
    ("half a minute", {"durationHours": 0.001}, 422, "invalid", "durationHours"),
    ("a text for a number", {"durationMinutes": "60"}, 422, "invalid", "durationMinutes"),
    ("a zone of nowhere", {"timezone": "Mars/Olympus"}, 422, "invalid", "timezone"),
    ("extra members", {"totalPrice": "1.00"}, 422, "invalid", "totalPrice"),
    ("a state", {"status": "CONFIRMED"}, 422, "invalid", "status"),
    ("no such pathway", {"pathwayId": "nowhere"}, 422, "invalid", "pathwayId"),
    ("no such project", {"projectId": str(uuid4())}, 422, "invalid", "projectId"),
    ("a price too exact", {"rate": "90.001"}, 422, "invalid", "rate"),
    ("another price", {"rate": "80.00"}, 409, "price_changed", ""),
    ("another currency", {"rate": "90.00", "currency": "EUR"}, 409, "price_changed", ""),
    ("a guest who is signed in", {"guest": {"name": "G", "email": "g@guests.test"}}, 422, "invalid", "guest"),
    ("in person", {"isRemote": False}, 422, "invalid", "isRemote"),
]


@pytest.mark.parametrize(("change", "status", "code", "field"), [problem[1:] for problem in PROBLEMS], ids=[p[0] for p in PROBLEMS])  # fmt: skip
def test_invalid_requests_are_refused(
    hour: SessionType, cleo: User, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    body = {"builderId": "ada-moreno", "sessionTypeId": str(hour.pk), "scheduledTime": at()} | change

    answer = Caller(cleo).post(CREATE, body)

    assert (answer.status_code, error(answer)["code"]) == (status, code)
    assert not field or field in error(answer)["fields"]
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ({"hour": 6}, "outside_availability"),
        ({"hour": 10, "minute": 7}, "outside_availability"),
        ({"hour": 10, "days": -3}, "outside_availability"),
        ({"hour": 10, "days": 500}, "outside_availability"),
        ({"hour": 11}, "slot_taken"),
    ],
)
def test_a_time_that_is_not_free_is_refused_with_alternatives(
    hour: SessionType, cleo: User, moment: dict[str, Any], code: str
) -> None:
    book(hour, make_person("Sam Lee"), soon(11))

    answer = Caller(cleo).post(CREATE, {"sessionTypeId": str(hour.pk), "scheduledTime": soon(**moment).isoformat()})

    refusal = error(answer)
    assert (answer.status_code, refusal["code"]) == (409, code)
    if moment.get("days") is None:
        assert len(refusal["alternatives"]) == 5
        assert set(refusal["alternatives"][0]) == {
            "startTime",
            "endTime",
            "duration",
            "rate",
            "listPrice",
            "currency",
            "seatsLeft",
        }


def test_times_at_the_limits_of_the_calendar_are_refused(hour: SessionType, cleo: User) -> None:
    for far in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        answer = Caller(cleo).post(CREATE, {"sessionTypeId": str(hour.pk), "scheduledTime": far})
        assert answer.status_code in (409, 422), far


def test_checks_are_made_in_order(hour: SessionType, cleo: User) -> None:
    """Sign-in is checked first, then what does not exist, then invalid values, then what is not offered, then the price."""
    stranger = Caller(None)
    wrong = {"sessionTypeId": str(hour.pk), "scheduledTime": "soon", "nonsense": 1}
    assert error(stranger.post(CREATE, wrong))["code"] == "sign_in_required"
    assert error(Caller(cleo).post(CREATE, wrong | {"builderId": "nobody"}))["code"] == "not_found"
    assert error(Caller(cleo).post(CREATE, wrong))["code"] == "invalid"

    hour.is_active = False
    hour.save()
    taken = {"sessionTypeId": str(hour.pk), "scheduledTime": soon(3).isoformat(), "rate": "1.00"}
    assert error(Caller(cleo).post(CREATE, taken))["code"] == "not_bookable"
    SessionType.objects.update(is_active=True)
    assert error(Caller(cleo).post(CREATE, taken))["code"] == "price_changed"
    assert error(Caller(cleo).post(CREATE, taken | {"rate": "90.00"}))["code"] == "outside_availability"
    assert error(Caller(hour.builder).post(CREATE, taken))["code"] == "not_bookable"


@pytest.mark.parametrize(
    ("address", "builder"),
    [(CREATE, "builderId"), (CREATE, "providerId"), ("/api/scheduling/bookings/create", "builderId"), ("/api/coaching/sessions/book", "coachId")],
)  # fmt: skip
def test_what_does_not_exist_or_needs_an_account_comes_before_invalid_values(
    hour: SessionType, cleo: User, address: str, builder: str
) -> None:
    invalid = {"nonsense": 1}

    def code(caller: Caller, **named: str) -> tuple[int, str]:
        answer = caller.post(address, invalid | named)
        return answer.status_code, error(answer)["code"]

    assert code(Caller(cleo), **{builder: "nobody"}) == (404, "not_found")
    assert code(Caller(cleo), sessionTypeId=str(uuid4())) == (404, "not_found")
    assert code(Caller(cleo), sessionTypeId="no id") == (404, "not_found")
    assert code(Caller(None), sessionTypeId=str(hour.pk)) == (403, "sign_in_required")
    assert code(Caller(cleo), sessionTypeId=str(hour.pk)) == (422, "invalid")


def test_a_service_with_several_session_types_is_refused_with_a_list(ada: User, cleo: User) -> None:
    shop(ada)
    mixing = Service.objects.get(slug="mixing")
    both = [offer(ada, title=title, service=mixing) for title in ("One", "Two")]

    answer = Caller(cleo).post(CREATE, {"builderId": "ada-moreno", "serviceType": "mixing", "scheduledTime": at()})

    (words,) = error(answer)["fields"]["serviceType"]
    assert all(str(session_type.pk) in words for session_type in both)


# Once ---------------------------------------------------------------------------------------------------


def test_the_same_idempotency_key_returns_the_same_booking(hour: SessionType, cleo: User) -> None:
    caller = Caller(cleo)
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at()}
    key = {"Idempotency-Key": "one"}

    first = caller.post(CREATE, body, **key)
    again = caller.post(CREATE, body, **key)
    other = caller.post(CREATE, body | {"notes": "other"}, **key)
    without = caller.post(CREATE, body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, error(other)["code"]) == (422, "idempotency_mismatch")
    assert error(without)["code"] == "slot_taken"
    assert Booking.objects.count() == 1


def test_a_refused_request_frees_its_idempotency_key(hour: SessionType, cleo: User) -> None:
    caller, key = Caller(cleo), {"Idempotency-Key": "one"}
    sam = make_person("Sam Lee")
    booking = book(hour, sam)
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at()}

    assert caller.post(CREATE, body, **key).status_code == 409
    services.cancel(booking=booking, by=Actor(Side.CLIENT, sam))
    assert caller.post(CREATE, body, **key).status_code == 201


def test_bookings_of_a_person_are_limited(hour: SessionType, cleo: User, settings: Any) -> None:
    settings.LIMIT_BOOKINGS_PER_PERSON = 2
    caller = Caller(cleo)
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at(3)}

    answers = [caller.post(CREATE, body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [409, 409, 429]
    assert answers[-1]["Retry-After"]


def test_guest_bookings_of_an_email_address_are_limited(ada: User, settings: Any) -> None:
    settings.LIMIT_BOOKINGS_PER_MAIL = 1
    free = free_shop(ada)
    body = {"sessionTypeId": str(free.pk), "guest": {"name": "Gwen", "email": "gwen@guests.test"}}

    codes = [Caller(None).post(CREATE, body | {"scheduledTime": at(hour)}).status_code for hour in (9, 10)]

    assert codes == [201, 429]


# Without a session type -------------------------------------------------------------------------------


SIX_MEMBERS = {"coachId": "ada-moreno", "durationMinutes": 60, "rate": "90.00", "currency": "USD"}


def with_question(ada: User, **fields: Any) -> SessionType:
    """Offers an hour with a required question, which stands before the others."""
    question = QuestionInput("What is it about?", "text", is_required=True)
    session_type = SessionType(builder=ada, title="With a question", default_minutes=60, **fields)
    return save_session_type(
        session_type=session_type, parts=SessionTypeParts(durations={60: None}, questions=[question]), by=ada
    )


def test_the_first_session_type_that_needs_nothing_more_is_booked(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    with_question(ada)
    offer(ada, title="On a pathway", category="PATHWAY", position=1, pathways=list(Pathway.objects.all()[:1]))
    plain = offer(ada, title="Plain", position=2)
    caller = Caller(cleo)
    slots = caller.send("GET", "/api/coaching/sessions/available?coachId=ada-moreno&duration=60").json()[
        "availableSlots"
    ]
    slot = slots[0]

    answer = caller.post(
        "/api/coaching/sessions/book",
        {
            "coachId": "ada-moreno", "startTime": slot["startTime"], "endTime": slot["endTime"],
            "durationMinutes": slot["duration"], "rate": slot["rate"], "currency": slot["currency"],
        },
    )  # fmt: skip

    assert answer.status_code == 201, answer.content
    assert Booking.objects.get().session_type == plain


def test_the_session_type_at_the_rate_that_was_sent_comes_first(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    offer(ada, title="Dear", price="150")
    cheap = offer(ada, title="At the usual rate", position=1)

    answer = Caller(cleo).post("/api/coaching/sessions/book", SIX_MEMBERS | {"startTime": at(11), "endTime": at(12)})

    assert answer.status_code == 201, answer.content
    assert Booking.objects.get().session_type == cheap


def test_the_refusal_says_what_is_missing(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    question = with_question(ada).questions.get()

    answer = Caller(cleo).post("/api/coaching/sessions/book", SIX_MEMBERS | {"startTime": at(11), "endTime": at(12)})

    assert answer.status_code == 422
    fields = error(answer)["fields"]
    assert list(fields.values()) == [["Answer “What is it about?”."]]
    assert str(question.pk) in next(iter(fields))
