"""Subscriptions from the first payment to their end, through the stand-in for Stripe."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core import clock, outbox
from core.errors import Refused
from payments import ledger
from payments.models import Invoice, LedgerAccount, Payment, SavedCard, Transfer
from payments.plans import cards, changing, starting
from payments.plans.features import allowances
from payments.plans.states import ChargeState, SubscriptionStatus
from payments.states import Status
from payments.stripe.balance import read_balance
from sandbox.stripe.service import StripeSandbox
from tests.payments.invoices.cast import berlin_seller
from tests.payments.plans.cast import (
    builder_plan,
    current,
    findings,
    paid_charges,
    pass_time,
    pay_first,
    platform_plan,
    save_card,
    settle,
    subscribed,
    work,
)
from tests.payments.stripe.cast import DECLINED, DECLINED_LATER, GOOD

pytestmark = pytest.mark.django_db
State = SubscriptionStatus


def test_a_client_who_pays_has_a_subscription_and_a_saved_card(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    assert subscription.status == State.ACTIVE
    [charge] = paid_charges(subscription)
    assert [charge.amount, charge.sessions] == [90, 2]
    assert charge.period_end == subscription.current_period_end
    assert SavedCard.objects.get(person=cleo, is_default=True).last4 == "4242"
    payment = Payment.objects.get(subject_id=charge.pk)
    assert (payment.status, payment.payee, payment.payer) == (Status.PAID, ada, cleo)
    assert Transfer.objects.get(payment=payment).due_at == charge.period_end + timedelta(days=3)
    read_balance()
    assert findings() == []


def test_a_declined_card_leaves_a_subscription_that_can_still_be_paid(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = starting.subscribe(plan=builder_plan(ada), person=cleo, now=clock.now())
    checkout = starting.start_paying(subscription=subscription)
    with pytest.raises(Exception, match="declined"), sandbox.books.lock:
        sandbox.checkout.pay(checkout.provider_id, DECLINED)
    settle(sandbox)
    assert current(subscription).status == State.INCOMPLETE
    assert pay_first(sandbox, subscription).status == State.ACTIVE


def test_events_that_come_again_and_in_another_order_change_nothing(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    from tests.payments.stripe.cast import deliver

    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    for event in [*reversed(sandbox.books.all("event")), *sandbox.books.all("event")]:
        deliver(event)
    work()
    assert len(paid_charges(subscription)) == 1
    assert current(subscription).current_period_end == subscription.current_period_end
    assert findings() == []


def test_a_trial_is_free_then_paid_with_the_saved_card(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = starting.subscribe(plan=builder_plan(ada, trial_days=7), person=cleo, now=clock.now())
    save_card(sandbox, cleo, subscription=subscription)
    trial = current(subscription)
    assert trial.status == State.TRIALING
    assert trial.current_period_end is not None
    assert not Payment.objects.exists()
    pass_time(sandbox, trial.current_period_end)
    paid = current(subscription)
    assert (paid.status, paid.current_period_start) == (State.ACTIVE, trial.current_period_end)
    assert [charge.amount for charge in paid_charges(paid)] == [0, 90]
    assert findings() == []


def test_people_have_one_trial_with_a_seller(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan = builder_plan(ada, trial_days=7)
    first = starting.subscribe(plan=plan, person=cleo, now=clock.now())
    save_card(sandbox, cleo, subscription=first)
    trial = changing.cancel(subscription=current(first), now=clock.now())
    assert trial.current_period_end is not None
    pass_time(sandbox, trial.current_period_end)
    assert current(first).status == State.CANCELED
    again = starting.subscribe(plan=plan, person=cleo, now=clock.now())
    assert not starting.has_trial(again)


def test_a_renewal_charges_the_saved_card(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    pass_time(sandbox, end - timedelta(seconds=1))
    assert len(paid_charges(subscription)) == 1
    pass_time(sandbox, end)
    pass_time(sandbox, end)
    assert [charge.period_start for charge in paid_charges(subscription)][1:] == [end]
    assert findings() == []


def test_a_failed_renewal_is_tried_again_and_recovers_with_another_card(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    end = subscription.current_period_end
    assert end is not None
    pass_time(sandbox, end)
    late = current(subscription)
    assert (late.status, late.grace_until) == (State.PAST_DUE, end + timedelta(days=14))
    pass_time(sandbox, end + timedelta(hours=20))
    charge = late.charges.get(state=ChargeState.OPEN)
    assert charge.attempts == 1
    pass_time(sandbox, end + timedelta(days=1))
    charge.refresh_from_db()
    assert (charge.attempts, charge.problem) == (2, "Stripe refused this. Your card was declined.")
    save_card(sandbox, cleo, GOOD)
    recovered = current(subscription)
    assert (recovered.status, recovered.grace_until) == (State.ACTIVE, None)
    assert len(paid_charges(recovered)) == 2
    assert findings() == []


def test_after_a_failed_payment_it_can_be_paid_on_a_page(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    assert subscription.current_period_end is not None
    pass_time(sandbox, subscription.current_period_end)
    assert pay_first(sandbox, current(subscription)).status == State.ACTIVE


def test_what_is_never_paid_ends_after_the_days_of_grace(sandbox: StripeSandbox, ada: User) -> None:
    subscription = subscribed(sandbox, platform_plan(), ada)
    save_card(sandbox, ada, DECLINED_LATER)
    end = subscription.current_period_end
    assert end is not None
    for day in (0, 1, 3, 5, 7):
        pass_time(sandbox, end + timedelta(days=day))
    assert current(subscription).charges.get(state=ChargeState.OPEN).attempts == 5
    assert allowances(ada.pk).fee_percent == 5
    pass_time(sandbox, end + timedelta(days=14))
    ended = current(subscription)
    assert (ended.status, ended.end_reason) == (State.CANCELED, "unpaid")
    assert allowances(ada.pk).fee_percent == 10
    assert findings() == []


def test_a_plan_of_the_platform_is_paid_to_the_platform(sandbox: StripeSandbox, ada: User) -> None:
    subscription = subscribed(sandbox, platform_plan(), ada)
    payment = Payment.objects.get()
    assert (payment.payee, payment.payer, payment.payee_name) == (None, ada, "Waymark")
    assert ledger.balances(None)[LedgerAccount.Kind.PLATFORM_FEES]["EUR"].amount == Decimal("-20.00")
    assert not Transfer.objects.exists()
    assert subscription.reference in payment.subject_reference
    assert findings() == []


def test_each_paid_period_has_an_invoice_of_its_builder(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    berlin_seller(ada)
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    outbox.deliver_due("invoice")
    invoice = Invoice.objects.get()
    assert (invoice.seller, invoice.buyer, invoice.gross) == (ada, cleo, Decimal(90))
    assert subscription.reference in str(invoice.document)


def test_a_paused_subscription_renews_only_after_it_is_resumed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    changing.pause(subscription=subscription, now=clock.now())
    pass_time(sandbox, end + timedelta(days=40))
    assert (current(subscription).status, len(paid_charges(subscription))) == (State.PAUSED, 1)
    back = end + timedelta(days=50)
    changing.resume(subscription=subscription, now=back)
    work()
    resumed = current(subscription)
    assert (resumed.status, resumed.current_period_start) == (State.ACTIVE, back)
    assert len(paid_charges(resumed)) == 2


def test_resuming_within_the_paid_period_charges_nothing(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    changing.pause(subscription=subscription, now=clock.now())
    resumed = changing.resume(subscription=subscription, now=clock.now())
    work()
    assert (resumed.status, resumed.current_period_end) == (State.ACTIVE, subscription.current_period_end)
    assert len(paid_charges(subscription)) == 1


def test_a_cancelled_subscription_ends_with_its_period(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    changing.cancel(subscription=subscription, now=clock.now())
    assert current(subscription).status == State.ACTIVE
    pass_time(sandbox, end)
    ended = current(subscription)
    assert (ended.status, ended.end_reason, len(paid_charges(ended))) == (State.CANCELED, "requested", 1)


def test_a_cancellation_can_be_taken_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    end = subscription.current_period_end
    assert end is not None
    changing.cancel(subscription=subscription, now=clock.now())
    changing.keep(subscription=subscription)
    pass_time(sandbox, end)
    assert (current(subscription).status, len(paid_charges(subscription))) == (State.ACTIVE, 2)


def test_changing_to_more_sessions_costs_the_difference_at_once(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    larger = builder_plan(ada, "160.00", 4)
    shown = changing.preview(subscription, larger, clock.now())
    assert shown.proration.due.amount == 70
    changed = changing.change(subscription=subscription, plan=larger, expected=Decimal(70), now=clock.now())
    assert changed.plan == larger
    assert [[charge.amount, charge.sessions] for charge in paid_charges(changed)] == [[90, 2], [70, 2]]
    assert findings() == []


def test_a_declined_card_changes_no_plan(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    larger = builder_plan(ada, "160.00", 4)
    with pytest.raises(Refused, match="your plan is the same"):
        changing.change(subscription=subscription, plan=larger, expected=None, now=clock.now())
    work()
    after = current(subscription)
    assert (after.status, after.plan_id) == (State.ACTIVE, subscription.plan_id)
    assert changing.preview(after, larger, clock.now()).proration.due.amount == 70


def test_a_sum_that_was_not_shown_is_not_charged(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    with pytest.raises(Refused, match="has changed since you saw it"):
        changing.change(
            subscription=subscription, plan=builder_plan(ada, "160.00", 4), expected=Decimal(69), now=clock.now()
        )


def test_changing_to_fewer_sessions_waits_for_the_next_period(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    smaller = builder_plan(ada, "50.00", 1)
    end = subscription.current_period_end
    assert end is not None
    waiting = changing.change(subscription=subscription, plan=smaller, expected=Decimal(0), now=clock.now())
    assert (waiting.plan_id, waiting.next_plan) == (subscription.plan_id, smaller)
    pass_time(sandbox, end)
    assert current(subscription).plan == smaller
    assert [charge.amount for charge in paid_charges(subscription)] == [90, 50]


def test_changing_from_a_month_to_a_year_begins_a_new_period(sandbox: StripeSandbox, ada: User) -> None:
    subscription = subscribed(sandbox, platform_plan(), ada)
    yearly = platform_plan("200.00", "3", "Pro, yearly", interval="year")
    now = clock.now()
    changed = changing.change(subscription=subscription, plan=yearly, expected=None, now=now)
    assert (changed.plan, changed.current_period_start) == (yearly, now)
    assert [charge.amount for charge in paid_charges(changed)] == [20, 180]
    assert allowances(ada.pk).fee_percent == 3


def test_a_payment_that_comes_after_the_end_is_given_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = starting.subscribe(plan=builder_plan(ada), person=cleo, now=clock.now())
    checkout = starting.start_paying(subscription=subscription)
    changing.cancel(subscription=subscription, now=clock.now())
    with sandbox.books.lock:
        sandbox.checkout.pay(checkout.provider_id, GOOD)
    settle(sandbox)
    assert current(subscription).status == State.CANCELED
    assert Payment.objects.get().status == Status.REFUNDED
    read_balance()
    assert findings() == []


def test_the_last_card_of_a_subscription_cannot_be_removed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscribed(sandbox, builder_plan(ada), cleo)
    with pytest.raises(Refused, match="Add another card first"):
        cards.remove(card=SavedCard.objects.get(), person=cleo)


def test_a_removed_card_is_gone_at_the_provider_too(sandbox: StripeSandbox, cleo: User) -> None:
    save_card(sandbox, cleo)
    card = SavedCard.objects.get()
    cards.remove(card=card, person=cleo)
    work()
    assert sandbox.books.objects[card.provider_id]["customer"] is None
    assert cards.default_card(cleo) is None


def test_a_renewal_is_charged_once_when_the_answer_of_stripe_is_lost(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    from core.models import OutboxMessage

    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    assert subscription.current_period_end is not None
    sandbox.faults_once.extend(["none", "drop"])  # the look before it, then the charge itself
    pass_time(sandbox, subscription.current_period_end)
    OutboxMessage.objects.filter(channel="subscription", state="waiting").update(due_at=clock.now())
    work()
    assert len(paid_charges(subscription)) == 2
    assert len([row for row in sandbox.books.all("payment_intent") if row["status"] == "succeeded"]) == 2
    read_balance()
    assert findings() == []
