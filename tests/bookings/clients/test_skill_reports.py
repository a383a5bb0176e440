"""What both sides say of skills after a session, with one click each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from bookings.agreement.emails import about
from bookings.clients import skill_reports
from bookings.models import Booking, SkillReport
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from pathways.models import Enrolment, Pathway, Progress, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.bookings.cast import confirmed, finished
from tests.cast import make_builder_person, make_person
from tests.factories.accounts import UserFactory
from tests.factories.bookings import BookingFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
TOOLS, TINY = "set-up-your-tools", "finish-a-tiny-thing"


@pytest.fixture
def session(hour: SessionType, cleo: User, ada: User) -> Booking:
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    return finished(hour, cleo)


def skill(slug: str) -> Skill:
    return Skill.objects.complete().get(slug=slug)


def say(booking: Booking, side: Side, status: str, slug: str = TOOLS) -> SkillReport:
    by = booking.client if side == Side.CLIENT else booking.builder
    assert by is not None
    return skill_reports.report(booking=booking, skill=skill(slug), side=side, by=by, status=status)


def status_of(slug: str = TOOLS) -> str:
    row = Progress.objects.filter(skill__slug=slug).first()
    return row.status if row else "UNTOUCHED"


def test_one_click_moves_a_skill_and_comes_back_to_the_page(session: Booking, browser_of: Any, cleo: User) -> None:
    address = f"/bookings/{session.reference}/"
    browser = browser_of(cleo)
    assert f'hx-get="{address}skills/"' in browser.get(address).content.decode()
    part = browser.get(f"{address}skills/", headers=PART).content.decode()
    assert f'name="next" value="{address}"' in part
    assert "<html" not in part

    answer = browser.post(f"{address}skills/", {"skill": TOOLS, "say": "IN_PROGRESS", "next": address})

    assert answer["Location"] == f"{address}#skills"
    assert status_of() == "IN_PROGRESS"
    assert SkillReport.objects.get().side == Side.CLIENT


def test_reading_the_page_changes_nothing(session: Booking, browser_of: Any, cleo: User) -> None:
    browser_of(cleo).get(f"/bookings/{session.reference}/skills/?skill={TOOLS}&say=COMPLETED")

    assert not SkillReport.objects.exists()
    assert status_of() == "UNTOUCHED"


def test_both_answers_are_kept_where_the_sides_differ(session: Booking, browser_of: Any, cleo: User, ada: User) -> None:
    say(session, Side.CLIENT, "COMPLETED")
    say(session, Side.BUILDER, "IN_PROGRESS")

    assert status_of() == "COMPLETED"
    assert set(SkillReport.objects.values_list("side", "status")) == {
        ("client", "COMPLETED"),
        ("builder", "IN_PROGRESS"),
    }
    for person in (cleo, ada):
        assert "Both answers are kept" in (
            browser_of(person).get(f"/bookings/{session.reference}/skills/", headers=PART).content.decode()
        )


def test_a_corrected_answer_takes_back_only_ones_own_step(session: Booking) -> None:
    say(session, Side.CLIENT, "COMPLETED")
    say(session, Side.CLIENT, "NOT_YET")
    assert status_of() == "UNTOUCHED"

    say(session, Side.BUILDER, "COMPLETED")
    say(session, Side.CLIENT, "IN_PROGRESS")
    say(session, Side.CLIENT, "NOT_YET")
    assert status_of() == "COMPLETED"
    assert SkillReport.objects.count() == 2


def test_a_correction_leaves_what_was_done_before_the_session(hour: SessionType, cleo: User, ada: User) -> None:
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    progress.start(client=cleo, skill=skill(TOOLS), by=cleo)
    session = finished(hour, cleo)

    say(session, Side.CLIENT, "IN_PROGRESS")
    say(session, Side.CLIENT, "NOT_YET")

    assert status_of() == "IN_PROGRESS"


@pytest.mark.parametrize("data", [{"skill": TOOLS, "say": "LOCKED"}, {"skill": TOOLS, "say": ""}])
def test_an_unknown_answer_is_refused(session: Booking, browser_of: Any, cleo: User, data: dict[str, str]) -> None:
    page = browser_of(cleo).post(f"/bookings/{session.reference}/skills/", data, follow=True)

    assert "Choose one of the three" in page.content.decode()
    assert not SkillReport.objects.exists()


def test_a_locked_skill_is_refused_and_nothing_is_recorded(session: Booking) -> None:
    with pytest.raises(Refused):
        say(session, Side.BUILDER, "COMPLETED", "put-it-out")

    assert not SkillReport.objects.exists()


def test_nobody_else_can_answer(session: Booking, browser_of: Any, hour: SessionType) -> None:
    address = f"/bookings/{session.reference}/skills/"
    data = {"skill": TOOLS, "say": "COMPLETED"}
    others = (make_person("Sam Stranger"), make_builder_person("Bo Builder"))
    assert [browser_of(person).post(address, data).status_code for person in others] == [404, 404]

    Enrolment.objects.update(builder=None)  # Ada does not lead Cleo any more
    assert browser_of(session.builder).post(address, data).status_code == 404
    assert not SkillReport.objects.exists()


def test_a_session_that_is_not_over_has_no_question(hour: SessionType, cleo: User, ada: User, client: Client) -> None:
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    booking = confirmed(hour, cleo, soon())
    client.force_login(cleo)

    answer = client.post(f"/bookings/{booking.reference}/skills/", {"skill": TOOLS, "say": "COMPLETED"})

    assert answer.status_code == 404
    assert "/skills/" not in client.get(f"/bookings/{booking.reference}/").content.decode()


def test_the_question_costs_the_page_of_the_booking_one_query(
    session: Booking, browser_of: Any, cleo: User, django_assert_max_num_queries: Any
) -> None:
    browser, address = browser_of(cleo), f"/bookings/{session.reference}/"
    browser.get(address)  # what is counted or saved at a first visit
    with django_assert_max_num_queries(100) as asked:
        browser.get(address)
    Enrolment.objects.all().delete()

    with django_assert_max_num_queries(len(asked)) as unasked:
        browser.get(address)
    assert len(asked) == len(unasked)


def test_the_home_page_asks_until_the_first_answer(session: Booking, browser_of: Any, cleo: User, ada: User) -> None:
    for person in (cleo, ada):
        assert "Update skills: " in browser_of(person).get("/").content.decode()

    say(session, Side.CLIENT, "NOT_YET")

    assert "Update skills: " not in browser_of(cleo).get("/").content.decode()
    assert "Update skills: " in browser_of(ada).get("/").content.decode()
    later = clock.now() + skill_reports.ASKED_FOR + timedelta(days=1)
    assert skill_reports.waiting_for(ada, later) == []


def test_the_mail_after_a_session_leads_to_the_question_without_a_pathway_of_the_booking(session: Booking) -> None:
    event = session.events.get(verb="complete")

    for side in (Side.CLIENT, Side.BUILDER):
        assert "Update skills" in [label for label, _ in about(event, side).actions]


def test_a_builder_who_does_not_lead_the_pathway_is_not_asked(hour: SessionType, cleo: User, ada: User) -> None:
    pathway = Pathway.objects.get(slug="play")
    enrolments.enrol(client=cleo, pathway=pathway, builder=make_builder_person("Bob Late"))
    booking = finished(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(pathway=pathway)
    event = booking.events.get(verb="complete")

    asked = [side for side in (Side.CLIENT, Side.BUILDER) if "Update skills" in dict(about(event, side).actions)]

    assert asked == [Side.CLIENT]


class AnyOrderOfAnswers(TestCase):
    """Whatever both sides say in any order, the last word of each is kept, and a builder's completion stays."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from([Side.CLIENT, Side.BUILDER]), st.sampled_from(SkillReport.Status.values)),
            min_size=1,
            max_size=5,
        )
    )
    def test_the_last_word_of_each_side_is_kept(self, answers: list[tuple[Side, str]]) -> None:

        client = UserFactory.create()
        booking = BookingFactory.create(client=client, state="COMPLETED")
        enrolments.enrol(client=client, pathway=Pathway.objects.get(slug="play"), builder=booking.builder)
        for side, status in answers:
            say(booking, side, status)

        kept = dict(SkillReport.objects.filter(booking=booking).values_list("side", "status"))
        assert kept == {str(side): status for side, status in answers}
        row = Progress.objects.filter(client=client, skill__slug=TOOLS).first()
        best = max((SkillReport(status=status).rank for status in kept.values()), default=0)
        assert skill_reports.RANKS[Progress.Status(row.status)] >= best if row else best == 0
