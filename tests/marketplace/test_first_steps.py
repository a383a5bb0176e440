"""The first steps: from applying to become a builder to a page on which clients can book."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import applications
from accounts.models import BuilderApplication, BuilderProfile, User
from accounts.refusals import AccountRefusal
from accounts.roles import Role
from accounts.services import update_builder
from accounts.tokens import services as tokens
from coaching.models import SessionType
from core.errors import Refused
from marketplace.models import BuilderListing, FirstSteps
from scheduling.models import Schedule
from tests.pictures import picture
from tests.scheduling.cast import free_session, open_hours, soon

pytestmark = pytest.mark.django_db
STEPS = "/dashboard/first-steps/"
APPLICATION = {"headline": "Potter for beginners", "message": "I have taught forty people to throw pots, and still do."}


@pytest.fixture
def applicant(cleos: Client) -> Client:
    """Returns Cleo's browser, after she has applied to become a builder."""
    cleos.post(reverse("accounts:apply"), APPLICATION)
    return cleos


def send(browser: Client, step: str, **fields: Any) -> Any:
    return browser.post(STEPS, {"act": "save", "step": step, **fields})


def portrait() -> SimpleUploadedFile:
    return SimpleUploadedFile("me.png", picture("PNG"), "image/png")


def prepare(browser: Client, cleo: User) -> None:
    """Takes all steps but the last one."""
    send(browser, "profile", headline="Potter", bio="Bowls.", picture=portrait())
    send(browser, "hours", hours="weekdays", timezone="Europe/Berlin")
    free_session(cleo)
    send(browser, "place", meeting_url="meet.example/cleo", place="")


def test_applying_leads_to_the_first_steps(cleos: Client) -> None:
    answer = cleos.post(reverse("accounts:apply"), APPLICATION, follow=True)

    assert answer.redirect_chain[-1][0] == STEPS
    seen = answer.content.decode()
    assert "We are reviewing your application." in seen
    assert "0 of 5 done" in seen
    assert 'value="Potter for beginners"' in seen


def test_an_applicant_prepares_everything_and_is_public_once_approved(
    applicant: Client, cleo: User, alex: User
) -> None:
    prepare(applicant, cleo)

    seen = applicant.get(STEPS).content.decode()
    assert "4 of 5 done" in seen
    assert "published as soon as your application is approved" in seen
    applications.decide(application=BuilderApplication.objects.get(), by=alex, granted=True, reason="Lovely.")
    public = Client().get("/builders/cleo-park/").content.decode()
    assert "Potter" in public, "what she has written since is kept"
    assert "Getting started" in public
    assert Client().get("/api/coaching/sessions/available?coachId=cleo-park&duration=30").json()["availableSlots"]


def test_the_dashboard_leads_an_applicant_to_the_first_steps(applicant: Client, cleo: User) -> None:
    prepare(applicant, cleo)

    answer = applicant.get(reverse("marketplace:dashboard"), follow=True)

    assert answer.redirect_chain == [(STEPS, 302)]
    assert "4 of 5 done" in answer.content.decode(), "what has been saved is there"


def test_nothing_of_an_applicant_is_public(applicant: Client, cleo: User) -> None:
    prepare(applicant, cleo)
    free = SessionType.objects.get()

    for address in (
        "/builders/cleo-park/",
        "/book/cleo-park/",
        f"/book/cleo-park/{free.pk}/",
        "/api/coaching/sessions/available?coachId=cleo-park",
        f"/api/coaching/sessions/available?coachId={cleo.pk}&sessionTypeId={free.pk}",
        "/api/scheduling/sessions/available?builderId=cleo-park",
        f"/api/marketplace/builders/{cleo.pk}",
    ):
        assert Client().get(address).status_code == 404, address
    assert "cleo-park" not in Client().get("/builders/").content.decode()
    assert "cleo-park" not in Client().get("/sitemap-builders.xml").content.decode()
    assert not BuilderListing.objects.public().filter(pk=cleo.pk).exists()


def test_nobody_books_an_applicant(applicant: Client, cleo: User, suri: User) -> None:
    open_hours(cleo)
    free = free_session(cleo)
    body = {
        "builderId": str(cleo.pk),
        "sessionTypeId": str(free.pk),
        "scheduledTime": soon().isoformat(),
        "durationMinutes": 30,
    }
    headers: Any = {"Authorization": f"Bearer {tokens.issue(user=suri, name='t')}"}

    answer = Client().post("/api/bookings/create", json.dumps(body), "application/json", headers=headers)

    assert answer.status_code in (404, 409), answer.content


def test_an_applicant_does_not_publish_the_page(applicant: Client, cleo: User) -> None:
    page = applicant.post(STEPS, {"act": "publish"}, follow=True).content.decode()

    assert "once your application is approved" in page
    assert not BuilderProfile.objects.get(user=cleo).is_published
    with pytest.raises(Refused) as refused:
        update_builder(profile=BuilderProfile.objects.get(user=cleo), is_published=True)
    assert refused.value.refusal is AccountRefusal.NOT_APPROVED


