"""Builders' accounts with the provider: set up on its pages, and read again whenever something may have changed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core import audit, clock
from core.errors import Refusal, Refused
from core.service_calls import ServiceDown
from payments.models import ProviderAccount, ProviderCheck
from payments.payouts.countries import CODES
from payments.payouts.notifications import notify_of_account
from payments.payouts.releasing import queue_payable
from payments.refusals import PaymentRefusal

if TYPE_CHECKING:
    from datetime import datetime

    from payments.stripe.accounts import RemoteAccount

MOST_READINGS = 3
MOST_AT_ONCE = 200  # accounts in one run, which is every six hours

logger = logging.getLogger(__name__)

Status = ProviderAccount.Status
LEAVES = (
    "Stripe pays out our balance to our bank automatically, so there may be too little left to pay "
    "builders. Set payouts to manual in Stripe’s dashboard."
)


def account_of(person: User) -> ProviderAccount | None:
    """Returns the person's account. One query."""
    return ProviderAccount.objects.filter(owner=person).first()


def start_onboarding(*, person: User, country: str, return_url: str, refresh_url: str) -> str:
    """Creates the account if there is none yet, or if it was closed, and returns the address of the page on which its
    details are entered.

    The row is committed before the provider is asked, and its key is the idempotency key, so that a call that is cut
    off leads to one account. Refuses while the provider does not answer.
    """
    from payments.stripe import accounts  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    account = _begin(person, country)
    try:
        if not account.provider_id:
            asked_at = clock.now()
            remote = accounts.create_account(
                key=_key_of(account), owner_id=str(person.pk), name=person.display_name, email=person.email,
                country=account.country,
            )  # fmt: skip
            save(account, remote, asked_at)
            account.provider_id = remote.id
        return accounts.create_link(account.provider_id, return_url=return_url, refresh_url=refresh_url)
    except ServiceDown:
        sentence = "Our payment provider is not answering at the moment. Try again in a minute."
        raise Refused(PaymentRefusal.PROVIDER_DOWN, sentence, retry_after=60) from None
    except PaymentRefused as refused:
        raise Refused(PaymentRefusal.NOT_PAYABLE, str(refused)) from None


def _key_of(account: ProviderAccount) -> str:
    """Returns the key under which the account is created: another one after each that was closed."""
    number = f":{len(account.former_ids) + 1}" if account.former_ids else ""
    return f"{account.pk}:{account.country}{number}"


@transaction.atomic
def _begin(person: User, country: str) -> ProviderAccount:
    """Returns the person's row. Its country can be changed until the account exists; one that was closed is replaced."""
    ProviderAccount.objects.get_or_create(owner=person, defaults={"country": country or "US"})
    account = ProviderAccount.objects.select_for_update(no_key=True).get(owner=person)
    if account.status == Status.CLOSED and country in CODES:
        _replace(account, person)
    if account.provider_id:
        return account
    if country not in CODES:
        raise Refused(Refusal.INVALID, fields={"country": ["Choose a country from the list."]})
    if account.country != country:
        account.country = country
        account.save()
    return account


def _replace(account: ProviderAccount, by: User) -> None:
    """Lets the builder set up another account in the place of one that was closed. What was sent to the former one stays
    with it."""
    closed = account.provider_id
    account.former_ids = [*account.former_ids, closed]
    account.provider_id, account.status, account.requirements, account.checked_at = "", Status.NEW, [], None
    account.save()
    audit.record(
        actor=by, action="payout account replaced", subject=account, before={"provider_id": closed}, after=None
    )


def check(account: ProviderAccount) -> None:
    """Reads the account from the provider, once more if somebody else has read it meanwhile. Raises ServiceDown,
    PaymentRefused."""
    from payments.stripe import accounts  # with the SDK, which takes a while to import

    for _ in range(MOST_READINGS):
        asked_at = clock.now()
        if not account.provider_id or save(account, accounts.fetch_account(account.provider_id), asked_at):
            return


def refresh(provider_id: str) -> None:
    """Reads the account with this id from the provider, if it is ours. Raises ServiceDown, PaymentRefused."""
    account = ProviderAccount.objects.filter(provider_id=provider_id).first()
    if account is not None:
        check(account)


def refresh_unready(limit: int = MOST_AT_ONCE) -> None:
    """Reads accounts that are not ready again, such as after an event was lost: those that were read longest ago, as many
    as fit into one run. Of abandoned ones there may be thousands."""
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import

    unready = ProviderAccount.objects.filter(status__in=[Status.INCOMPLETE, Status.CHECKING]).exclude(provider_id="")
    for account in unready.order_by(F("checked_at").asc(nulls_first=True), "pk")[:limit]:
        try:
            check(account)
        except (PaymentRefused, ServiceDown) as error:
            logger.warning("payments: the account %s could not be read: %s", account.provider_id, error)


@transaction.atomic
def save(account: ProviderAccount, remote: RemoteAccount, asked_at: datetime) -> bool:
    """Saves the account as the provider has it. What waited for it is sent, and its owner is told if it stops working.

    Returns False, and saves nothing, if the provider was asked later for what is saved already: of two answers that
    overlap nobody knows which one is newer.
    """
    rows = ProviderAccount.objects.select_for_update(no_key=True, of=("self",))
    current = rows.select_related("owner").get(pk=account.pk)
    if remote.id in current.former_ids:
        return True
    if current.checked_at is not None and current.checked_at > asked_at:
        return False
    before = current.status
    current.provider_id = current.provider_id or remote.id
    current.status, current.requirements = Status(remote.state.value), list(remote.missing)
    current.checked_at = asked_at
    current.save()
    if current.is_ready and before != Status.READY:
        queue_payable(current.owner_id)
    if before == Status.READY and not current.is_ready:
        notify_of_account(current)
    return True


def check_own_balance() -> str:
    """Reads whether the provider pays out the platform's balance automatically; returns the problem, or an empty
    string. The result is saved for the admin and `audit_integrity`, which do not call the provider.
    """
    from payments.stripe import accounts  # with the SDK, which takes a while to import

    problem = LEAVES if accounts.pays_out_by_itself() else ""
    ProviderCheck.objects.update_or_create(
        name=ProviderCheck.Name.OWN_BALANCE, defaults={"problem": problem, "checked_at": clock.now()}
    )
    if problem:
        logger.error("payments: %s", problem)
    return problem
