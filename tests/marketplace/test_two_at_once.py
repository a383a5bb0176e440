"""Concurrent changes to the same listing or portfolio."""

from __future__ import annotations

from itertools import count

import pytest
from django.core.files.base import ContentFile

from accounts.models import BuilderProfile, Notification, User
from accounts.roles import Role
from core import clock
from core.models import AuditEntry, OutboxMessage
from marketplace import listings, portfolio, services
from marketplace.letters import services as letters
from marketplace.models import BuilderListing, BuilderMetrics, Favourite, Moderation, PortfolioAsset
from marketplace.portfolio import PieceText
from pathways.models import Pathway, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person, make_person, make_staff

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def profile() -> BuilderProfile:
    return make_builder_person(f"Ada Moreno {next(numbers)}").builder_profile


@pytest.fixture
def staff() -> User:
    return make_staff(f"Suri Support {next(numbers)}", Role.SUPPORT)


def add(profile: BuilderProfile, title: str) -> PortfolioAsset:
    return portfolio.add_link(profile=profile, text=PieceText(title), url="https://video.test/1")


def reload(piece: PortfolioAsset) -> PortfolioAsset:
    return PortfolioAsset.objects.get(pk=piece.pk)


def positions(profile: BuilderProfile) -> list[int]:
    return sorted(PortfolioAsset.objects.filter(builder=profile).values_list("position", flat=True))


def test_adding_the_same_favourite_twice(profile: BuilderProfile) -> None:
    cleo = make_person(f"Cleo Park {next(numbers)}")

    assert at_once(*[lambda: services.set_favourite(person=cleo, profile=profile, is_kept=True) for _ in range(2)]) == [
        DONE,
        DONE,
    ]
    assert Favourite.objects.filter(person=cleo).count() == 1


def test_requesting_verification_twice(profile: BuilderProfile, staff: User) -> None:
    assert at_once(*[lambda: services.request_verification(profile=profile) for _ in range(2)]) == [DONE, DONE]
    assert Moderation.objects.filter(builder=profile).count() == 1
    assert Notification.objects.filter(person=staff, event__startswith=f"verify:{profile.pk}").count() == 1


def test_verifying_twice(profile: BuilderProfile, staff: User) -> None:
    assert at_once(*[lambda: services.verify(profile=profile, by=staff, is_verified=True) for _ in range(2)]) == [
        DONE,
        DONE,
    ]
    assert Notification.objects.filter(person=profile.user, title="You are verified").count() == 1


def test_featuring_twice(profile: BuilderProfile, staff: User) -> None:
    assert at_once(*[lambda: services.feature(profile=profile, by=staff, is_featured=True) for _ in range(2)]) == [
        DONE,
        DONE,
    ]
    assert AuditEntry.objects.filter(subject__endswith=str(profile.pk), action="listing moderated").count() == 1


def test_hiding_twice(profile: BuilderProfile, staff: User) -> None:
    assert at_once(*[lambda: services.hide(profile=profile, by=staff, reason="No.") for _ in range(2)]) == [DONE, DONE]
    assert Notification.objects.filter(person=profile.user, title="Your listing is hidden").count() == 1


def test_two_new_pieces_get_different_positions(profile: BuilderProfile) -> None:
    assert at_once(lambda: add(profile, "One"), lambda: add(profile, "Two")) == [DONE, DONE]
    assert positions(profile) == [0, 1]


def test_two_pieces_for_the_last_free_position(profile: BuilderProfile) -> None:
    for number in range(portfolio.MAX_PIECES - 1):
        add(profile, f"Piece {number}")

    assert at_once(lambda: add(profile, "One"), lambda: add(profile, "Two")) == [DONE, "invalid"]
    assert positions(profile) == list(range(portfolio.MAX_PIECES))


def test_reordering_twice(profile: BuilderProfile) -> None:
    order = [add(profile, f"Piece {number}").pk for number in range(4)]

    outcomes = at_once(
        lambda: portfolio.reorder(profile=profile, order=order),
        lambda: portfolio.reorder(profile=profile, order=order[::-1]),
    )

    assert outcomes == [DONE, DONE]
    assert positions(profile) == [0, 1, 2, 3]


def test_removing_a_piece_while_its_texts_change(profile: BuilderProfile) -> None:
    piece = add(profile, "One")
    other_tab = reload(piece)

    outcomes = at_once(
        lambda: portfolio.remove(piece=piece), lambda: portfolio.describe(piece=other_tab, text=PieceText("Two"))
    )

    assert outcomes in ([DONE, DONE], [DONE, "not_found"])
    assert not PortfolioAsset.objects.filter(builder=profile).exists()


def test_removing_a_piece_twice(profile: BuilderProfile) -> None:
    piece = portfolio.add_file(
        profile=profile, text=PieceText("One"), file=ContentFile(b"words", name="one.txt"), is_audio=False
    )
    other_tab = reload(piece)

    outcomes = at_once(lambda: portfolio.remove(piece=piece), lambda: portfolio.remove(piece=other_tab))

    assert outcomes == [DONE, DONE]


def test_taking_a_piece_down_twice(profile: BuilderProfile, staff: User) -> None:
    piece = add(profile, "One")
    tabs = [reload(piece), reload(piece)]

    outcomes = at_once(*[lambda tab=tab: portfolio.take_down(piece=tab, by=staff, reason="No.") for tab in tabs])

    assert outcomes == [DONE, DONE]
    assert AuditEntry.objects.filter(action="portfolio piece taken down", subject__endswith=str(piece.pk)).count() == 1


def test_recounting_a_listing_twice(profile: BuilderProfile) -> None:
    assert at_once(lambda: listings.recount([profile.pk]), lambda: listings.recount(None)) == [DONE, DONE]
    assert BuilderMetrics.objects.filter(builder=profile).count() == 1
    assert BuilderListing.objects.filter(builder=profile).count() == 1


def test_two_workers_send_one_letter() -> None:
    person = make_person(f"Wendy Weekly {next(numbers)}")
    enrolments.enrol(client=person, pathway=Pathway.objects.get(slug="play"))
    progress.complete(client=person, skill=Skill.objects.get(slug="set-up-your-tools"), by=person)
    now = clock.now()

    def send() -> None:
        letters.send(person=person, now=now)

    assert at_once(send, send, send) == [DONE] * 3
    assert OutboxMessage.objects.filter(event__startswith="letter:", recipient=person.email).count() == 1
