"""A builder's clients: the list, one of them, and which skills a session has moved."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from accounts.roles import Role
from bookings.agreement import services
from bookings.agreement.emails import about
from bookings.agreement.transitions import Actor
from bookings.clients import services as client_services
from bookings.disputes import services as disputes
from bookings.models import Booking, ClientNote
from bookings.states import Side, State
from coaching.models import SessionType
from core import clock
from core.csv_export import cell
from core.models import OutboxMessage
from pathways.models import Award, Enrolment, Pathway, Progress, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.bookings.cast import book, builder_of, finished
from tests.cast import make_builder_person, make_person, make_staff
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
TOOLS = "set-up-your-tools"


@pytest.fixture
def play() -> Pathway:
    return Pathway.objects.get(slug="play")


@pytest.fixture
def led(play: Pathway, cleo: User, ada: User) -> Enrolment:
    return enrolments.enrol(client=cleo, pathway=play, builder=ada)


def skill(slug: str) -> Skill:
    return Skill.objects.complete().get(slug=slug)


# The way to a booking --------------------------------------------------------------------------------------


def test_a_pathway_chosen_with_a_booking_is_walked_and_led_once_it_is_agreed(
    hour: SessionType, cleo: User, ada: User, play: Pathway
) -> None:
    booking = book(hour, cleo, pathway=play)
    found = Enrolment.objects.get(client=cleo)
    assert (found.pathway, found.builder) == (play, None)

    services.confirm(booking=booking, by=builder_of(booking))
    found.refresh_from_db()
    assert found.builder == ada


def test_a_booking_never_takes_the_builder_of_another(hour: SessionType, cleo: User, ada: User, play: Pathway) -> None:
    bo = make_builder_person("Bo Builder")
    enrolments.enrol(client=cleo, pathway=play, builder=bo)

    booking = book(hour, cleo, pathway=play)
    services.confirm(booking=booking, by=builder_of(booking))

    assert Enrolment.objects.get(client=cleo).builder == bo


def test_sessions_count_towards_badges_and_a_settled_dispute_takes_one_back(hour: SessionType, cleo: User) -> None:

    done = finished(hour, cleo)
    assert Award.objects.standing().filter(client=cleo, badge__slug="first-session").exists()

    disputes.open_(booking=done, by=Actor(Side.CLIENT, cleo), reason="Nobody spoke.")
    suri = make_staff("Suri Support", Role.SUPPORT)
    disputes.resolve(booking=done, by=Actor(Side.SUPPORT, suri), outcome=State.CANCELLED, reason="Right.")
    assert not Award.objects.standing().exists()


# Which skills moved ----------------------------------------------------------------------------------------


@pytest.fixture
def session(hour: SessionType, cleo: User, led: Enrolment) -> Booking:
    return finished(hour, cleo)


def test_both_sides_are_asked(session: Booking, browser_of: Any, cleo: User, ada: User) -> None:
    address = f"/bookings/{session.reference}/"
    for person in (cleo, ada):
        assert "Which skills moved?" in browser_of(person).get(address).content.decode()

    answer = browser_of(cleo).post(f"{address}skills/", {f"skill_{TOOLS}": "COMPLETED", "skill_weekly-rhythm": ""})
    assert answer["Location"] == address
    told = {"skill_finish-a-tiny-thing": "COMPLETED", "skill_project-of-your-own": "COMPLETED", "comment": "Seen."}
    browser_of(ada).post(f"{address}skills/", told)
    rows = Progress.objects.filter(status="COMPLETED").values_list("skill__slug", "verified_by__display_name")
    assert set(rows) == {
        (TOOLS, None), ("finish-a-tiny-thing", "Ada Moreno"), ("project-of-your-own", "Ada Moreno"),
    }  # fmt: skip


def test_the_mail_about_the_end_asks_too(hour: SessionType, cleo: User, led: Enrolment, play: Pathway) -> None:

    booking = book(hour, cleo, pathway=play)
    services.confirm(booking=booking, by=builder_of(booking))
    done = services.complete(booking=services.start(booking=booking, by=builder_of(booking)), by=builder_of(booking))
    event = done.events.get(verb="complete")

    for side in (Side.CLIENT, Side.BUILDER):
        assert f"/bookings/{done.reference}/skills/" in " ".join(about(event, side).paragraphs)


def test_nothing_chosen_and_something_locked_are_said(session: Booking, adas: Client) -> None:
    address = f"/bookings/{session.reference}/skills/"

    assert "Choose at least one skill" in adas.post(address, {}, follow=True).content.decode()
    page = adas.post(address, {"skill_put-it-out": "COMPLETED"}, follow=True).content.decode()
    assert "comes first" in page
    assert not Progress.objects.exclude(status="UNTOUCHED").exists()


def test_a_builder_who_leads_nobody_is_told_how(hour: SessionType, cleo: User, ada: User, adas: Client) -> None:
    done = finished(hour, cleo)

    assert "Which skills moved?" not in adas.get(f"/bookings/{done.reference}/").content.decode()
    assert "walks none with you" in adas.get(f"/bookings/{done.reference}/skills/").content.decode()


# The list --------------------------------------------------------------------------------------------------


def test_whom_the_list_shows(session: Booking, adas: Client, browser_of: Any) -> None:
    bo = make_builder_person("Bo Builder")

    page = adas.get("/dashboard/clients/").content.decode()
    assert "Cleo Park" in page
    assert "0 %" in page
    assert "No clients yet" in browser_of(bo).get("/dashboard/clients/").content.decode()


def test_filters_and_orders(led: Enrolment, cleo: User, ada: User, adas: Client, play: Pathway) -> None:
    dan = make_person("Dan Dune")
    other = enrolments.enrol(client=dan, pathway=Pathway.objects.get(slug="pivot"), builder=ada)
    Enrolment.objects.filter(pk=other.pk).update(created_at=clock.now() - timedelta(days=40))
    for slug in (TOOLS, "finish-a-tiny-thing", "project-of-your-own"):
        progress.complete(client=cleo, skill=skill(slug), by=cleo)

    def names(query: str) -> list[str]:
        page = adas.get(f"/dashboard/clients/?{query}").content.decode()
        return sorted((name for name in ("Cleo Park", "Dan Dune") if name in page), key=page.index)

    assert names("") == ["Cleo Park", "Dan Dune"]
    assert names("q=dune") == ["Dan Dune"]
    assert names("pathway=play") == ["Cleo Park"]
    assert names("show=asked") == ["Cleo Park"]
    assert names("show=stuck") == ["Dan Dune"]
    assert names("sort=stuck") == ["Dan Dune", "Cleo Park"]
    assert "No step for 40 days" in adas.get("/dashboard/clients/").content.decode()
    assert "Nobody fits" in adas.get("/dashboard/clients/?q=zither").content.decode()


@pytest.mark.parametrize("count", [10, 200])
def test_the_list_costs_the_same_for_ten_and_two_hundred(
    ada: User, adas: Client, play: Pathway, count: int, django_assert_num_queries: Any
) -> None:
    people = [User(email=f"c{number}@people.test", display_name=f"Client {number:03}") for number in range(count)]
    User.objects.bulk_create(people)
    Enrolment.objects.bulk_create([Enrolment(client=each, pathway=play, builder=ada) for each in people])
    tools = skill(TOOLS)
    Progress.objects.bulk_create([Progress(client=each, skill=tools, status="IN_PROGRESS") for each in people])
    adas.get("/dashboard/clients/")

    with django_assert_num_queries(9):
        adas.get("/dashboard/clients/")
    with django_assert_num_queries(7):
        rows = adas.get("/dashboard/clients/clients.csv").content.decode().splitlines()
    assert len(rows) == count + 1


def test_the_table_is_safe_in_a_spreadsheet(led: Enrolment, cleo: User, adas: Client) -> None:
    User.objects.filter(pk=cleo.pk).update(display_name='=HYPERLINK("x")')

    answer = adas.get("/dashboard/clients/clients.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="clients.csv"'
    assert rows[0]["Name"] == '\'=HYPERLINK("x")'
    assert (rows[0]["Pathway"], rows[0]["Percent"]) == ("Play", "0")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r1", "\n=1"])
def test_nothing_in_a_table_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert (cell("a=1"), cell(None), cell(5)) == ("a=1", "", "5")


# One of them -----------------------------------------------------------------------------------------------


def test_a_stranger_is_no_client(led: Enrolment, adas: Client, browser_of: Any, cleo: User) -> None:
    sam = make_person("Sam Stranger")
    assert adas.get(f"/dashboard/clients/{sam.pk}/").status_code == 404
    bo = browser_of(make_builder_person("Bo Builder"))
    assert bo.get(f"/dashboard/clients/{cleo.pk}/").status_code == 404
    assert bo.post(f"/dashboard/clients/{cleo.pk}/", {"act": "note", "text": "x"}).status_code == 404


def test_who_has_only_booked_shows_no_way(hour: SessionType, cleo: User, adas: Client, play: Pathway) -> None:
    enrolments.enrol(client=cleo, pathway=play)
    book(hour, cleo)

    page = adas.get(f"/dashboard/clients/{cleo.pk}/").content.decode()

    assert "On no pathway with you" in page
    assert "tree__node" not in page


def test_the_queue_is_answered_from_the_page(led: Enrolment, cleo: User, adas: Client) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"
    for slug in (TOOLS, "finish-a-tiny-thing"):
        progress.complete(client=cleo, skill=skill(slug), by=cleo)
    progress.add_evidence(client=cleo, skill=skill("project-of-your-own"), by=cleo, text="A song in four parts")
    progress.complete(client=cleo, skill=skill("project-of-your-own"), by=cleo, comment="The bridge is new.")
    page = adas.get(address).content.decode()
    assert "Waiting for your word" in page
    assert "A song in four parts" in page
    assert "The bridge is new." in page

    told = {"skill": "project-of-your-own", "on": "play"}
    assert "Say what is missing" in adas.post(address, {**told, "act": "return"}, follow=True).content.decode()
    adas.post(address, {**told, "act": "return", "comment": "It needs an end."})
    assert Progress.objects.get(skill__slug="project-of-your-own").asked_at is None
    adas.post(address, {**told, "act": "complete", "comment": "There it is."})
    assert Progress.objects.get(skill__slug="project-of-your-own").status == "COMPLETED"
    assert Notification.objects.filter(person=cleo, text="There it is.").exists()
    adas.post(address, {**told, "act": "undo"})
    assert Progress.objects.get(skill__slug="project-of-your-own").status == "IN_PROGRESS"


def test_a_builder_suggests_and_moves_several(led: Enrolment, cleo: User, adas: Client) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"

    page = adas.post(address, {"act": "assign", "skill": "weekly-rhythm", "on": "play"}, follow=True).content.decode()
    assert "as the next step" in page
    assert Progress.objects.get().assigned_by is not None
    told = {f"skill_{TOOLS}": "COMPLETED", "skill_finish-a-tiny-thing": "IN_PROGRESS", "act": "move", "on": "play"}
    assert "2 skills moved." in adas.post(address, told, follow=True).content.decode()
    assert "Choose at least one" in adas.post(address, {"act": "move"}, follow=True).content.decode()


def test_notes_are_the_builders_unless_they_share_them(
    session: Booking, cleo: User, browser_of: Any, ada: User
) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"
    adas = browser_of(ada)
    adas.post(address, {"act": "note", "text": "Thinks in pictures."})
    adas.post(address, {"act": "note", "text": "Bring the numbers.", "is_shared": "on"})
    page = adas.get(address).content.decode()
    assert "Thinks in pictures." in page
    assert "Write something to note." in adas.post(address, {"act": "note", "text": " "}, follow=True).content.decode()

    seen = browser_of(cleo).get(f"/bookings/{session.reference}/").content.decode()
    assert "Bring the numbers." in seen
    assert "Thinks in pictures." not in seen
    assert "Bring the numbers." not in adas.get(f"/bookings/{session.reference}/").content.decode()

    note = ClientNote.objects.get(is_shared=True)
    adas.post(address, {"act": "forget", "note": str(note.pk)})
    assert ClientNote.objects.count() == 1


def test_the_page_of_a_client_costs_the_same_for_much_and_little(
    session: Booking, cleo: User, adas: Client, ada: User, django_assert_num_queries: Any
) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"
    adas.get(address)
    with django_assert_num_queries(13):
        adas.get(address)
    for number in range(5):
        client_services.write_note(builder=ada, client=cleo, text=f"Note {number}", is_shared=False)
    for found in Skill.objects.complete().filter(pathways__slug="play", tier=1):
        progress.complete(client=cleo, skill=found, by=ada)
    with django_assert_num_queries(13):
        adas.get(address)


def test_the_outbox_tells_a_builder_whom_they_lead(led: Enrolment, ada: User) -> None:
    assert OutboxMessage.objects.filter(event__startswith="lead:", recipient=ada.email).count() == 1


def test_a_confirmed_booking_later_on_shows_as_the_next(hour: SessionType, cleo: User, adas: Client) -> None:
    booking = book(hour, cleo, soon())
    services.confirm(booking=booking, by=builder_of(booking))

    assert "Next:" in adas.get("/dashboard/clients/").content.decode()
