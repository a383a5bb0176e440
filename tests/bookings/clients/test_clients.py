"""A builder's clients: the list, the page of a client, and the skills that a session has moved."""

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
def enrolment(play: Pathway, cleo: User, ada: User) -> Enrolment:
    return enrolments.enrol(client=cleo, pathway=play, builder=ada)


def skill(slug: str) -> Skill:
    return Skill.objects.complete().get(slug=slug)


# Bookings on a pathway -------------------------------------------------------------------------------------


def test_booking_a_pathway_enrols_the_client_and_confirming_makes_the_builder_lead(
    hour: SessionType, cleo: User, ada: User, play: Pathway
) -> None:
    booking = book(hour, cleo, pathway=play)
    enrolment = Enrolment.objects.get(client=cleo)
    assert (enrolment.pathway, enrolment.builder) == (play, None)

    services.confirm(booking=booking, by=builder_of(booking))
    enrolment.refresh_from_db()
    assert enrolment.builder == ada


def test_a_booking_does_not_change_who_leads_the_client(
    hour: SessionType, cleo: User, ada: User, play: Pathway
) -> None:
    bo = make_builder_person("Bo Builder")
    enrolments.enrol(client=cleo, pathway=play, builder=bo)

    booking = book(hour, cleo, pathway=play)
    services.confirm(booking=booking, by=builder_of(booking))

    assert Enrolment.objects.get(client=cleo).builder == bo


def test_cancelling_a_disputed_session_withdraws_its_badge(hour: SessionType, cleo: User) -> None:

    done = finished(hour, cleo)
    assert Award.objects.standing().filter(client=cleo, badge__slug="first-session").exists()

    disputes.open_(booking=done, by=Actor(Side.CLIENT, cleo), reason="Nobody spoke.")
    suri = make_staff("Suri Support", Role.SUPPORT)
    disputes.resolve(booking=done, by=Actor(Side.SUPPORT, suri), outcome=State.CANCELLED, reason="Right.")
    assert not Award.objects.standing().exists()


# Skills that a session has moved ---------------------------------------------------------------------------


@pytest.fixture
def session(hour: SessionType, cleo: User, enrolment: Enrolment) -> Booking:
    return finished(hour, cleo)


def test_both_sides_record_which_skills_moved(session: Booking, browser_of: Any, cleo: User, ada: User) -> None:
    address = f"/bookings/{session.reference}/"
    for person in (cleo, ada):
        assert "Update skills" in browser_of(person).get(address).content.decode()

    answer = browser_of(cleo).post(f"{address}skills/", {f"skill_{TOOLS}": "COMPLETED", "skill_weekly-rhythm": ""})
    assert answer["Location"] == address
    data = {"skill_finish-a-tiny-thing": "COMPLETED", "skill_project-of-your-own": "COMPLETED", "comment": "Seen."}
    browser_of(ada).post(f"{address}skills/", data)
    rows = Progress.objects.filter(status="COMPLETED").values_list("skill__slug", "verified_by__display_name")
    assert set(rows) == {
        (TOOLS, None), ("finish-a-tiny-thing", "Ada Moreno"), ("project-of-your-own", "Ada Moreno"),
    }  # fmt: skip


def test_the_email_about_the_completed_session_links_to_the_skills(
    hour: SessionType, cleo: User, enrolment: Enrolment, play: Pathway
) -> None:

    booking = book(hour, cleo, pathway=play)
    services.confirm(booking=booking, by=builder_of(booking))
    done = services.complete(booking=services.start(booking=booking, by=builder_of(booking)), by=builder_of(booking))
    event = done.events.get(verb="complete")

    for side in (Side.CLIENT, Side.BUILDER):
        assert f"/bookings/{done.reference}/skills/" in " ".join(url for _, url in about(event, side).actions)


def test_choosing_no_skill_or_a_locked_skill_shows_an_error(session: Booking, adas: Client) -> None:
    address = f"/bookings/{session.reference}/skills/"

    assert "Choose at least one skill" in adas.post(address, {}, follow=True).content.decode()
    page = adas.post(address, {"skill_put-it-out": "COMPLETED"}, follow=True).content.decode()
    assert "comes first" in page
    assert not Progress.objects.exclude(status="UNTOUCHED").exists()


def test_a_builder_who_does_not_lead_the_client_sees_an_explanation(
    hour: SessionType, cleo: User, ada: User, adas: Client
) -> None:
    done = finished(hour, cleo)

    assert "Update skills" not in adas.get(f"/bookings/{done.reference}/").content.decode()
    assert "follows no pathway with you" in adas.get(f"/bookings/{done.reference}/skills/").content.decode()


# The list --------------------------------------------------------------------------------------------------


def test_the_list_shows_only_clients_of_the_builder(session: Booking, adas: Client, browser_of: Any) -> None:
    bo = make_builder_person("Bo Builder")

    page = adas.get("/dashboard/clients/").content.decode()
    assert "Cleo Park" in page
    assert "0%" in page
    assert "No clients yet" in browser_of(bo).get("/dashboard/clients/").content.decode()


def test_the_list_can_be_filtered_and_sorted(
    enrolment: Enrolment, cleo: User, ada: User, adas: Client, play: Pathway
) -> None:
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
    assert "No progress for 40 days" in adas.get("/dashboard/clients/").content.decode()
    assert "No clients match" in adas.get("/dashboard/clients/?q=zither").content.decode()


