"""Agreements, and what comes of them."""

from bookings.models.after import Deliverable, Review, Statement
from bookings.models.agreement import Answer, Booking, BookingEvent, BookingQuerySet, Draft, Guest
from bookings.models.notes import ClientNote
from bookings.models.projects import Project
from bookings.models.series import Series
from bookings.models.steps import StepCount
from bookings.models.waiting import Offered, Place

__all__ = [
    "Answer",
    "Booking",
    "BookingEvent",
    "BookingQuerySet",
    "ClientNote",
    "Deliverable",
    "Draft",
    "Guest",
    "Offered",
    "Place",
    "Project",
    "Review",
    "Series",
    "Statement",
    "StepCount",
]
