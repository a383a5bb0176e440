"""Tests that a compiled query returns what the query returns from which it was made, with the values of each call."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import BuilderProfile, User
from coaching.models import Offer, OfferedDuration
from coaching.queries import active_types
from coaching.terms import offer_of, offers_of
from core.compiled import CompiledQuery
from core.counting import CompiledCounts
from core.ids import uuid7
from scheduling.queries import describe_session_types
from tests.factories.accounts import BuilderProfileFactory, UserFactory
from tests.factories.coaching import OfferFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db


def by_name(name: str) -> QuerySet[User]:
    return User.objects.filter(display_name=name).order_by("email")


def test_each_call_has_its_own_values() -> None:
    ann, bob = UserFactory.create(display_name="Ann"), UserFactory.create(display_name="Bob")
    people = CompiledQuery(by_name)

    assert people.rows("Ann") == [ann]
    assert people.rows("Bob") == [bob]
    assert people.rows("Nobody") == []
    assert people.first("Bob") == bob
    assert people.first("Nobody") is None


def test_values_are_no_part_of_the_sql() -> None:
    people = CompiledQuery(by_name)
    UserFactory.create(display_name="Ann")

    for name in ("'; DROP TABLE accounts_user; --", "%s", "%(name)s", "Ann' OR '1' = '1"):
        assert people.rows(name) == []


def test_the_sql_is_written_once(django_assert_num_queries: Any) -> None:
    calls = []

    def build(name: str) -> QuerySet[User]:
        calls.append(name)
        return by_name(name)

    people = CompiledQuery(build)
    with django_assert_num_queries(3):
        for name in ("Ann", "Bob", "Cem"):
            people.rows(name)

    assert len(calls) == 2, "written twice, to see that it does not depend on the values"
    assert "Ann" not in calls


def test_rows_are_freed_once_nobody_uses_them() -> None:
    UserFactory.create(display_name="Ann")

    [ann] = CompiledQuery(by_name).rows("Ann")
    reference = weakref.ref(ann)
    del ann

    assert reference() is None


def test_counts_of_several_querysets_in_one_query(django_assert_num_queries: Any) -> None:
    for number, name in enumerate(("Ann", "Ann", "Bob")):
        UserFactory.create(display_name=name, email=f"{number}@people.test")
    counts = CompiledCounts(lambda name: {"named": by_name(name), "others": User.objects.exclude(display_name=name)})

    with django_assert_num_queries(2):
        assert counts("Ann") == {"named": 2, "others": 1}
        assert counts("Nobody") == {"named": 0, "others": 3}


def test_related_rows_columns_and_values_come_with_it(django_assert_num_queries: Any) -> None:
    profile = BuilderProfileFactory.create()
    joined = CompiledQuery(
        lambda slug: BuilderProfile.objects.filter(slug=slug).select_related("user").only("slug", "user__email")
    )
    emails = CompiledQuery(lambda slug: BuilderProfile.objects.filter(slug=slug).values_list("user__email", flat=True))

    with django_assert_num_queries(1):
        loaded = joined.first(profile.slug)
        assert loaded is not None
        assert loaded.user.email == profile.user.email
    assert loaded.get_deferred_fields() >= {"headline", "bio"}
    assert emails.rows(profile.slug) == [profile.user.email]


def test_a_query_whose_shape_depends_on_a_value_is_refused() -> None:
    columns = iter(["display_name", "email"])

    with pytest.raises(ValueError, match="depends on the values"):
        CompiledQuery(lambda name: User.objects.filter(**{next(columns): name})).rows("Ann")


def test_a_value_that_the_database_gets_in_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not a parameter"):
        CompiledQuery(lambda name: User.objects.filter(display_name__startswith=name)).rows("Ann")


@pytest.mark.parametrize("value", [None, True, ["Ann"], User])
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be a value"):
        CompiledQuery(by_name).rows(value)


def test_the_offer_of_a_builder_is_that_of_several(django_assert_num_queries: Any) -> None:
    offer = OfferFactory.create()
    for minutes in (60, 30):
        OfferedDuration.objects.create(offer=offer, minutes=minutes, price=minutes)

    with django_assert_num_queries(2):
        loaded = offer_of(offer.pk)
        lengths = list(loaded.durations.all())
    assert vars(loaded).keys() == vars(offers_of([offer.pk])[offer.pk]).keys()
    assert [length.minutes for length in lengths] == [30, 60]
    assert lengths[0].offer is loaded
    assert offer_of(uuid7())._state.adding, "a default offer"


def test_active_session_types_come_with_lengths_and_service(django_assert_num_queries: Any) -> None:
    offer = OfferFactory.create()
    first, second = (SessionTypeFactory.create(builder=offer.builder, position=number) for number in (1, 2))
    SessionTypeFactory.create(builder=offer.builder, is_active=False)
    first.durations.create(minutes=45, price=20)

    with django_assert_num_queries(2):
        loaded = active_types(offer.pk)
        assert [[length.minutes for length in row.durations.all()] for row in loaded] == [[45], []]
    assert loaded == [first, second]
    assert {card.session_type for card in describe_session_types(loaded, Offer.objects.get(pk=offer.pk))} == {
        first,
        second,
    }