@pytest.mark.parametrize("count", [10, 200])
def test_the_list_has_the_same_query_count_for_ten_and_two_hundred(
    ada: User, adas: Client, play: Pathway, count: int, django_assert_num_queries: Any
) -> None:
    people = [User(email=f"c{number}@people.test", display_name=f"Client {number:03}") for number in range(count)]
    User.objects.bulk_create(people)
    Enrolment.objects.bulk_create([Enrolment(client=person, pathway=play, builder=ada) for person in people])
    tools = skill(TOOLS)
    Progress.objects.bulk_create([Progress(client=person, skill=tools, status="IN_PROGRESS") for person in people])
    adas.get("/dashboard/clients/")

    with django_assert_num_queries(9):
        adas.get("/dashboard/clients/")
    with django_assert_num_queries(7):
        rows = adas.get("/dashboard/clients/clients.csv").content.decode().splitlines()
    assert len(rows) == count + 1


def test_formulas_in_the_csv_file_are_escaped(enrolment: Enrolment, cleo: User, adas: Client) -> None:
    User.objects.filter(pk=cleo.pk).update(display_name='=HYPERLINK("x")')

    answer = adas.get("/dashboard/clients/clients.csv")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="clients.csv"'
    assert rows[0]["Name"] == '\'=HYPERLINK("x")'
    assert (rows[0]["Pathway"], rows[0]["Percent"]) == ("Play", "0")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r1", "\n=1"])
def test_csv_cells_that_look_like_formulas_are_escaped(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert (cell("a=1"), cell(None), cell(5)) == ("a=1", "", "5")


# The page of a client --------------------------------------------------------------------------------------


def test_other_people_are_not_clients(enrolment: Enrolment, adas: Client, browser_of: Any, cleo: User) -> None:
    sam = make_person("Sam Stranger")
    assert adas.get(f"/dashboard/clients/{sam.pk}/").status_code == 404
    bo = browser_of(make_builder_person("Bo Builder"))
    assert bo.get(f"/dashboard/clients/{cleo.pk}/").status_code == 404
    assert bo.post(f"/dashboard/clients/{cleo.pk}/", {"act": "note", "text": "x"}).status_code == 404


def test_a_client_without_a_led_pathway_has_no_skill_tree(
    hour: SessionType, cleo: User, adas: Client, play: Pathway
) -> None:
    enrolments.enrol(client=cleo, pathway=play)
    book(hour, cleo)

    page = adas.get(f"/dashboard/clients/{cleo.pk}/").content.decode()

    assert "Not on a pathway with you" in page
    assert "tree__node" not in page


def test_a_builder_reviews_skills_on_the_page(enrolment: Enrolment, cleo: User, adas: Client) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"
    for slug in (TOOLS, "finish-a-tiny-thing"):
        progress.complete(client=cleo, skill=skill(slug), by=cleo)
    progress.add_evidence(client=cleo, skill=skill("project-of-your-own"), by=cleo, text="A song in four parts")
    progress.complete(client=cleo, skill=skill("project-of-your-own"), by=cleo, comment="The bridge is new.")
    page = adas.get(address).content.decode()
    assert "Waiting for your review" in page
    assert "A song in four parts" in page
    assert "The bridge is new." in page

    data = {"skill": "project-of-your-own", "on": "play"}
    assert "Say what is missing" in adas.post(address, {**data, "act": "return"}, follow=True).content.decode()
    adas.post(address, {**data, "act": "return", "comment": "It needs an end."})
    assert Progress.objects.get(skill__slug="project-of-your-own").asked_at is None
    adas.post(address, {**data, "act": "complete", "comment": "There it is."})
    assert Progress.objects.get(skill__slug="project-of-your-own").status == "COMPLETED"
    assert Notification.objects.filter(person=cleo, text="There it is.").exists()
    adas.post(address, {**data, "act": "undo"})
    assert Progress.objects.get(skill__slug="project-of-your-own").status == "IN_PROGRESS"


def test_a_builder_suggests_a_skill_and_moves_several(enrolment: Enrolment, cleo: User, adas: Client) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"

    page = adas.post(address, {"act": "assign", "skill": "weekly-rhythm", "on": "play"}, follow=True).content.decode()
    assert "as the next step" in page
    assert Progress.objects.get().assigned_by is not None
    data = {f"skill_{TOOLS}": "COMPLETED", "skill_finish-a-tiny-thing": "IN_PROGRESS", "act": "move", "on": "play"}
    assert "2 skills updated." in adas.post(address, data, follow=True).content.decode()
    assert "Choose at least one" in adas.post(address, {"act": "move"}, follow=True).content.decode()


def test_only_shared_notes_are_visible_to_the_client(session: Booking, cleo: User, browser_of: Any, ada: User) -> None:
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


def test_the_page_of_a_client_has_the_same_query_count_for_few_and_many_rows(
    session: Booking, cleo: User, adas: Client, ada: User, django_assert_num_queries: Any
) -> None:
    address = f"/dashboard/clients/{cleo.pk}/"
    adas.get(address)
    with django_assert_num_queries(16):
        adas.get(address)
    for number in range(5):
        client_services.write_note(builder=ada, client=cleo, text=f"Note {number}", is_shared=False)
    for completed in Skill.objects.complete().filter(pathways__slug="play", tier=1):
        progress.complete(client=cleo, skill=completed, by=ada)
    with django_assert_num_queries(16):
        adas.get(address)


def test_leading_a_client_queues_one_email_to_the_builder(enrolment: Enrolment, ada: User) -> None:
    assert OutboxMessage.objects.filter(event__startswith="lead:", recipient=ada.email).count() == 1


def test_the_list_shows_the_next_confirmed_session(hour: SessionType, cleo: User, adas: Client) -> None:
    booking = book(hour, cleo, soon())
    services.confirm(booking=booking, by=builder_of(booking))

    assert "Next:" in adas.get("/dashboard/clients/").content.decode()
