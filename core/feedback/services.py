"""Services for feedback."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction

from core import clock
from core.feedback.models import Feedback

SIGNER = Signer(salt="core.feedback")
Occasion = Feedback.Occasion


def key_for(reference: str) -> str:
    """Returns the key with which the answer about this booking is given, without signing in."""
    return SIGNER.sign(reference)


def reference_of(key: str) -> str | None:
    """Returns the booking of a key; None for a damaged one."""
    try:
        return SIGNER.unsign(key)
    except BadSignature:
        return None


@transaction.atomic
def answer(*, reference: str, was_easy: bool, person: Any = None) -> Feedback:
    """Records whether booking was easy. A second answer about the same booking replaces the first."""
    row, _ = Feedback.objects.update_or_create(
        occasion=Occasion.BOOKING,
        reference=reference,
        defaults={"was_easy": was_easy},
        create_defaults={"was_easy": was_easy, "person": person, "created_at": clock.now()},
    )
    return row


@transaction.atomic
def add_words(*, reference: str, text: str) -> bool:
    """Adds words to the answer about a booking; returns False if there is no answer yet."""
    return bool(Feedback.objects.filter(occasion=Occasion.BOOKING, reference=reference).update(text=text))


@transaction.atomic
def send(*, text: str, was_easy: bool | None = None, person: Any = None) -> Feedback:
    """Records what somebody says in the form."""
    return Feedback.objects.create(
        occasion=Occasion.FORM, text=text, was_easy=was_easy, person=person, created_at=clock.now()
    )
