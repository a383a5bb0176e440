"""Periodic jobs of payments."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from core.jobs import periodic
from payments import ledger, refund_delivery
from payments.credits import notifications as credit_notifications
from payments.disputes import notifications as dispute_notifications
from payments.disputes import sending as dispute_sending
from payments.invoices import fees, retention
from payments.invoices import following as invoice_following
from payments.payouts import accounts, releasing, reversing, sending, shortage
from payments.plans import renewing
from payments.stripe import differences
from payments.stripe.configuration import is_configured

logger = logging.getLogger(__name__)

LONGEST_TRANSACTION = timedelta(hours=1)


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def close_accounts(now: datetime) -> None:
    ledger.close_accounts(before=now - LONGEST_TRANSACTION)


@periodic(every=timedelta(hours=6), offset=timedelta(minutes=20))
def ask_for_refunds_again(now: datetime) -> None:
    """Tries again what Stripe could not be asked for in days, such as without a valid key."""
    refund_delivery.ask_again()
    reversing.ask_again()
    sending.send_again()
    dispute_sending.ask_again()


@periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def pay_builders(now: datetime) -> None:
    """Makes payable what is due, and queues its transfers. Without a key they wait."""
    if is_configured():
        releasing.pay_due(now)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=10))
def renew_subscriptions(now: datetime) -> None:
    """Begins the next periods of subscriptions, tries failed payments again, and ends what was not paid."""
    if is_configured():
        renewing.run(now)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=50))
def send_what_waits_for_our_balance(now: datetime) -> None:
    """Sends the transfers that our balance at the provider covers by now. Asks nobody while none waits."""
    if is_configured():
        shortage.try_again()


@periodic(every=timedelta(hours=6), offset=timedelta(minutes=40))
def check_payout_accounts(now: datetime) -> None:
    """Asks for accounts that are not ready, in case an event was lost, and whether our own balance stays where it is."""
    if is_configured():
        accounts.refresh_unready()
        accounts.check_own_balance()


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=5))
def remind_of_disputes(now: datetime) -> None:
    """Reminds builders and staff of what a bank's dispute needs, before its deadlines."""
    dispute_notifications.remind(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=8))
def look_after_credits(now: datetime) -> None:
    """Reminds people of credits that expire soon, and ends those whose time is over."""
    credit_notifications.remind(now)
    credit_notifications.expire_all(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=2))
def compare_with_stripe(now: datetime) -> None:
    """Reads our balance at Stripe, posts what the ledger has missed, and reports the differences that are left."""
    if not is_configured():
        return
    from payments.stripe import balance  # with the SDK, which takes a while to import

    balance.read_balance()
    for difference in differences.report(now):
        logger.error("payments: the ledger and Stripe differ: %s", difference)


@periodic(every=timedelta(days=1), offset=timedelta(hours=5))
def write_missing_invoices(now: datetime) -> None:
    """Queues the invoices that could not be written before, writes those about last month's fees, and deletes those whose
    time to be kept is over."""
    invoice_following.queue_missing(now)
    fees.invoice_last_month(now)
    retention.delete_expired(now)
    retention.delete_former_sellers(now)
