"""What happens when two things come close together: a renewal and a cancellation, a choice and a change of the plan."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Notification, User
from accounts.roles import Role
from accounts.services import revoke
from core import clock
from core.errors import Refused
from payments.models import Plan
from payments.plans import changing, following_up, renewing, starting
from payments.plans.states import ChargeState, SubscriptionStatus
from sandbox.stripe.service import StripeSandbox
from tests.payments.plans.cast import (
    builder_plan,
    current,
    findings,
    paid_charges,
    pass_time,
    pay_first,
    save_card,
    subscribed,
    work,
)

pytestmark = pytest.mark.django_db
State = SubscriptionStatus


def test_cancelling_before_a_renewal_was_charged_ends_it_and_charges_nothing(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    renewing.run(end)
    assert current(subscription).charges.filter(state=ChargeState.OPEN).exists()
    changing.cancel(subscription=subscription, now=end + timedelta(minutes=1))
    work()
    after = current(subscription)
    assert (after.status, after.end_reason) == (State.CANCELED, "requested")
    assert [charge.amount for charge in paid_charges(after)] == [90]
    assert findings() == []


def test_cancelling_gives_up_a_change_that_is_not_paid_yet(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    larger = builder_plan(ada, "160.00", 4)
    sandbox.faults_once.extend(["drop"] * 20)
    with pytest.raises(Refused):
        changing.change(subscription=subscription, plan=larger, expected=Decimal(70), now=clock.now())
    sandbox.faults_once.clear()
    changing.cancel(subscription=subscription, now=clock.now())
    after = current(subscription)
    assert after.status == State.ACTIVE
    assert after.cancel_requested_at is not None
    assert not after.charges.filter(state=ChargeState.OPEN).exists()


def test_a_plan_is_not_changed_between_the_end_of_a_period_and_its_renewal(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    with pytest.raises(Refused, match="is being renewed"):
        changing.preview(subscription, builder_plan(ada, "160.00", 4), end + timedelta(minutes=5))


def test_a_plan_that_gets_a_trial_is_still_paid_by_those_who_have_chosen_it(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    plan = builder_plan(ada)
    save_card(sandbox, cleo)
    subscription = starting.subscribe(plan=plan, person=cleo, now=clock.now())
    Plan.objects.filter(pk=plan.pk).update(trial_days=7)
    assert following_up.lead_on(current(subscription))
    assert current(subscription).status == State.INCOMPLETE
    assert pay_first(sandbox, current(subscription)).status == State.ACTIVE


def test_a_plan_that_loses_its_trial_can_be_paid_by_those_who_have_chosen_it(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    plan = builder_plan(ada, trial_days=7)
    subscription = starting.subscribe(plan=plan, person=cleo, now=clock.now())
    Plan.objects.filter(pk=plan.pk).update(trial_days=0)
    started = pay_first(sandbox, current(subscription))
    assert started.status == State.ACTIVE
    assert [charge.amount for charge in paid_charges(started)] == [90]


def test_clients_of_a_builder_who_stops_are_not_said_to_have_cancelled(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")
    pass_time(sandbox, end)
    after = current(subscription)
    assert (after.status, after.end_reason) == (State.CANCELED, "closed")
    assert not Notification.objects.filter(title__contains="has cancelled").exists()
    assert Notification.objects.filter(person=cleo, text__contains="no longer on Waymark").exists()
