"""The sessions that a period of a builder's plan brings, as credits of its subscriber."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services as bookings
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments import refunds
from payments.credits import notifications
from payments.credits.models import CreditGrant
from payments.credits.queries import held
from payments.models import Payment, Subscription
from payments.plans import changing, starting
from sandbox.stripe.service import StripeSandbox
from tests.bookings.cast import book, client_of, confirmed, shop
from tests.bookings.wire import Caller
from tests.payments.disputes.cast import opened, read
from tests.payments.payouts.cast import signed_in_client
from tests.payments.plans.cast import (
    builder_plan,
    current,
    findings,
    paid_charges,
    pass_time,
    platform_plan,
    save_card,
    settle,
    subscribed,
)
from tests.payments.stripe.cast import DECLINED_LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def left(person: User) -> list[int]:
    """Returns what is left of the person's credits, those that came first at the top."""
    return [row.left for row in held(CreditGrant.objects.filter(holder=person).order_by("pk"))]


def payment_for(subscription: Subscription) -> Payment:
    """Returns the payment for the latest period."""
    return Payment.objects.get(subject_id=paid_charges(subscription)[-1].pk)


def test_a_paid_period_brings_its_sessions_until_it_ends(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada, sessions=2), cleo)

    grant = CreditGrant.objects.get()
    assert (grant.holder, grant.builder, grant.sessions, grant.price) == (cleo, ada, 2, Decimal(90))
    assert (grant.expires_at, grant.minutes, grant.usable_for) == (subscription.current_period_end, None, [])
    assert findings() == []


def test_a_renewal_that_is_told_again_brings_sessions_once(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    stop = subscription.current_period_end
    assert stop is not None

    pass_time(sandbox, stop)
    pass_time(sandbox, stop)
    settle(sandbox)
    settle(sandbox)

    assert left(cleo) == [2, 2]
    assert CreditGrant.objects.order_by("pk").last() == CreditGrant.objects.get(
        expires_at=current(subscription).current_period_end
    )


def test_sessions_that_are_not_used_lapse_with_the_period(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    stop = subscription.current_period_end
    assert stop is not None

    pass_time(sandbox, stop)
    notifications.expire_all(stop)

    assert left(cleo) == [0, 2]


def test_a_trial_brings_the_sessions_of_the_plan(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = starting.subscribe(plan=builder_plan(ada, trial_days=7), person=cleo, now=clock.now())
    save_card(sandbox, cleo, subscription=subscription)

    grant = CreditGrant.objects.get()
    assert (grant.sessions, grant.price, grant.expires_at) == (2, Decimal(0), current(subscription).current_period_end)
    assert findings() == []


def test_a_pause_brings_no_sessions(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    stop = subscription.current_period_end
    assert stop is not None
    changing.pause(subscription=subscription, now=clock.now())

    pass_time(sandbox, stop + timedelta(days=1))

    assert CreditGrant.objects.count() == 1


def test_a_failed_renewal_brings_no_sessions_until_it_is_paid(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    stop = subscription.current_period_end
    assert stop is not None
    pass_time(sandbox, stop)
    assert (current(subscription).status, CreditGrant.objects.count()) == ("past_due", 1)

    save_card(sandbox, cleo)

    assert (current(subscription).status, CreditGrant.objects.count()) == ("active", 2)


def test_a_larger_plan_brings_the_difference_at_once(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada, "90.00", 2), cleo)

    changing.change(
        subscription=subscription, plan=builder_plan(ada, "160.00", 4), expected=Decimal(70), now=clock.now()
    )

    assert left(cleo) == [2, 2]
    assert {grant.expires_at for grant in CreditGrant.objects.all()} == {current(subscription).current_period_end}
    assert sum(grant.price for grant in CreditGrant.objects.all()) == 160


def test_a_plan_of_the_platform_brings_no_sessions(sandbox: StripeSandbox, ada: User) -> None:
    subscribed(sandbox, platform_plan(), ada)

    assert not CreditGrant.objects.exists()


def test_a_refund_takes_unused_sessions_back(sandbox: StripeSandbox, hour: SessionType, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(hour.builder, sessions=3), cleo)
    book(hour, cleo, use_credit=True)

    refunds.refund(payment=payment_for(subscription), amount=None, reason="Moving away", by=hour.builder)

    assert left(cleo) == [0]
    assert findings() == []


@pytest.mark.parametrize(("amounts", "rest"), [(["29.99"], 3), (["30"], 2), (["45"], 2), (["45", "45"], 0)])
def test_a_part_that_is_refunded_takes_back_what_it_has_paid_for(
    sandbox: StripeSandbox, ada: User, cleo: User, amounts: list[str], rest: int
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada, "90.00", 3), cleo)

    for amount in amounts:
        refunds.refund(payment=payment_for(subscription), amount=Decimal(amount), reason="Sorry", by=ada)

    assert left(cleo) == [rest]


def test_a_lost_dispute_takes_unused_sessions_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = payment_for(subscribed(sandbox, builder_plan(ada), cleo))
    dispute = opened(sandbox, payment)
    assert left(cleo) == [2], "the bank has not decided yet"

    with sandbox.books.lock:
        sandbox.disputes.lose(dispute.provider_id)
    read(payment)
    read(payment)

    assert left(cleo) == [0]


def test_a_session_of_the_plan_pays_for_a_booking_and_comes_back(
    sandbox: StripeSandbox, hour: SessionType, cleo: User
) -> None:
    subscribed(sandbox, builder_plan(hour.builder), cleo)

    booking = confirmed(hour, cleo, use_credit=True)
    assert (left(cleo), booking.total) == ([1], Decimal(0))

    bookings.cancel(booking=booking, by=client_of(booking))
    assert left(cleo) == [2]
    assert list(integrity_findings(clock.now())) == []


def test_no_session_after_the_period_is_paid_for(sandbox: StripeSandbox, hour: SessionType, cleo: User) -> None:
    subscribed(sandbox, builder_plan(hour.builder), cleo)
    CreditGrant.objects.update(expires_at=clock.now() + timedelta(minutes=1))

    with pytest.raises(Refused) as refused:
        book(hour, cleo, use_credit=True)

    assert refused.value.refusal.code == "no_credit"


def test_the_api_lists_the_sessions_of_a_plan(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)

    [row] = Caller(cleo).send("GET", "/api/credits").json()["credits"]

    assert (row["left"], row["of"], row["durationMinutes"], row["packageId"]) == (2, 2, None, None)
    assert row["title"] == subscription.plan.name


def test_pages_say_what_is_left_and_that_it_lapses(sandbox: StripeSandbox, hour: SessionType, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(hour.builder), cleo)
    book(hour, cleo, use_credit=True)
    browser = signed_in_client(cleo)

    own = browser.get(reverse("payments:my_credits")).content.decode()
    page = browser.get(reverse("payments:subscription", args=[subscription.pk])).content.decode()

    assert "1 of 2 left" in own
    assert "From your plan" in own
    assert "refunds the package" not in own
    assert "1 of 2" in page
    assert "lapse" in own
    assert "lapse" in page


def test_people_are_reminded_once_a_period(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    assert subscription.current_period_end is not None

    for days in (29, 20, 7, 6, 1):
        notifications.remind(subscription.current_period_end - timedelta(days=days))

    assert OutboxMessage.objects.filter(channel="mail", event__startswith="credits_end:").count() == 1


def test_a_paid_period_without_its_sessions_is_a_finding(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscribed(sandbox, builder_plan(ada), cleo)
    CreditGrant.objects.all().delete()

    [finding] = findings()

    assert "for 2 sessions, and it has brought 0 credits" in finding