def test_an_applicant_edits_hours_and_offers_on_the_usual_pages(applicant: Client) -> None:
    for name in ("scheduling:availability", "scheduling:preview", "coaching:offers", "coaching:meetings"):
        assert applicant.get(reverse(name)).status_code == 200, name
    assert "Your first steps" in applicant.get(reverse("coaching:offers")).content.decode()
    offer = {
        "title": "A first bowl", "category": "FREE", "default_minutes": "30", "is_remote": "on", "seats": "1",
        "colour": "moss", "prices-0-minutes": "30", "act": "publish",
    }  # fmt: skip
    for lines in ("prices", "tiers", "questions"):
        offer |= {f"{lines}-TOTAL_FORMS": "1", f"{lines}-INITIAL_FORMS": "0"}

    answer = applicant.post(f"{reverse('coaching:new_offer')}?kind=free", offer)

    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == STEPS
    assert SessionType.objects.get().title == "A first bowl"


def test_applicants_reach_no_other_pages_of_builders(applicant: Client) -> None:
    for name in ("marketplace:listing", "bookings:as_builder", "scheduling:connections"):
        assert applicant.get(reverse(name)).status_code == 403, name


def test_who_is_declined_prepares_no_longer(applicant: Client, cleo: User, alex: User) -> None:
    applications.decide(application=BuilderApplication.objects.get(), by=alex, granted=False, reason="Tell us more.")

    assert applicant.get(STEPS).status_code == 403
    assert applicant.get(reverse("scheduling:availability")).status_code == 403


def test_with_automatic_approval_a_builder_publishes_the_page(
    cleos: Client, cleo: User, alex: User, settings: Any
) -> None:
    settings.BUILDERS_APPROVED = "automatically"

    page = cleos.post(reverse("accounts:apply"), APPLICATION, follow=True).content.decode()

    assert "You are now a builder." in page
    application = BuilderApplication.objects.get()
    assert (application.state, application.decided_by) == ("granted", None)
    assert not alex.notifications.exists(), "nobody has to decide"
    assert Client().get("/builders/cleo-park/").status_code == 404, "not before it is published"
    prepare(cleos, cleo)
    assert "Publish your page" in cleos.get(STEPS).content.decode()
    cleos.post(STEPS, {"act": "publish"})
    assert Client().get("/builders/cleo-park/").status_code == 200
    assert "All done. Clients can book you." in cleos.get(STEPS).content.decode()


def test_a_skipped_step_stays_on_the_list_and_the_next_one_is_offered(adas: Client, ada: User) -> None:
    adas.post(STEPS, {"act": "skip", "step": "profile"})

    seen = adas.get(STEPS).content.decode()
    assert '<h2 id="step-title">Set your working hours</h2>' in seen
    assert "skipped" in seen
    assert "1 of 5 done" in seen
    assert "Headline" in adas.get(STEPS, {"step": "profile"}).content.decode(), "it can be done later"


def test_a_step_that_does_not_exist_is_refused(adas: Client) -> None:
    assert adas.post(STEPS, {"act": "skip", "step": "x" * 300}).status_code == 302
    assert not FirstSteps.objects.exists()
    assert adas.get(STEPS, {"step": "nonsense"}).status_code == 200


def test_the_list_on_the_dashboard_can_be_hidden_and_shown_again(adas: Client) -> None:
    assert "Your first steps" in adas.get("/dashboard/").content.decode()

    hidden = adas.post(STEPS, {"act": "hide"}, follow=True)
    assert hidden.redirect_chain[-1][0] == "/dashboard/"
    assert "Your first steps" not in hidden.content.decode()
    adas.post(STEPS, {"act": "show"})
    assert "Your first steps" in adas.get("/dashboard/").content.decode()


def test_the_list_goes_once_everything_is_done(adas: Client, ada: User) -> None:
    prepare(adas, ada)

    assert "Your first steps" not in adas.get("/dashboard/").content.decode()


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("profile", {"headline": "", "bio": ""}, "Enter a headline."),
        ("profile", {"headline": "Potter", "bio": ""}, "Choose a picture."),
        ("hours", {"hours": "never", "timezone": "Europe/Berlin"}, "Select a valid choice"),
        ("place", {"meeting_url": "", "place": ""}, "Enter the link at which you meet."),
        ("place", {"meeting_url": "meet.example/a", "place": "Nowhere at all"}, "Try a larger town nearby."),
    ],
)
def test_an_incomplete_step_is_shown_again(adas: Client, step: str, fields: dict[str, str], words: str) -> None:
    answer = send(adas, step, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_hours_that_exist_are_not_replaced(adas: Client, ada: User) -> None:
    open_hours(ada, [(0, 600, 660)])

    send(adas, "hours", hours="weekdays", timezone="Europe/Berlin")

    assert [rule.start for rule in Schedule.objects.get().rules.all()] == [600]


def test_the_headline_of_a_later_application_is_shown(cleo: User, alex: User) -> None:
    applications.apply(user=cleo, headline="Potter", message="m" * 50)
    applications.decide(application=BuilderApplication.objects.get(), by=alex, granted=False, reason="Too short.")

    again = applications.apply(user=cleo, headline="Potter for beginners", message="m" * 50)
    applications.decide(application=again, by=alex, granted=True, reason="Thanks.")

    assert BuilderProfile.objects.get(user=cleo).headline == "Potter for beginners"
    assert Role.BUILDER in User.objects.get(pk=cleo.pk).roles


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_takes_the_same_queries_with_many_offers(
    adas: Client, ada: User, count: int, django_assert_num_queries: Any
) -> None:
    open_hours(ada)
    for number in range(count):
        free_session(ada, title=f"Session {number}")

    with django_assert_num_queries(4):
        adas.get(STEPS)
