"""Deliverables in the API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from pydantic import StringConstraints

from bookings.models import Deliverable
from core.api import In, Line, Out, SuccessBody, Text
from core.openapi import enum_of


class DeliverableOut(Out):
    id: UUID
    title: str
    kind: Annotated[str, enum_of(Deliverable.Kind.values)]
    url: str

    @classmethod
    def of(cls, deliverable: Deliverable) -> DeliverableOut:
        """Returns the deliverable; the URL of a file is its page on the site, which checks who may see the booking."""
        url = deliverable.url
        if deliverable.kind == Deliverable.Kind.FILE:
            path = reverse("bookings:file", args=[deliverable.booking.reference, deliverable.pk])
            url = f"{settings.SITE_URL}{path}"
        return cls(id=deliverable.pk, title=deliverable.title, kind=deliverable.kind, url=url)


class LinkIn(In):
    title: Annotated[Line, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    url: Annotated[Text, StringConstraints(max_length=500)]


class DeliverableAnswer(SuccessBody):
    deliverable: DeliverableOut
