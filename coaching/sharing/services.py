"""Proposes to share the price of a session type, and answers such proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.roles import Role
from coaching.models import PriceShare, SessionType
from core import audit, clock
from core.errors import Refusal, Refused
from payments.payouts.notifications import NOTIFICATION

Status = PriceShare.Status


@dataclass(frozen=True)
class WantedShare:
    """With whom the price is to be shared, and their per cent of what is left after the fee."""

    builder: User
    percent: Decimal


@transaction.atomic
def save_shares(*, session_type: SessionType, shares: Sequence[WantedShare], by: User) -> None:
    """Replaces with whom the price is shared. New and changed shares count once the other builder has agreed; who is left
    out gets nothing of later bookings. Bookings keep the shares that they were made with."""
    locked = _locked(session_type)
    if locked.builder_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    _check(shares, by)
    former = {share.builder_id: share for share in locked.price_shares.select_related("builder")}
    wanted = {share.builder.pk: share for share in shares}
    for builder_id, share in former.items():
        if builder_id not in wanted:
            share.delete()
            if share.status != Status.DECLINED:
                _tell_removed(locked, share.builder, by)
    for builder_id, new in wanted.items():
        _propose(locked, new, former.get(builder_id), by)
    _apply(locked, by)


def _check(shares: Sequence[WantedShare], by: User) -> None:
    if any(share.builder.pk == by.pk for share in shares):
        raise Refused(Refusal.INVALID, fields={"shares": ["You keep what is left, so do not enter yourself."]})
    if any(Role.BUILDER not in share.builder.roles for share in shares):
        raise Refused(Refusal.INVALID, fields={"shares": ["A price can only be shared with builders."]})
    if sum(share.percent for share in shares) >= 100:
        raise Refused(
            Refusal.INVALID, fields={"shares": ["The other builders’ shares must add up to less than 100 per cent."]}
        )


def _propose(session_type: SessionType, wanted: WantedShare, former: PriceShare | None, by: User) -> None:
    if former is not None and former.percent == wanted.percent and former.status != Status.DECLINED:
        return
    share, _ = PriceShare.objects.update_or_create(
        session_type=session_type, builder=wanted.builder,
        defaults={"percent": wanted.percent, "status": Status.PROPOSED, "answered_at": None},
    )  # fmt: skip
    percent = f"{share.shown_percent} %"
    title = f"{by.display_name} wants to share the price of “{session_type.title}” with you"
    text = f"You would get {percent} of what is left after Waymark’s fee, for sessions booked after you agree."
    path = reverse("coaching:shares")
    event = f"price_share:{share.pk}:{clock.now():%Y%m%d%H%M%S%f}"
    notify(wanted.builder, NewNotification(NOTIFICATION, event, title, text, path, "Answer"))


def _tell_removed(session_type: SessionType, person: User, by: User) -> None:
    title = f"{by.display_name} no longer shares the price of “{session_type.title}” with you"
    text = "Existing bookings stay shared."
    event = f"price_share_ended:{session_type.pk}:{clock.now():%Y%m%d%H%M%S%f}"
    notify(person, NewNotification(NOTIFICATION, event, title, text, reverse("coaching:shares"), "See your shares"))


@transaction.atomic
def answer(*, share: PriceShare, accepts: bool, by: User) -> PriceShare:
    """Agrees to a share, declines it, or ends one that was agreed; by the builder who gets it."""
    session_type = _locked(share.session_type)
    current = PriceShare.objects.select_related("builder").filter(pk=share.pk).first()
    if current is None or current.builder_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    status = Status.ACCEPTED if accepts else Status.DECLINED
    if current.status == status:
        return current
    if current.percent != share.percent:
        raise Refused(Refusal.INVALID, "The share has been changed in the meantime. Check it again.")
    current.status, current.answered_at = status, clock.now()
    current.save()
    _apply(session_type, by)
    verb = "agreed to share" if accepts else "does not share"
    title = f"{by.display_name} {verb} the price of “{session_type.title}”"
    text = "Bookings are shared from now on." if accepts else "You keep their share of later bookings."
    event = f"price_share_answer:{current.pk}:{current.answered_at:%Y%m%d%H%M%S%f}"
    path = reverse("coaching:share_offer", args=[session_type.pk])
    notify(session_type.builder, NewNotification(NOTIFICATION, event, title, text, path, "See who shares"))
    return current


@transaction.atomic
def end_shares_of(person: User) -> None:
    """Ends the shares of somebody who is no builder any more, for later bookings."""
    for share in PriceShare.objects.filter(builder=person).exclude(status=Status.DECLINED).order_by("session_type_id"):
        session_type = _locked(share.session_type)
        PriceShare.objects.filter(pk=share.pk).update(status=Status.DECLINED, answered_at=clock.now())
        _apply(session_type, None)


def _locked(session_type: SessionType) -> SessionType:
    return (
        SessionType.objects.select_for_update(no_key=True, of=("self",))
        .select_related("builder")
        .get(pk=session_type.pk)
    )


def _apply(session_type: SessionType, by: User | None) -> None:
    """Writes the agreed shares to the session type, from where bookings take them without a query of their own."""
    agreed = session_type.price_shares.filter(status=Status.ACCEPTED)
    splits = [[str(share.builder_id), share.shown_percent] for share in agreed]
    if splits == session_type.splits:
        return
    SessionType.objects.filter(pk=session_type.pk).update(splits=splits, changed_at=clock.now())
    audit.record(
        actor=by, action="shared the price", subject=session_type, before={"splits": session_type.splits},
        after={"splits": splits},
    )  # fmt: skip
