"""Reviews by clients and builders, on pages and in services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement import services
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import Actor
from bookings.disputes import services as disputes
from bookings.models import Booking, Review, StarCount
from bookings.refusals import BookingRefusal
from bookings.reviews import ratings
from bookings.reviews import services as reviews
from bookings.reviews.rules import WITHIN
from bookings.states import Side, State
from coaching.models import SessionType
from core import clock
from core.errors import Refusal
from core.registry import integrity_findings
from tests.bookings.cast import book_as_guest, builder_of, client_of, confirmed, finished, free_shop
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import refused, soon

pytestmark = pytest.mark.django_db


def url(name: str, booking: Booking, *more: Any) -> str:
    return reverse(f"bookings:{name}", args=[booking.reference, *more])


def test_both_reviews_are_published_together(done: Booking, ada: User) -> None:
    mine = reviews.write(booking=done, by=client_of(done), rating=5, text="Clear and kind.")
    assert mine.published_at is None
    assert ratings.of_builders([ada.pk])[ada.pk].count == 0

    theirs = reviews.write(booking=done, by=builder_of(done), rating=4, text="Well prepared.")

    mine.refresh_from_db()
    assert mine.published_at == theirs.published_at is not None
    rating = ratings.of_builders([ada.pk])[ada.pk]
    assert (rating.average, rating.count, rating.stars) == (5.0, 1, {5: 1})
    assert Notification.objects.filter(kind="review").count() == 3, "asked once, published twice"


def test_stars_are_counted_with_every_change_of_a_review_and_its_booking(done: Booking, ada: User) -> None:
    for by in (client_of(done), builder_of(done)):
        reviews.write(booking=done, by=by, rating=5, text="")
    review, support = Review.objects.get(side="client"), Actor(Side.SUPPORT, ada)

    def stars() -> dict[int, int]:
        assert integrity_findings(clock.now()) == []
        return ratings.of_builders([ada.pk])[ada.pk].stars

    assert stars() == {5: 1}
    disputes.open_(booking=done, by=client_of(done), reason="It was not what we agreed.")
    assert stars() == {}
    Review.objects.update(rating=2)
    disputes.resolve(booking=done, by=support, outcome=State.COMPLETED, reason="Both were heard.")
    assert stars() == {2: 1}
    Review.objects.filter(pk=review.pk).update(rating=3)
    assert stars() == {3: 1}
    Review.objects.filter(pk=review.pk).delete()
    assert stars() == {}
    StarCount.objects.update(counts=[0, 0, 0, 0, 4])
    assert [finding.check for finding in integrity_findings(clock.now())] == ["bookings: stars"]


def test_a_review_can_be_changed_until_it_is_published(done: Booking) -> None:
    reviews.write(booking=done, by=client_of(done), rating=2, text="Hm.")
    reviews.write(booking=done, by=client_of(done), rating=4, text="On second thoughts.")
    assert Review.objects.get().rating == 4
    reviews.write(booking=done, by=builder_of(done), rating=4, text="")

    error = refused(lambda: reviews.write(booking=done, by=client_of(done), rating=1, text="No!"))

    assert error.refusal == BookingRefusal.REVIEW_CLOSED


@pytest.mark.parametrize("state", [State.CONFIRMED, State.IN_PROGRESS, State.DISPUTED, State.CANCELLED])
def test_only_completed_sessions_can_be_reviewed(hour: SessionType, cleo: User, state: State) -> None:
    booking = confirmed(hour, cleo)
    if state == State.CANCELLED:
        services.cancel(booking=booking, by=client_of(booking))
    elif state != State.CONFIRMED:
        services.start(booking=booking, by=builder_of(booking))
    if state == State.DISPUTED:
        disputes.open_(booking=booking, by=client_of(booking), reason="It was cut short.")

    error = refused(lambda: reviews.write(booking=booking, by=client_of(booking), rating=5, text=""))

    assert error.refusal == BookingRefusal.REVIEW_CLOSED


def test_after_two_weeks_a_single_review_is_published(done: Booking) -> None:
    reviews.write(booking=done, by=client_of(done), rating=5, text="Good.")
    assert reviews.publish_due(clock.now()) == 0
    Booking.objects.update(completed_at=clock.now() - WITHIN - timedelta(minutes=1))

    assert [reviews.publish_due(clock.now()) for _ in range(2)] == [1, 0]
    error = refused(lambda: reviews.write(booking=done, by=builder_of(done), rating=4, text=""))
    assert error.sentence == "The two weeks for writing a review are over."


def test_a_dispute_hides_reviews_until_it_is_settled(done: Booking, ada: User, suri: User) -> None:
    for by in (client_of(done), builder_of(done)):
        reviews.write(booking=done, by=by, rating=1, text="")
    disputes.open_(booking=done, by=builder_of(done), reason="That is not fair.")
    assert ratings.latest(ada.pk) == []

    disputes.resolve(booking=done, by=Actor(Side.SUPPORT, suri), outcome=State.COMPLETED, reason="It took place.")

    assert len(ratings.latest(ada.pk)) == 1


def test_only_the_reviewed_side_can_reply_and_only_once(done: Booking) -> None:
    mine = reviews.write(booking=done, by=client_of(done), rating=3, text="")
    assert (
        refused(lambda: reviews.reply(review=mine, by=builder_of(done), text="Oh.")).refusal
        == BookingRefusal.REVIEW_CLOSED
    )
    reviews.write(booking=done, by=builder_of(done), rating=5, text="")

    assert refused(lambda: reviews.reply(review=mine, by=client_of(done), text="Me.")).refusal == Refusal.FORBIDDEN
    reviews.reply(review=mine, by=builder_of(done), text="Thank you.")
    assert (
        refused(lambda: reviews.reply(review=mine, by=builder_of(done), text="And")).refusal
        == BookingRefusal.REVIEW_CLOSED
    )
    assert Review.objects.get(side="client").reply == "Thank you."


def test_a_reported_review_is_sent_to_staff_and_hidden(
    done: Booking, ada: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    for by in (client_of(done), builder_of(done)):
        reviews.write(booking=done, by=by, rating=1, text="A word that nobody should read")
    review = Review.objects.get(side="client")
    sams = browser_of(make_person("Sam Lee"))

    sams.post(reverse("bookings:report", args=[review.pk]), {"report": "It is rude."})
    sams.post(reverse("bookings:report", args=[review.pk]), {"report": "Again."})

    review.refresh_from_db()
    assert review.report == "It is rude."
    assert Notification.objects.filter(person=suri, title="A review is reported").count() == 1
    reviews.moderate(review=review, by=suri, is_hidden=True, reason="Rude.")
    assert ratings.of_builders([ada.pk])[ada.pk].count == 0
    assert "nobody should read" not in visible_text(sams.get("/builders/ada-moreno/"))


def test_both_sides_review_and_reply_on_the_page(
    done: Booking, cleo: User, ada: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, adas = browser_of(cleo), browser_of(ada)
    page = url("reviews", done)

    assert cleos.post(page, {"text": "No stars"}).status_code == 422
    assert cleos.post(page, {"rating": 9}).status_code == 422
    cleos.post(page, {"rating": 5, "text": "<b>Clear</b>"})
    assert "Clear" not in visible_text(adas.get(page)), "hidden until both are written"
    adas.post(page, {"rating": 4, "text": "Prepared"})

    shown = visible_text(cleos.get(page))
    assert "Prepared" in shown
    assert "&lt;b&gt;Clear&lt;/b&gt;" in cleos.get(page).content.decode()
    assert "1 review" in visible_text(Client().get("/builders/ada-moreno/"))
    adas.post(url("reply", done, Review.objects.get(side="client").pk), {"reply": "Come again."})
    assert "Come again." in visible_text(Client().get("/builders/ada-moreno/"))
    assert browser_of(make_person("Sam Lee")).get(page).status_code == 404


def test_a_guest_reviews_with_their_link(ada: User, client: Client) -> None:
    booking = book_as_guest(free_shop(ada))
    services.complete(booking=services.start(booking=booking, by=builder_of(booking)), by=builder_of(booking))

    client.post(path_for(booking, Purpose.MAIL, "guest_reviews"), {"rating": 5, "text": "Good start."})

    assert Review.objects.get().author_name == "Gwen Guest"


def test_people_do_not_report_their_own_reviews(done: Booking, cleos: Client, ada: User) -> None:
    mine = reviews.write(booking=done, by=client_of(done), rating=4, text="Clear.")
    theirs = reviews.write(booking=done, by=builder_of(done), rating=4, text="Prepared.")

    page = cleos.get(reverse("bookings:reviews", args=[done.reference])).content.decode()

    assert reverse("bookings:report", args=[theirs.pk]) in page
    assert reverse("bookings:report", args=[mine.pk]) not in page
    assert cleos.get(reverse("bookings:report", args=[mine.pk])).status_code == 404


def test_the_dashboard_links_to_the_sessions_that_wait_for_a_review(
    done: Booking, hour: SessionType, cleo: User, adas: Client
) -> None:
    reviewed = finished(hour, cleo, soon(13))
    reviews.write(booking=reviewed, by=builder_of(reviewed), rating=4, text="")
    address = f"{reverse('bookings:as_builder')}?show=past&amp;which=to-review"
    assert f'href="{address}"' in adas.get(reverse("marketplace:dashboard")).content.decode()

    page = visible_text(adas.get(reverse("bookings:as_builder"), {"show": "past", "which": "to-review"}))

    assert "Sessions you have not reviewed yet" in page
    both = visible_text(adas.get(reverse("bookings:as_builder"), {"show": "past"}))
    assert (page.count(hour.title), both.count(hour.title)) == (2, 3), "each row, and a choice of the filter"


def test_the_database_fills_in_the_builder_of_a_review(done: Booking, ada: User) -> None:
    review = reviews.write(booking=done, by=client_of(done), rating=5, text="Clear and kind.")
    assert review.builder_id is None, "as old processes write it"
    assert Review.objects.get().builder == ada

    review.save()
    assert Review.objects.get().builder == ada
