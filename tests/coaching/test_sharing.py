"""A builder shares the price of a session with others, who agree first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services import revoke
from coaching.models import PriceShare, SessionType
from coaching.sharing import services
from coaching.sharing.services import WantedShare
from core.errors import Refused
from tests.bookings.cast import shop
from tests.cast import make_builder_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def bo(db: None) -> User:
    return make_builder_person("Bo Lindqvist")


def lines(*rows: tuple[str, str]) -> dict[str, str]:
    values = {"shares-TOTAL_FORMS": str(len(rows)), "shares-INITIAL_FORMS": "0"}
    for number, (builder, percent) in enumerate(rows):
        values |= {f"shares-{number}-builder": builder, f"shares-{number}-percent": percent}
    return values


def splits_of(session_type: SessionType) -> list[list[str]]:
    session_type.refresh_from_db()
    return list(session_type.splits)


def page_of(session_type: SessionType) -> str:
    return f"/dashboard/offers/{session_type.pk}/shares/"


def slug_of(person: User) -> str:
    return str(person.builder_profile.slug)


def test_a_share_counts_once_the_other_builder_agrees(adas: Client, hour: SessionType, bo: User) -> None:
    adas.post(page_of(hour), lines((f"https://waymark.test/builders/{slug_of(bo)}/", "40")))
    assert splits_of(hour) == []
    browser = Client()
    browser.force_login(bo)
    assert "Waiting for your answer" in browser.get("/dashboard/offers/shares/").content.decode()

    share = PriceShare.objects.get()
    browser.post(f"/dashboard/offers/shares/{share.pk}/answer/", {"act": "accept", "percent": "40"})

    assert splits_of(hour) == [[str(bo.pk), "40"]]
    assert bo.notifications.filter(title__startswith="Ada Moreno wants to share").exists()
    assert hour.builder.notifications.filter(title__startswith="Bo Lindqvist agreed").exists()


def test_a_share_that_changes_waits_for_another_answer(hour: SessionType, ada: User, bo: User) -> None:
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    services.answer(share=PriceShare.objects.get(), accepts=True, by=bo)

    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(20))], by=ada)

    assert splits_of(hour) == []
    assert PriceShare.objects.get().status == PriceShare.Status.PROPOSED


def test_saving_the_same_again_keeps_the_agreement(hour: SessionType, ada: User, bo: User) -> None:
    for _ in range(2):
        services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
        services.answer(share=PriceShare.objects.get(), accepts=True, by=bo)
    assert splits_of(hour) == [[str(bo.pk), "40"]]
    assert bo.notifications.filter(title__startswith="Ada Moreno wants to share").count() == 1


def test_who_is_left_out_gets_nothing_of_later_bookings(hour: SessionType, ada: User, bo: User) -> None:
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    services.answer(share=PriceShare.objects.get(), accepts=True, by=bo)

    services.save_shares(session_type=hour, shares=[], by=ada)

    assert splits_of(hour) == []
    assert bo.notifications.filter(title__contains="no longer shares").exists()


def test_a_former_builder_shares_no_later_bookings(hour: SessionType, ada: User, bo: User, alex: User) -> None:
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    services.answer(share=PriceShare.objects.get(), accepts=True, by=bo)

    revoke(user=bo, role=Role.BUILDER, by=alex, reason="Left.")

    assert splits_of(hour) == []


def test_the_parts_of_others_leave_some_to_the_builder(adas: Client, hour: SessionType, bo: User, cleo: User) -> None:
    for rows, words in [
        ([("ada-moreno", "10")], "do not enter yourself"),
        ([("nobody", "10")], "There is no builder at this address"),
        ([(slug_of(bo), "100")], "less than or equal to 99"),
        ([(slug_of(bo), "")], "Enter the percentage"),
        ([(slug_of(bo), "10"), (slug_of(bo), "20")], "Another line is already for this builder"),
    ]:
        answer = adas.post(page_of(hour), lines(*rows))
        assert (answer.status_code, words in answer.content.decode()) == (422, True), rows
    assert PriceShare.objects.count() == 0


def test_only_the_builder_of_a_share_answers_it(hour: SessionType, ada: User, bo: User, adas: Client) -> None:
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    share = PriceShare.objects.get()

    assert adas.post(f"/dashboard/offers/shares/{share.pk}/answer/", {"act": "accept"}).status_code == 404
    with pytest.raises(Refused):
        services.answer(share=share, accepts=True, by=ada)
    with pytest.raises(Refused):
        services.save_shares(session_type=hour, shares=[], by=bo)


def test_an_answer_to_an_older_part_does_not_count(hour: SessionType, ada: User, bo: User) -> None:
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    share = PriceShare.objects.get()
    services.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(5))], by=ada)
    browser = Client()
    browser.force_login(bo)

    browser.post(f"/dashboard/offers/shares/{share.pk}/answer/", {"act": "accept", "percent": "40"})

    assert splits_of(hour) == []
