"""The pages on which builders edit session types, and the rules of their services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.services import revoke
from coaching.models import Offer, Question, SessionType
from coaching.services import QuestionInput, SessionTypeParts, duplicate, save_rates, save_session_type
from core.errors import Refused
from core.models import AuditEntry
from tests.cast import make_builder_person
from tests.factories.invoices import TaxKindFactory
from tests.reading import visible_text
from tests.scheduling.cast import free_session, offer, open_hours, rates

pytestmark = pytest.mark.django_db


def form(**changes: Any) -> dict[str, Any]:
    """Returns the fields of a new session type as the page sends them; a change to None removes the field."""
    blank = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}
    fields = {
        "title": "App review", "description": "Screen by screen.", "category": "SPECIALIZED", "default_minutes": "60",
        "is_remote": "on", "seats": "1", "colour": "sky",
        "prices-0-minutes": "60", "prices-0-price": "90",
        "tiers-0-hours": "24", "tiers-0-percent": "50",
        "questions-0-label": "How far are you?", "questions-0-kind": "dropdown", "questions-0-options": "Idea\nHalf",
    }  # fmt: skip
    for prefix in ("prices", "tiers", "questions"):
        fields |= {f"{prefix}-{name}": value for name, value in blank.items()}
    return {name: value for name, value in (fields | changes).items() if value is not None}


def test_a_session_type_is_created(adas: Client, ada: User) -> None:
    answer = adas.post(reverse("coaching:new_offer"), form(), follow=True)

    assert "“App review” is saved." in answer.content.decode()
    session_type = SessionType.objects.get()
    assert (session_type.builder, session_type.colour, session_type.position) == (ada, "sky", 0)
    assert [(line.minutes, line.price) for line in session_type.durations.all()] == [(60, Decimal(90))]
    assert [(tier.hours, tier.percent) for tier in session_type.tiers.all()] == [(24, 50)]
    assert session_type.questions.get().options == ["Idea", "Half"]
    assert AuditEntry.objects.filter(action="session type made").exists()


def test_the_first_publication_leads_to_what_is_missing_and_later_ones_to_the_list(adas: Client) -> None:
    first = adas.post(reverse("coaching:new_offer"), form(act="publish"))
    second = adas.post(reverse("coaching:new_offer"), form(act="publish"))

    assert first["Location"] == reverse("marketplace:dashboard")
    assert second["Location"] == reverse("coaching:offers")


def test_a_new_builder_has_prices_in_the_currency_of_their_time_zone(adas: Client, ada: User) -> None:
    assert "Price in EUR" in visible_text(adas.get(f"{reverse('coaching:new_offer')}?kind=one-to-one"))

    adas.post(reverse("coaching:new_offer"), form(act="publish"))

    assert Offer.objects.get(builder=ada).currency == "EUR"


def test_a_missing_price_leaves_the_other_options_folded(adas: Client) -> None:
    unpriced = form(act="publish", **{"prices-0-price": ""})
    folded = '<details class="card stack" >'

    assert folded in adas.post(reverse("coaching:new_offer"), unpriced).content.decode()
    wrong_tier = adas.post(reverse("coaching:new_offer"), unpriced | {"tiers-0-percent": "500"})
    assert folded not in wrong_tier.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prices-0-price": "0.001"}, "EUR has 2 decimals."),
        (
            {"prices-TOTAL_FORMS": "2", "prices-1-minutes": "60", "prices-1-price": "9"},
            "There is already a price for this length.",
        ),
        (
            {"tiers-TOTAL_FORMS": "2", "tiers-1-hours": "24", "tiers-1-percent": "0"},
            "Another line has the same number of hours.",
        ),
        ({"questions-TOTAL_FORMS": "10000"}, "A list can have at most 50 lines."),
        ({"title": ""}, "Give it a title."),
        ({"is_remote": None}, "Choose at least one: remote, or in person."),
        ({"is_in_person": "on"}, "Enter where you meet."),
        ({"category": "PATHWAY"}, "Choose at least one pathway."),
        ({"default_minutes": "45"}, "The usual length is not among the durations."),
        ({"prices-0-price": ""}, "No length of this session has a price yet."),
        (
            {
                "tiers-0-hours": "24",
                "tiers-0-percent": "0",
                "tiers-1-hours": "48",
                "tiers-1-percent": "50",
                "tiers-TOTAL_FORMS": "2",
            },
            "48 hours ahead costs 50%, 24 hours ahead 0%.",
        ),
        ({"prices-0-minutes": "3"}, "greater than or equal to 5"),
        ({"horizon_days": "731"}, "less than or equal to 730"),
        ({"minimum_notice": "2000000000"}, "less than or equal to 129600"),
        ({"prices-0-price": "-1"}, "greater than or equal to 0"),
        ({"questions-0-options": "One"}, "A list needs at least two lines."),
    ],
)
def test_invalid_input_is_refused_and_kept_in_the_form(adas: Client, changes: dict[str, Any], words: str) -> None:
    page = adas.post(reverse("coaching:new_offer"), form(**changes))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Screen by screen." in page.content.decode(), "what was typed is kept"
    assert not SessionType.objects.exists()


def test_a_missing_question_is_kept_and_not_asked_any_more(ada: User) -> None:
    session_type = free_session(ada)
    save_session_type(
        session_type=session_type, parts=SessionTypeParts({30: None}, questions=[QuestionInput("Old?", "text")]), by=ada
    )
    old = session_type.questions.get()

    changed = [QuestionInput("Older?", "text", id=old.pk), QuestionInput("New?", "checkbox")]
    save_session_type(session_type=session_type, parts=SessionTypeParts({30: None}, questions=changed), by=ada)
    save_session_type(session_type=session_type, parts=SessionTypeParts({30: None}, questions=[]), by=ada)

    assert list(Question.objects.values_list("label", "is_asked")) == [("Older?", False), ("New?", False)]


def test_lengths_must_all_have_a_price_or_none(ada: User) -> None:
    with pytest.raises(Refused) as refused:
        save_session_type(session_type=offer(ada), parts=SessionTypeParts({30: Decimal(1), 60: None}), by=ada)
    assert refused.value.fields == {"durations": ["Give every length a price of its own, or none of them."]}


def test_session_types_are_reordered_duplicated_and_closed(adas: Client, ada: User) -> None:
    first, second, third = (free_session(ada, title=title) for title in ("One", "Two", "Three"))
    adas.post(reverse("coaching:reorder"), {"move": str(third.pk), "by": "up"})
    assert [session_type.title for session_type in ada.session_types.all()] == ["One", "Three", "Two"]
    adas.post(reverse("coaching:reorder"), {"order": [str(second.pk), str(first.pk), "nonsense"]})
    assert [session_type.title for session_type in ada.session_types.all()] == ["Two", "One", "Three"]

    adas.post(reverse("coaching:duplicate", args=[first.pk]))
    copy = ada.session_types.get(title="One (copy)")
    assert (copy.is_active, [line.minutes for line in copy.durations.all()]) == (False, [30])
    adas.post(reverse("coaching:switch", args=[first.pk]))
    first.refresh_from_db()
    assert first.is_active is False


def test_a_session_type_has_a_kind_of_vat_where_there_are_several(adas: Client) -> None:
    TaxKindFactory.create()
    assert "tax_kind" not in adas.get(reverse("coaching:new_offer")).content.decode()
    second = TaxKindFactory.create()

    adas.post(reverse("coaching:new_offer"), form(tax_kind=str(second.pk)))

    assert SessionType.objects.get().tax_kind == second


def test_another_builders_session_type_is_not_found(adas: Client) -> None:
    theirs = free_session(make_builder_person("Bo Builder"))

    for name in ("offer", "duplicate", "switch"):
        method = adas.get if name == "offer" else adas.post
        assert method(reverse(f"coaching:{name}", args=[theirs.pk])).status_code == 404
    adas.post(reverse("coaching:reorder"), {"order": [str(theirs.pk)]})
    assert duplicate(session_type=theirs, by=theirs.builder).title.endswith("(copy)")


def test_the_preview_shows_the_card_and_saves_nothing(adas: Client, ada: User) -> None:
    rates(ada)
    page = adas.post(
        reverse("coaching:preview"), form(**{"title": "<b>Half typed", "prices-0-price": ""})
    ).content.decode()

    assert "&lt;b&gt;Half typed" in page
    assert "$90.00" in page, "the rate of the config"
    assert not SessionType.objects.exists()


def test_an_hourly_rate_is_enough(adas: Client, ada: User) -> None:
    fields = {
        "currency": "EUR", "hourly_rate": "80", "day_minutes": "480", "default_duration": "60", "minimum_duration": "30",
        "maximum_duration": "120", "is_active": "on", "prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0",
        "prices-0-minutes": "60", "prices-0-price": "",
    }  # fmt: skip

    assert adas.post(reverse("coaching:rates"), fields).status_code == 302
    answer = adas.post(reverse("coaching:new_offer"), form(**{"prices-0-price": ""}), follow=True)

    assert (Offer.objects.get().hourly_rate, Offer.objects.get().durations.count()) == (Decimal(80), 0)
    assert "€80.00" in visible_text(answer)
    assert "Published" in visible_text(answer)


def test_a_new_length_becomes_the_first_one_offered(adas: Client, ada: User) -> None:
    fields = {
        "currency": "EUR", "day_minutes": "480", "default_duration": "60", "minimum_duration": "30",
        "maximum_duration": "120", "prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-minutes": "45",
        "prices-0-price": "70",
    }  # fmt: skip

    assert adas.post(reverse("coaching:rates"), fields).status_code == 302
    adas.post(reverse("coaching:new_offer"), form(default_minutes="", **{"prices-0-minutes": "50"}))

    assert Offer.objects.get().default_duration == 45
    assert SessionType.objects.get().default_minutes == 50


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("free", {"category": "FREE", "title": "Getting started", "seats": 1}),
        ("one-to-one", {"category": "SPECIALIZED", "seats": 1, "is_remote": True}),
        ("group", {"category": "SPECIALIZED", "seats": 6}),
        ("in-person", {"category": "SPECIALIZED", "is_in_person": True, "is_remote": False}),
        ("pathway", {"category": "PATHWAY"}),
    ],
)
def test_a_new_session_begins_with_its_kind(adas: Client, kind: str, expected: dict[str, Any]) -> None:
    choice = adas.get(reverse("coaching:new_offer"))
    assert f"?kind={kind}" in choice.content.decode()

    shown = adas.get(reverse("coaching:new_offer"), {"kind": kind}).context["form"]

    assert {name: shown[name].value() for name in expected} == expected


def test_a_new_session_allows_one_rate_type(adas: Client) -> None:
    adas.post(f"{reverse('coaching:new_offer')}?kind=one-to-one", form(act="publish"))

    assert (SessionType.objects.get().rate_types, SessionType.objects.get().is_active) == (["fixed"], True)


@pytest.mark.parametrize(
    ("rate_types", "pricing", "expected"),
    [
        (["hourly"], "hourly", ["hourly"]),
        (["fixed", "hourly", "day"], "lengths", ["fixed", "hourly", "day"]),
        (["fixed", "hourly", "day"], "hourly", ["hourly"]),
        (["hourly"], "day", ["day"]),
    ],
)
def test_editing_keeps_the_rate_types_unless_the_pricing_changes(
    adas: Client, ada: User, rate_types: list[str], pricing: str, expected: list[str]
) -> None:
    rates(ada)
    save_rates(builder=ada, hourly_rate=Decimal(75), day_rate=Decimal(500), day_minutes=480, services=[])
    session_type = offer(ada, rate_types=rate_types)

    answer = adas.post(
        reverse("coaching:offer", args=[session_type.pk]), form(pricing=pricing, **{"prices-0-price": ""})
    )

    assert answer.status_code == 302
    session_type.refresh_from_db()
    assert session_type.rate_types == expected


def test_a_free_session_takes_no_price(adas: Client, ada: User) -> None:
    adas.post(reverse("coaching:new_offer"), form(category="FREE"))
    assert SessionType.objects.get().durations.get().price is None

    with pytest.raises(Refused) as refused:
        save_session_type(session_type=free_session(ada), parts=SessionTypeParts({30: Decimal(10)}), by=ada)
    assert refused.value.fields == {"durations": ["A free session cannot have a price."]}


def test_a_session_without_a_price_is_kept_as_a_draft_and_cannot_be_published(adas: Client, ada: User) -> None:
    unpriced = form(**{"prices-0-price": ""})
    assert adas.post(reverse("coaching:new_offer"), unpriced | {"act": "publish"}).status_code == 422
    adas.post(reverse("coaching:new_offer"), unpriced | {"act": "draft"})
    draft = SessionType.objects.get()

    answer = adas.post(reverse("coaching:switch", args=[draft.pk]), follow=True)
    draft.refresh_from_db()
    assert "No length of this session has a price yet." in visible_text(answer)
    assert draft.is_active is False

    rates(ada)
    adas.post(reverse("coaching:switch", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.is_active is True


def test_a_published_session_that_loses_its_price_is_marked(adas: Client, ada: User) -> None:
    offer(ada)

    page = visible_text(adas.get(reverse("coaching:offers")))

    assert "Needs a price" in page
    assert "Published" not in page


def test_a_client_may_choose_how_long_by_the_hour_or_day(adas: Client, ada: User) -> None:
    rates(ada, allows_custom_duration=True, minimum_duration=60, maximum_duration=1440)
    save_rates(builder=ada, hourly_rate=Decimal(75), day_rate=Decimal(500), day_minutes=480, services=[])

    adas.post(reverse("coaching:new_offer"), form(pricing="open", act="publish"))

    session_type = SessionType.objects.get()
    assert (session_type.rate_types, session_type.durations.count()) == (["hourly", "day"], 0)
    card = visible_text(adas.get(reverse("coaching:offers")))
    assert "1 h to 24 h you choose An hour $75.00 A day $500.00" in card


@pytest.mark.parametrize("count", [1, 15])
def test_the_list_takes_the_same_queries_for_few_and_many(
    adas: Client, ada: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        offer(ada, title=f"Number {number}")
    adas.get(reverse("coaching:offers"))  # once before, so that the flag is in the cache

    with django_assert_num_queries(10):  # two of them for the services in the form of rates
        adas.get(reverse("coaching:offers"))


def test_losing_the_role_closes_the_offer_and_session_types(ada: User) -> None:
    rates(ada)
    open_hours(ada)
    session_type = free_session(ada)
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")

    session_type.refresh_from_db()
    assert (session_type.is_active, Offer.objects.get().is_active) == (False, False)
