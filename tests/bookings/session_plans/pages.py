"""Addresses and forms of the pages of session plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from bookings.models import SessionPlan
from coaching.models import SessionType
from tests.bookings.session_plans.cast import today

NEW = "/session-plans/new/"


def address_of(plan: SessionPlan, page: str = "session_plan", *more: Any) -> str:
    return reverse(f"bookings:{page}", args=[plan.pk, *more])


def form_for(*session_types: SessionType, **fields: Any) -> dict[str, Any]:
    values = {
        "per_week": "2",
        "part": "evening",
        "last_day": str(today() + timedelta(weeks=3)),
        "session_types": [str(row.pk) for row in session_types],
        "builder": "ada-moreno",
        "act": "propose",
    }
    return values | fields


def only_plan() -> SessionPlan:
    return SessionPlan.objects.get()


def only_row(plan: SessionPlan) -> Any:
    row = plan.sessions.first()
    assert row is not None
    return row


def form_values(page: Any, act: str) -> list[tuple[str, str]]:
    """Returns the fields of the form that takes back the last change."""
    undo = page.context["undo"]
    assert undo.act == act
    return [("act", undo.act), ("session", undo.session), ("start", undo.start), ("session_type", undo.session_type)]


def sent_review(page: Any, plan: SessionPlan) -> dict[str, Any]:
    """Returns what the form of the review sends without anything typed."""
    totals = page.context["shown"].price.totals
    types = page.context["types"]
    fields: dict[str, Any] = {"total": [f"{total.amount} {total.currency}" for total in totals]}
    for row in types:
        fields[f"terms-{row.session_type.pk}"] = row.terms_sent
    return fields
