"""Adds the demo data of bookings, subject by subject."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from bookings.demo import conversations, guests, pathway_progress
from bookings.demo.bank_disputes import add_bank_disputes
from bookings.demo.bookings import add_bookings_of_other_builders, add_coming_sessions, add_past_sessions, demo_clients
from bookings.demo.calendar import add_calendar_entries
from bookings.demo.disputes import add_dispute_and_no_show
from bookings.demo.invoices import add_invoices
from bookings.demo.online_payments import add_online_payments
from bookings.demo.origins import add_origins
from bookings.demo.packages import add_packages
from bookings.demo.payments import add_payments
from bookings.demo.payouts import add_payouts
from bookings.demo.preparations import add_preparation
from bookings.demo.projects import add_project
from bookings.demo.reviews import add_reviews
from bookings.demo.series import add_series
from bookings.demo.session_plans import add_session_plans
from bookings.demo.waiting_list import add_waiting_list_entry
from bookings.meetings import arranging
from bookings.models import Booking, Meeting, Review
from bookings.states import AHEAD
from core.registry import DemoPlan


def seed(plan: DemoPlan) -> None:
    """Adds what is missing, and new upcoming sessions when those of an earlier start of the demo are over."""
    ada = User.objects.get(email="builder@demo.test")
    if not Booking.objects.filter(builder=ada, ends_at__lt=plan.now).exists():
        add_past_sessions(plan, ada)
    add_coming_sessions(plan, ada)
    add_calendar_entries(plan, ada)
    forget_meetings_of_earlier_start(ada)
    guests.seed(plan, ada)
    add_bookings_of_other_builders(plan)
    seed_subjects(plan)
    cleo = User.objects.get(email="client@demo.test")
    add_payouts(plan, ada)
    add_payments(plan, ada, cleo)
    add_online_payments(plan, ada, cleo)
    add_bank_disputes(plan, ada, cleo)
    add_packages(plan, ada, cleo)
    add_session_plans(plan, cleo)
    add_invoices(plan, ada, cleo)
    add_preparation(plan, ada, cleo)
    conversations.seed(plan, ada)
    add_origins(ada)
    pathway_progress.seed(plan, demo_clients(plan, 12))


def forget_meetings_of_earlier_start(ada: User) -> None:
    """Lets Ada's sessions ahead get new meetings: the stand-in for Zoom forgets its own when the demo stops."""
    if not settings.SANDBOX_URL:
        return
    old = Meeting.objects.filter(builder=ada, state=Meeting.State.MADE, started_at=None)
    old = old.exclude(join_url__startswith=f"{settings.SANDBOX_URL}/")
    bookings = list(Booking.objects.filter(meeting__in=old, state__in=AHEAD))
    Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).update(meeting=None, zoom_url="")
    for booking in bookings:
        arranging.queue(booking)


def seed_subjects(plan: DemoPlan) -> None:
    """Adds reviews, a project, a dispute, a waiting list entry and a series, unless there are reviews already."""
    if Review.objects.exists():
        return
    add_reviews(plan)
    ada, cleo = User.objects.get(email="builder@demo.test"), User.objects.get(email="client@demo.test")
    add_project(ada, cleo)
    add_dispute_and_no_show(plan, ada, cleo)
    add_waiting_list_entry(plan, ada, cleo)
    add_series(plan, ada, cleo)
