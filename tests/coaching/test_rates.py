"""The rates of a builder: the form of them, what it refuses, and rates that a command makes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from coaching.models import Offer
from coaching.services import save_rates
from core.errors import Refused
from tests.cast import make_builder_person
from tests.factories.coaching import OfferFactory
from tests.reading import visible_text
from tests.scheduling.cast import rates

pytestmark = pytest.mark.django_db


def test_rates_are_saved_all_or_none(adas: Client, ada: User) -> None:
    fields = {
        "currency": "EUR", "hourly_rate": "95", "day_rate": "", "day_minutes": "480", "default_duration": "60",
        "minimum_duration": "30", "maximum_duration": "120", "is_active": "on", "services": ["mixing"],
        "prices-TOTAL_FORMS": "3", "prices-INITIAL_FORMS": "0", "prices-0-minutes": "60", "prices-0-price": "90.50",
    }  # fmt: skip
    answer = adas.post(reverse("coaching:rates"), fields, follow=True)

    saved = Offer.objects.get()
    assert "Your rates have been saved." in answer.content.decode()
    assert (saved.currency, saved.hourly_rate, saved.day_rate) == ("EUR", Decimal(95), None)
    assert [service.slug for service in saved.services.all()] == ["mixing"]
    assert "€90.50" in answer.content.decode()

    wrong = adas.post(reverse("coaching:rates"), fields | {"currency": "JPY"})
    assert wrong.status_code == 422
    assert "JPY has no decimals." in wrong.content.decode()
    assert Offer.objects.get().currency == "EUR", "all of it or nothing"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"minimum_duration": "130"}, "minimum_duration", "The shortest duration is longer than the longest."),
        ({"maximum_duration": "1441"}, "maximum_duration", "1441 is not between 5 and 1440 minutes."),
        ({"default_duration": "45"}, "default_duration", "The default is not among the durations."),
        ({"prices-0-price": ""}, "__all__", "Offer at least one duration, or enter an hourly or day rate."),
        ({"currency": "JPY", "prices-0-price": "1.50"}, "__all__", "JPY has no decimals."),
        ({"currency": "JPY", "hourly_rate": "1.50"}, "hourly_rate", "JPY has no decimals."),
    ],
)
def test_refused_rates_are_explained_beside_their_field(
    adas: Client, changes: dict[str, str], field: str, words: str
) -> None:
    fields = {
        "currency": "EUR", "day_minutes": "480", "default_duration": "60", "minimum_duration": "30",
        "maximum_duration": "120", "prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-minutes": "60",
        "prices-0-price": "90",
    }  # fmt: skip

    page = adas.post(reverse("coaching:rates"), fields | changes)

    assert page.context["form"].errors[field] == [words]


def test_the_former_page_of_rates_leads_to_the_page_of_offers(adas: Client, ada: User) -> None:
    rates(ada)
    answer = adas.get(reverse("coaching:rates"))

    assert answer["Location"] == "/dashboard/offers/#rates"
    assert "Your rates 30 min $50.00 · 1 h $90.00 · 1 h 30 min $120.00" in visible_text(adas.get(answer["Location"]))


def test_rates_in_an_unknown_currency_are_refused(ada: User) -> None:
    with pytest.raises(Refused) as refused:
        save_rates(builder=ada, hourly_rate=None, day_rate=None, day_minutes=480, services=[], currency="XXX")

    assert refused.value.fields == {"currency": ["XXX is not a currency of ISO 4217."]}


def test_the_command_makes_session_configs_from_hourly_rates(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    """Seed 002: half the rate, the rate, and one and a half times the rate; running it again changes nothing."""
    OfferFactory.create(builder=ada, hourly_rate=Decimal("75.01"))
    yen = make_builder_person("Yuki Yen")
    OfferFactory.create(builder=yen, hourly_rate=Decimal(9001), currency="JPY")
    rates(done := make_builder_person("Dana Done"))
    call_command("migrate_hourly_rates", "--dry-run")
    assert not ada.offer.durations.exists()

    call_command("migrate_hourly_rates")
    call_command("migrate_hourly_rates")

    assert [str(line.price) for line in ada.offer.durations.all()] == ["37.5100", "75.0100", "112.5200"]
    assert [line.price for line in yen.offer.durations.all()] == [4501, 9001, 13502]
    assert done.offer.durations.get(minutes=60).price == 90
    output = capsys.readouterr().out
    assert "Ada Moreno: 30 min 37.51, 60 min 75.01, 90 min 112.52 USD" in output
    assert "2 builders" in output
    assert "0 builders" in output
