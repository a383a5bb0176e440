"""Periodic jobs about bookings. They select the rows that are due, so that an additional run changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookings.agreement import due_changes
from bookings.billing import payouts
from bookings.billing.checkout import services as checkout
from bookings.billing.checkout import settling
from bookings.meetings import arranging
from bookings.models import Draft
from bookings.proposals import services as proposals
from bookings.reviews import services as reviews
from bookings.session_plans import services as session_plans
from bookings.waiting_list import services as waiting_list
from bookings.wizard import funnel
from core.jobs import periodic


@periodic(every=timedelta(minutes=1))
def do_what_is_due(now: datetime) -> None:
    # before sessions start, because then their suggestions would end without a notification
    proposals.end_unanswered(now)
    due_changes.apply_due_changes(now)


@periodic(every=timedelta(minutes=1))
def end_unpaid_bookings(now: datetime) -> None:
    """Apart from `do_what_is_due`, because it asks the payment provider, which can be slow."""
    checkout.end_all_unpaid(now)
    checkout.read_overdue_pages(now)


@periodic(every=timedelta(hours=6), offset=timedelta(minutes=25))
def settle_payments_again(now: datetime) -> None:
    settling.settle_again()


@periodic(every=timedelta(minutes=10))
def schedule_payouts(now: datetime) -> None:
    payouts.schedule_payouts()


@periodic(every=timedelta(minutes=1))
def tend_waiting_lists(now: datetime) -> None:
    """Ends expired offers, then offers free times, such as those of released holds or newly opened hours."""
    waiting_list.expire_offers(now)
    waiting_list.offer_free(now)


@periodic(every=timedelta(minutes=5))
def look_for_zoom_hosts(now: datetime) -> None:
    arranging.queue_without_host(now)


@periodic(every=timedelta(minutes=15))
def publish_reviews(now: datetime) -> None:
    reviews.publish_due(now)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=40))
def forget_drafts(now: datetime) -> None:
    Draft.objects.filter(changed_at__lt=now - timedelta(days=1)).delete()


@periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=25))
def forget_session_plans(now: datetime) -> None:
    session_plans.forget_old(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=10))
def forget_attempts(now: datetime) -> None:
    funnel.forget_old(now)
