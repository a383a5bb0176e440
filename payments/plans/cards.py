"""Cards that people have saved with the provider: added on its page, chosen, and removed. No call is made in a
transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core import clock
from core.errors import Refused
from core.service_calls import ServiceDown
from payments.models import CardPage, Payment, ProviderCustomer, SavedCard, Subscription
from payments.plans import charges, delivery, starting
from payments.plans.customers import customer_of
from payments.refusals import PaymentRefusal
from payments.stripe.objects import ProviderCheckout, ProviderCheckoutState

OPEN_FOR = timedelta(hours=23)  # the provider's most is 24
SHORTEST = timedelta(minutes=31)
LIVE = (CardPage.State.NEW, CardPage.State.OPEN)


def start_page(*, person: User, return_url: str, cancel_url: str, subscription: Subscription | None = None) -> CardPage:
    """Returns a page of the provider on which the person saves a card. Refuses if it does not answer.

    The page of a trial that has not begun starts the trial.
    """
    from payments.stripe import customers  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    now = clock.now()
    customer_id = customer_of(person)
    rows = CardPage.objects.filter(person=person, subscription=subscription, state__in=LIVE)
    page = rows.filter(expires_at__gt=now + SHORTEST).first() or CardPage.objects.create(
        person=person, subscription=subscription, expires_at=now + OPEN_FOR
    )
    if page.state == CardPage.State.OPEN:
        return page
    try:
        created = customers.create_card_page(
            key=str(page.pk), customer_id=customer_id, success_url=return_url, cancel_url=cancel_url,
            expires_at=page.expires_at,
        )  # fmt: skip
    except ServiceDown:
        raise Refused(PaymentRefusal.PROVIDER_DOWN, retry_after=60) from None
    except PaymentRefused as refused:
        CardPage.objects.filter(pk=page.pk).update(state=CardPage.State.EXPIRED)
        raise Refused(PaymentRefusal.NOT_PAYABLE, str(refused)) from None
    page.provider_id, page.address, page.state = created.id, created.address or "", CardPage.State.OPEN
    page.save()
    return page


def read_page(page: CardPage) -> None:
    """Reads the page from the provider, and saves the card that was entered on it. Raises ServiceDown, PaymentRefused."""
    from payments.stripe import customers  # with the SDK, which takes a while to import

    if page.state == CardPage.State.NEW and page.expires_at <= clock.now():
        CardPage.objects.filter(pk=page.pk).update(state=CardPage.State.EXPIRED)
    if page.state not in LIVE or not page.provider_id:
        return
    truth = customers.fetch_card_page(page.provider_id)
    if truth.state is ProviderCheckoutState.EXPIRED:
        CardPage.objects.filter(pk=page.pk, state__in=LIVE).update(state=CardPage.State.EXPIRED, address="")
    elif truth.card_id:
        card = save(page.person, truth.card_id)
        if card is not None:
            _complete(page, card)


def follow(checkout: ProviderCheckout) -> None:
    """Queues a look at a page on which a card was saved, because reading the card takes a call."""
    page = CardPage.objects.filter(provider_id=checkout.id, state__in=LIVE).first()
    if page is not None and checkout.state is not ProviderCheckoutState.OPEN:
        delivery.put(f"card_page:{page.pk}", page.person_id, card_page=str(page.pk))


@transaction.atomic
def _complete(page: CardPage, card: SavedCard) -> None:
    """Makes the new card the default, starts the trial that waits for it, and has it charged for what has failed."""
    is_first = CardPage.objects.filter(pk=page.pk, state__in=LIVE).update(state=CardPage.State.COMPLETE, address="")
    if not is_first:
        return
    make_default(card=card, person=page.person)
    if page.subscription is not None:
        starting.start_trial(subscription=page.subscription, now=clock.now())
    charges.queue_failed(page.person, cause=str(card.pk))


def save(person: User, card_id: str) -> SavedCard | None:
    """Reads a card from the provider and saves it; None if it is not the person's. The first one is the default."""
    from payments.stripe import customers  # with the SDK, which takes a while to import

    truth = customers.fetch_card(card_id)
    if not ProviderCustomer.objects.filter(person=person, provider_id=truth.customer_id).exists():
        return None
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        card, _ = SavedCard.objects.get_or_create(
            provider_id=truth.id,
            defaults={
                "person": person, "brand": truth.brand[:30], "last4": truth.last4[:4],
                "expires_month": truth.expires_month, "expires_year": truth.expires_year,
            },
        )  # fmt: skip
        if not SavedCard.objects.filter(person=person, is_default=True).exists() and card.removed_at is None:
            SavedCard.objects.filter(pk=card.pk).update(is_default=True)
    card.refresh_from_db()
    return card


@transaction.atomic
def make_default(*, card: SavedCard, person: User) -> None:
    """Has this card charged from now on."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = SavedCard.objects.usable().filter(pk=card.pk, person=person)
    if not current.exists():
        raise Refused(PaymentRefusal.CARD_REMOVED)
    SavedCard.objects.filter(person=person, is_default=True).update(is_default=False)
    current.update(is_default=True, changed_at=clock.now())


@transaction.atomic
def remove(*, card: SavedCard, person: User) -> None:
    """Removes a card, at the provider too. The only card of somebody whose subscription renews is refused."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = SavedCard.objects.usable().filter(pk=card.pk, person=person).first()
    if current is None:
        return
    others = SavedCard.objects.usable().filter(person=person).exclude(pk=card.pk)
    renewing = Subscription.objects.live().filter(subscriber=person, cancel_requested_at=None)
    if not others.exists() and renewing.filter(~Q(status="incomplete")).exists():
        raise Refused(PaymentRefusal.LAST_CARD)
    SavedCard.objects.filter(pk=card.pk).update(removed_at=clock.now(), is_default=False)
    if current.is_default:
        SavedCard.objects.filter(pk__in=others.order_by("-created_at").values("pk")[:1]).update(is_default=True)
    delivery.put(f"card_removed:{card.pk}", "stripe", detach=card.provider_id)


def default_card(person: User) -> SavedCard | None:
    """Returns the card that is charged. One query."""
    return SavedCard.objects.usable().filter(person=person, is_default=True).first()


def save_card_of(payment: Payment, card_id: str) -> None:
    """Queues saving the new card that a payment was made with, because reading it takes a call."""
    if SavedCard.objects.filter(provider_id=card_id).exists():
        return
    delivery.put(f"card_of:{payment.pk}:{card_id}", payment.payer_id, save_card=card_id, person=str(payment.payer_id))


def queue_overdue(now: datetime) -> None:
    """Queues a look at the pages whose end nobody has reported."""
    for page in CardPage.objects.filter(state__in=LIVE, expires_at__lte=now)[:500]:
        delivery.put(f"card_page:{page.pk}:late", page.person_id, card_page=str(page.pk))
