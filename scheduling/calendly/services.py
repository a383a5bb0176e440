"""What a builder does with their Calendly account: connect, disconnect, choose terms, settle differences."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils.encoding import iri_to_uri

from accounts.models import BuilderProfile, User
from accounts.services import lock_person, update_builder
from coaching.models import SessionType
from coaching.services import SessionTypeParts, money_problem, offer_changed, save_session_type
from coaching.terms import offer_of
from connections.calendly import accounts, service
from connections.calendly.client import CalendlyFault, calendly_of
from connections.calendly.models import CalendlyAccount
from connections.models import Connection, LinkedAccount
from connections.oauth import services as oauth
from connections.oauth.services import AccountBroken
from core import clock
from core.encryption import encrypt
from core.errors import Refusal, Refused
from core.links import BadLink, parse_link
from core.locks import lock_until_commit
from core.service_calls import ServiceDown
from pathways.models import Pathway
from scheduling.calendly import event_types, runs
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.calendly.values import FIELDS
from scheduling.free_times import refresh_soon

logger = logging.getLogger(__name__)

# Sent in the transaction that disconnects an account; `builder` is the id of its owner.
account_left = Signal()

CALENDLY = "https://calendly.com"
CALENDAR_NAME = "Calendly"
SECONDS_TO_LEAVE = 3  # that disconnecting waits for Calendly


def connected(account: LinkedAccount) -> None:
    """Makes the calendar of an account that was just connected, and queues its first run. In the same transaction.

    A builder has one Calendly account at a time: another one has other event types. An account belongs to one builder:
    each booking that is made there would be two here.
    """
    owner = account.owner
    assert owner is not None
    lock_person(owner.pk)
    lock_until_commit(f"calendly account {account.external_id}")
    others = LinkedAccount.objects.filter(service=service.NAME).exclude(pk=account.pk)
    if others.filter(owner=owner).exists():
        raise Refused(Refusal.INVALID, "Another Calendly account is connected. Disconnect it first.")
    if others.working().filter(external_id=account.external_id).exists():
        raise Refused(Refusal.INVALID, "Another builder has connected this Calendly account.")
    details, _ = CalendlyAccount.objects.get_or_create(account=account)
    if details.calendar is None:
        details.calendar = _new_calendar(owner)
    details.webhook_checked_at = None
    details.organization_uri = ""  # asked for again: it may have changed
    details.save()
    Connection.objects.filter(pk=details.calendar.pk).update(next_read_at=clock.now())
    runs.request(account=account)


def _new_calendar(owner: User) -> Connection:
    taken = set(Connection.objects.filter(owner=owner).values_list("name", flat=True))
    name = next(
        name
        for name in (CALENDAR_NAME, *(f"{CALENDAR_NAME} {number}" for number in range(2, 100)))
        if name not in taken
    )
    return Connection.objects.create(
        owner=owner, service=Connection.Service.CALENDLY, name=name, host="calendly.com", secret=encrypt(CALENDAR_NAME),
        next_read_at=clock.now(),
    )  # fmt: skip


def disconnected(account: LinkedAccount) -> None:
    """Removes the calendar of an account with its busy times, before the account itself goes."""
    details = CalendlyAccount.objects.filter(account=account).select_related("calendar").first()
    if details is not None and details.calendar is not None:
        details.calendar.delete()
    if account.owner_id is not None:
        account_left.send(LinkedAccount, builder=account.owner_id)
        refresh_soon(account.owner_id)


def disconnect(*, account: LinkedAccount, keeps_open: bool, by: User) -> None:
    """Disconnects the account: our webhook at Calendly goes, the busy times go, bookings stay.

    The session types stay as ordinary ones, open or, without `keeps_open`, closed.
    """
    _leave_calendly(account)
    forget(account=account, keeps_open=keeps_open, by=by)


@transaction.atomic
def forget(*, account: LinkedAccount, keeps_open: bool, by: User) -> None:
    """Does the part of disconnecting that needs no answer of Calendly's, also for a builder who loses the role."""
    owner = account.owner
    assert owner is not None
    lock_person(owner.pk)
    mine = SessionType.objects.filter(calendly_event_type__builder=owner)
    mine.update(books_on_calendly=False, calendly_url="")
    if not keeps_open:
        mine.update(is_active=False)
    offer_changed.send(SessionType, builder=owner)
    oauth.disconnect(account=account, by=by)


def _leave_calendly(account: LinkedAccount) -> None:
    """Deletes our webhook at Calendly. If Calendly does not answer, the account is disconnected all the same."""
    details = CalendlyAccount.objects.filter(account=account).select_related("account").first()
    if details is None or account.is_broken:
        return
    try:
        accounts.drop_webhook(details, calendly_of(account, seconds=SECONDS_TO_LEAVE))
    except (ServiceDown, AccountBroken, CalendlyFault) as reason:
        logger.warning("the webhook of a Calendly account stays there: %s", reason)


