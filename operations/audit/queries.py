"""Reads of the audit for its page and its download."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User, UserManager
from bookings.models import Booking
from core import audit
from core.models import AuditEntry, AuditSeal

REFERENCE_PREFIX = "WM-"


def entries(filters: dict[str, Any]) -> QuerySet[AuditEntry]:
    """Returns the rows that the filters leave; days are those of the reader's time zone, in which the page shows times.
    At most two queries more, for the people or the booking that they name."""
    zone = timezone.get_current_timezone()
    rows = AuditEntry.objects.select_related("actor", "acting_as")
    if actor := filters.get("actor"):
        people = User.objects.filter(email=UserManager.normalize_email(actor)).values_list("pk", flat=True)[:1]
        keys = list(people)
        rows = rows.filter(Q(actor__in=keys) | Q(acting_as__in=keys))
    if subject := filters.get("subject"):
        rows = rows.filter(subject__in=_subjects(subject))
    if action := filters.get("action"):
        rows = rows.filter(action__icontains=action)
    if first := filters.get("first"):
        rows = rows.filter(at__gte=datetime.combine(first, time.min, zone))
    if last := filters.get("last"):
        rows = rows.filter(at__lt=datetime.combine(last + timedelta(days=1), time.min, zone))
    return rows


def _subjects(text: str) -> list[str]:
    """Returns the names that rows can have for what was typed."""
    if "@" in text:
        people = User.objects.filter(email=UserManager.normalize_email(text))
        return [audit.name_of(person) for person in people]
    if text.upper().startswith(REFERENCE_PREFIX):
        return [audit.name_of(booking) for booking in Booking.objects.filter(reference=text.upper())]
    return [text, *audit.former_names(text)]


def last_seal() -> AuditSeal | None:
    """Returns the end of the chain. One query."""
    return AuditSeal.objects.order_by("-number").first()
