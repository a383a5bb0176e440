"""Session types loaded for booking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from coaching.models import SessionType
from coaching.queries import session_type_to_book
from coaching.services import QuestionInput, SessionTypeParts, save_session_type
from coaching.terms import offer_of, offer_to_book, terms_of
from core.ids import uuid7
from pathways.models import Pathway
from tests.scheduling.cast import rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def session_type(ada: User) -> SessionType:
    rates(ada)
    parts = SessionTypeParts(
        durations={60: Decimal("90.5"), 30: Decimal(50)},
        questions=[QuestionInput(label="Which one?", kind="dropdown", options=["This", "That"], is_required=True)],
        pathways=list(Pathway.objects.open()[:2]),
        tiers={24: 0, 0: 50},
    )
    return save_session_type(session_type=SessionType(builder=ada, title="Coaching"), parts=parts, by=ada)


def test_it_is_loaded_as_a_whole_in_one_query(session_type: SessionType, django_assert_num_queries: Any) -> None:
    usual = SessionType.objects.complete().select_related("builder__builder_profile").get(pk=session_type.pk)
    offer = offer_of(session_type.builder_id)
    usual_terms = terms_of(usual, offer)

    with django_assert_num_queries(1):
        loaded = session_type_to_book(pk=session_type.pk, is_active=True)
        assert loaded is not None
        terms = terms_of(loaded, offer_to_book(loaded))
        profile = loaded.builder.builder_profile
        names = [(pathway.slug, pathway.name) for pathway in loaded.pathways.all()]
        questions = list(loaded.questions.all())
        tiers = list(loaded.tiers.all())

    assert loaded == usual
    assert terms == usual_terms
    assert profile == usual.builder.builder_profile
    assert names == [(pathway.slug, pathway.name) for pathway in usual.pathways.all()]
    assert tiers == list(usual.tiers.all())
    assert [(tier.hours, tier.percent) for tier in tiers] == [(24, 0), (0, 50)]
    for question, same in zip(questions, usual.questions.all(), strict=True):
        for name in ("pk", "label", "kind", "options", "is_required", "is_asked", "position", "session_type"):
            assert getattr(question, name) == getattr(same, name), name


def test_a_builder_without_an_offer_has_the_default_one(ada: User) -> None:
    session_type = SessionType.objects.create(builder=ada, title="Coaching")

    loaded = session_type_to_book(pk=session_type.pk)

    assert loaded is not None
    assert terms_of(loaded, offer_to_book(loaded)) == terms_of(session_type, offer_of(ada.pk))


def test_there_is_none_of_an_unknown_id() -> None:
    assert session_type_to_book(pk=uuid7()) is None