def save_link(*, profile: BuilderProfile, link: str) -> None:
    """Saves the address of the builder's page at Calendly; an empty one removes it."""
    update_builder(profile=profile, calendly_url=calendly_link(link) if link.strip() else "")


def calendly_link(text: str) -> str:
    """Returns a link to a page of Calendly's. Refuses any other, because it is shown as one."""
    sentence = "Enter the address of your page on Calendly, such as https://calendly.com/your-name."
    text = text.strip()
    if settings.CALENDLY_SITE != CALENDLY and text.startswith(f"{settings.CALENDLY_SITE}/"):  # the demo's
        return iri_to_uri(text)[:500]
    try:
        link = parse_link(text)
    except BadLink as bad:
        raise Refused(Refusal.INVALID, str(bad), fields={"calendly_url": [str(bad)]}) from None
    parts = urlsplit(link)
    if parts.netloc not in ("calendly.com", "www.calendly.com") or not parts.path.strip("/"):
        raise Refused(Refusal.INVALID, sentence, fields={"calendly_url": [sentence]})
    return link


@transaction.atomic
def set_writing(*, account: LinkedAccount, is_on: bool) -> None:
    """Saves whether sessions that are booked here are written to Calendly. It concerns those booked from now on."""
    CalendlyAccount.objects.update_or_create(account=account, defaults={"writes_bookings": is_on})


def request_sync(*, builder: User) -> CalendlySync:
    """Queues a run for the builder, or joins the one that is not finished, and lets their bookings be read next.

    Refuses without a working account.
    """
    account = accounts.account_of(builder)
    if account is None:
        raise Refused(Refusal.INVALID, "No Calendly account is connected.")
    if account.is_broken:
        raise Refused(Refusal.INVALID, runs.BROKEN)
    Connection.objects.filter(calendly__account=account).update(next_read_at=clock.now())
    return runs.request(account=account)


@dataclass(frozen=True)
class ChosenTerms:
    """What the builder chooses for an event type. Without a price, those of their rates apply."""

    category: str
    pathways: tuple[Pathway, ...] = ()
    price: Decimal | None = None
    books_on_calendly: bool = False


@transaction.atomic
def choose_terms(*, event_type: CalendlyEventType, terms: ChosenTerms, by: User) -> SessionType:
    """Saves the category, pathways and price of an event type, and offers it from now on if it is active at Calendly."""
    row = event_types.rows_of_uri(event_type.builder_id, event_type.uri)
    if row is None:
        raise Refused(Refusal.NOT_FOUND)
    session_type = row.session_type
    offer = offer_of(row.builder_id)
    if problem := money_problem(terms.price, offer.currency):
        raise Refused(Refusal.INVALID, fields={"price": [problem]})
    session_type.category, session_type.books_on_calendly = terms.category, terms.books_on_calendly
    prices = {row.minutes: row.price if terms.price is None else terms.price for row in session_type.durations.all()}
    is_free = terms.category == SessionType.Category.FREE
    parts = SessionTypeParts(
        durations=dict.fromkeys(prices) if is_free else prices,
        tiers={tier.hours: tier.percent for tier in session_type.tiers.all()},
        questions=event_types.questions_of(session_type),
        pathways=list(terms.pathways) if terms.category == SessionType.Category.PATHWAY else [],
    )
    was_mapped = row.mapped_at is not None
    row.mapped_at = row.mapped_at or clock.now()
    if not was_mapped:
        session_type.is_active = row.is_offered_there
        row.upstream |= {"is_active": row.is_offered_there}
        row.written |= {"is_active": session_type.is_active}
    save_session_type(session_type=session_type, parts=parts, by=by)
    row.save()
    return session_type


@transaction.atomic
def settle(*, event_type: CalendlyEventType, names: Iterable[str], takes_calendlys: bool) -> None:
    """Settles differences: takes Calendly's values, or keeps the builder's for good."""
    row = event_types.rows_of_uri(event_type.builder_id, event_type.uri)
    chosen = [name for name in FIELDS if name in set(names)]
    if row is None or not chosen:
        return
    if takes_calendlys:
        row.kept = [name for name in row.kept if name not in chosen]
        row.written |= {name: row.upstream[name] for name in chosen if name in row.upstream}
        has_prices = event_types.write_values(row.session_type, row.upstream, chosen)
        if not has_prices:
            event_types.ask_for_prices(row)
    else:
        row.kept = sorted({*row.kept, *chosen})
    row.save()
