"""Paying for a package: the page of the provider, what comes back from it, and what follows."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from coaching.packages import services
from coaching.packages.models import PackagePurchase
from coaching.packages.services import KIND, claim_for, give_credits
from core import clock, outbox
from core.errors import Refused
from core.models import OutboxMessage
from payments import checkouts, provider_payments
from payments.account_credit import services as account_credit
from payments.checkouts import payment_named
from payments.models import Checkout, Payment
from payments.refusals import PaymentRefusal
from payments.services import payment_of
from payments.states import Provider
from payments.stripe.objects import ProviderPayment, ProviderPaymentState

CHANNEL = "package_payment"  # gives back a payment that came in beside the one that counts
OPEN_FOR = timedelta(hours=23)  # how long the page can be paid on; the provider's most is 24
MONEY = (ProviderPaymentState.AUTHORISED, ProviderPaymentState.CAPTURED)


def start_paying(*, purchase: PackagePurchase) -> Checkout:
    """Returns the page of the provider on which the purchase is paid, created unless there is one. Refuses if it was paid,
    is not on sale any more, or if the provider does not answer."""
    return checkouts.start(partial(_begin, purchase), _page(purchase))


@transaction.atomic
def _begin(purchase: PackagePurchase) -> Checkout:
    claim = claim_for(_payable(purchase))
    return checkouts.begin(claim=claim, is_held=False, expires_at=clock.now() + OPEN_FOR)


def _payable(purchase: PackagePurchase) -> PackagePurchase:
    """Returns the purchase, locked. Refuses if it was paid or is not on sale any more."""
    current = _locked(purchase)
    if current.grant_id is not None:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    if sentence := services.why_not_sold(current.package, current.buyer):
        raise Refused(PaymentRefusal.NOT_PAYABLE, sentence)
    return current


def _locked(purchase: PackagePurchase) -> PackagePurchase:
    rows = PackagePurchase.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("package__builder", "buyer").get(pk=purchase.pk)


def _page(purchase: PackagePurchase) -> checkouts.Page:
    address = f"{settings.SITE_URL}{reverse('coaching:purchase', args=[purchase.pk])}"
    title = f"{purchase.title} with {purchase.package.builder.display_name} ({purchase.reference})"
    return checkouts.Page(title, purchase.buyer.email, f"{address}?returned=yes", address)


def check_payment(*, purchase: PackagePurchase) -> None:
    """Reads from the provider whether the purchase was paid. Refuses if the provider does not answer."""
    checkouts.check(Payment.objects.filter(subject_kind=KIND, subject_id=purchase.pk).first())


def use_credit(*, purchase: PackagePurchase) -> None:
    """Pays for the purchase with the credit of its buyer, which has to cover all of it. Refuses if it does not, or if the
    page to pay on cannot be closed."""
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=purchase.pk).first()
    if payment is not None and (live := checkouts.live_checkout(payment.pk)) is not None:
        checkouts.close_or_refuse(live)
    _use_credit(purchase)


@transaction.atomic
def _use_credit(purchase: PackagePurchase) -> None:
    current = _payable(purchase)
    payment = payment_of(claim_for(current), Provider.STRIPE)
    if account_credit.spend(payment=payment) != current.money:
        raise Refused(PaymentRefusal.NO_CREDIT, "Your credit does not cover the whole price.")
    give_credits(current, clock.now())


@transaction.atomic
def follow(truth: ProviderPayment) -> None:
    """Copies the provider's payment to ours, and gives the credits once it is taken. In any order, any number of times."""
    known = payment_named(truth.reference)
    if known is None or known.subject_kind != KIND:
        return
    if not PackagePurchase.objects.filter(pk=known.subject_id).exists():
        return
    purchase = _locked(PackagePurchase(pk=known.subject_id))
    payment = Payment.objects.select_for_update(no_key=True).get(pk=known.pk)
    if provider_payments.is_another(payment, truth):
        if truth.state in MONEY and truth.refunded != truth.money:
            outbox.put(
                event=f"another:{truth.id}", channel=CHANNEL, recipient=str(purchase.pk), payload={"another": truth.id}
            )
        return
    now = clock.now()
    provider_payments.copy(payment, truth, now)
    if truth.state is ProviderPaymentState.CAPTURED:
        give_credits(purchase, now)


def deliver(message: OutboxMessage) -> None:
    """Gives back a payment that came in beside the one that counts: the channel's delivery function."""
    checkouts.give_up(message.payload["another"])
