"""Pages of the provider on which payments are paid.

The row is written first and committed, then the provider is asked, then its answer is stored. So a worker that is
killed in between leaves a row whose page is asked for again with the same key. No call is made in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import clock
from core.errors import Refused
from core.ids import parse_uuid
from core.money import BadMoney
from core.service_calls import ServiceDown
from payments.models import Checkout, Payment
from payments.refusals import PaymentRefusal
from payments.services import PaymentClaim, payment_of
from payments.states import Provider, Status
from payments.stripe.configuration import is_configured
from payments.stripe.errors import PaymentRefused
from payments.stripe.objects import NewCheckout, ProviderCheckout, ProviderCheckoutState

SHORTEST = timedelta(minutes=30, seconds=10)  # the provider takes 30 minutes at least; our clocks may differ
LIVE = (Checkout.State.NEW, Checkout.State.OPEN)
STATES = {
    ProviderCheckoutState.OPEN: Checkout.State.OPEN,
    ProviderCheckoutState.COMPLETE: Checkout.State.COMPLETE,
    ProviderCheckoutState.EXPIRED: Checkout.State.EXPIRED,
}


@dataclass(frozen=True)
class Page:
    """What the page shows, and where it leads to."""

    title: str
    email: str
    success_url: str
    cancel_url: str
    customer_id: str = ""  # of whoever pays, if their card is to be saved


@transaction.atomic
def begin(*, claim: PaymentClaim, is_held: bool, expires_at: datetime) -> Checkout:
    """Returns the checkout on which the claim is paid: the live one, which two tabs share, or else a new row.

    Refuses if nothing is due. One that is no longer right is returned too; `start` closes it.
    """
    payment = payment_of(claim, Provider.STRIPE)
    if payment.provider != Provider.STRIPE or payment.status not in (Status.DUE, Status.FAILED):
        raise Refused(PaymentRefusal.NOTHING_DUE)
    if not payment.due.amount:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    now = clock.now()
    if payment.status == Status.DUE and payment.checkouts.filter(state=Checkout.State.COMPLETE).exists():
        raise Refused(PaymentRefusal.NOTHING_DUE, "Your payment is on its way. This takes up to a few days.")
    live = payment.checkouts.filter(state__in=LIVE).first()
    if live is not None and live.state == Checkout.State.NEW and (live.expires_at - now < SHORTEST or _differs(live)):
        _save_state(live, Checkout.State.EXPIRED)  # its page was never shown, so nobody can pay on it
        live = None
    if live is not None:
        return live
    return Checkout.objects.create(
        payment=payment, amount=payment.due.amount, is_held=is_held, expires_at=expires_at, state=Checkout.State.NEW
    )


def start(begin_again: Callable[[], Checkout], page: Page) -> Checkout:
    """Returns the page of the provider to pay on, created unless there is one.

    `begin_again` locks what is paid for and calls `begin`. A page that has expired or shows another sum than is due is
    closed first; then it is called once more. Refuses if the provider does not answer.
    """
    checkout = begin_again()
    if _needs_closing(checkout):
        close_or_refuse(checkout)
        checkout = begin_again()
    return create_page(checkout, page)


def close_or_refuse(checkout: Checkout, sentence: str = "") -> None:
    """Closes the page as `close_page` does. Refuses, with this sentence, if the provider does not answer."""
    from payments.stripe import refreshing  # with the SDK, which takes a while to import

    try:
        close_page(checkout)
    except (ServiceDown, PaymentRefused, refreshing.NotOurs):
        raise Refused(PaymentRefusal.PROVIDER_DOWN, sentence, retry_after=60) from None


def check(payment: Payment | None) -> None:
    """Reads from the provider whether a payment was made; the listeners learn it. Refuses if it does not answer."""
    from payments.stripe import refreshing  # with the SDK, which takes a while to import

    if payment is None or payment.provider != Provider.STRIPE or not is_configured():
        return
    try:
        live = live_checkout(payment.pk)
        if live is not None:
            read_page(live)
        elif payment.intent_id:
            refreshing.refresh_payment(payment.intent_id)
    except (ServiceDown, PaymentRefused, refreshing.NotOurs):
        raise Refused(PaymentRefusal.PROVIDER_DOWN, retry_after=60) from None


def _needs_closing(checkout: Checkout) -> bool:
    """Whether its page has expired or shows a different amount from what is due now."""
    is_open = checkout.state == Checkout.State.OPEN
    return is_open and (checkout.expires_at <= clock.now() or _differs(checkout))


def _differs(checkout: Checkout) -> bool:
    return checkout.money != checkout.payment.due


def create_page(checkout: Checkout, page: Page) -> Checkout:
    """Has the provider create the page, unless it has done so, and returns the row with its address.

    Refuses if the provider does not answer; the same row is tried again then.
    """
    from payments.stripe import operations  # with the SDK, which takes a while to import

    if checkout.state == Checkout.State.OPEN:
        return checkout
    payment = checkout.payment
    wanted = NewCheckout(
        key=str(checkout.pk),
        reference=str(payment.pk),
        payee_id=payment.payee_id,
        money=checkout.money,
        title=page.title,
        success_url=page.success_url,
        cancel_url=page.cancel_url,
        expires_at=checkout.expires_at,
        email=page.email,
        is_held=checkout.is_held,
        customer_id=page.customer_id,
    )
    try:
        created = operations.create_checkout(wanted)
    except ServiceDown:
        raise Refused(PaymentRefusal.PROVIDER_DOWN, retry_after=60) from None
    except (PaymentRefused, BadMoney) as refused:
        _save_state(checkout, Checkout.State.EXPIRED)  # no page was created; the next attempt uses another key
        raise Refused(PaymentRefusal.NOT_PAYABLE, str(refused)) from None
    Checkout.objects.filter(pk=checkout.pk, state=Checkout.State.NEW).update(
        provider_id=created.id, address=created.address or "", state=STATES[created.state], changed_at=clock.now()
    )
    checkout.refresh_from_db()
    if checkout.state != Checkout.State.OPEN:  # the booking was cancelled meanwhile, for example
        raise Refused(PaymentRefusal.NOT_PAYABLE, "The payment page has expired. Try again.")
    return checkout


def close_page(checkout: Checkout) -> None:
    """Closes the page, then reads it once more with its payment. Raises ServiceDown.

    Somebody may have paid on it until then: the listeners learn it. A page that the provider does not know counts as
    expired, such as after a change of keys.
    """
    from payments.stripe import operations, refreshing  # with the SDK, which takes a while to import

    if not checkout.provider_id:
        _save_state(checkout, Checkout.State.EXPIRED)
        return
    try:
        operations.expire_checkout(checkout.provider_id)
    except PaymentRefused as refused:
        if refused.code != "resource_missing":
            raise
        _save_state(checkout, Checkout.State.EXPIRED)
        return
    refreshing.refresh_checkout(checkout.provider_id)


def read_page(checkout: Checkout) -> None:
    """Reads the page and its payment from the provider; the listeners learn what has changed. Raises ServiceDown."""
    from payments.stripe import refreshing  # with the SDK, which takes a while to import

    if checkout.provider_id:
        refreshing.refresh_checkout(checkout.provider_id)


def live_checkout(payment_id: UUID) -> Checkout | None:
    """Returns the checkout on which the payment can be paid now. One query."""
    return Checkout.objects.select_related("payment").filter(payment=payment_id, state__in=LIVE).first()


def overdue(now: datetime, limit: int) -> list[Checkout]:
    """Returns checkouts whose end should have been reported by now.

    Those for which `put_off` was called most recently come last, so that repeated failures do not delay the others.
    """
    rows = Checkout.objects.select_related("payment").filter(state__in=LIVE, expires_at__lte=now - timedelta(minutes=2))
    return list(rows.order_by("changed_at", "id")[:limit])


def put_off(checkout: Checkout) -> None:
    """Moves a checkout whose page could not be closed behind the other overdue ones."""
    Checkout.objects.filter(pk=checkout.pk, state__in=LIVE).update(changed_at=clock.now())


def follow(truth: ProviderCheckout) -> None:
    """Copies the state of a page at the provider to its row. A page that has ended stays so."""
    rows = Checkout.objects.filter(provider_id=truth.id, state__in=LIVE)
    state = STATES[truth.state]
    rows.update(state=state, address=truth.address or "", changed_at=clock.now())


def _save_state(checkout: Checkout, state: Checkout.State) -> None:
    checkout.state = state
    Checkout.objects.filter(pk=checkout.pk, state__in=LIVE).update(state=state, address="", changed_at=clock.now())


def payment_named(reference: str) -> Payment | None:
    """Returns the payment that a provider's payment names; None for one that is not ours. One query."""
    key = parse_uuid(reference)
    return Payment.objects.filter(pk=key, provider=Provider.STRIPE).first() if key else None


def give_up(intent_id: str) -> None:
    """Gives back a payment that came in beside the one that counts."""
    from payments.stripe import operations, refreshing  # with the SDK, which takes a while to import
    from payments.stripe.objects import ProviderPaymentState

    another = operations.fetch_payment(intent_id)
    if another.state is ProviderPaymentState.AUTHORISED:
        operations.cancel(intent_id)
    elif another.state is ProviderPaymentState.CAPTURED and another.refunded != another.captured:
        operations.refund(key=f"another:{intent_id}", payment_id=intent_id, money=another.captured)
    refreshing.refresh_payment(intent_id)
