"""`/api/payments/…`: a person's payments, one payment, and refunds of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Query, Router
from pydantic import ConfigDict, Field

from accounts.access import SignedInRequest
from accounts.models import User
from core import flags
from core.api import In, signed_in
from core.cursors import page_of
from core.dates import parse_date, parse_instant
from core.errors import Refusal, Refused
from core.idempotency import once
from core.openapi import DayOrInstantText, enum_of
from core.requests import find_or_404
from payments import queries, refunds
from payments.flags import PAYMENTS
from payments.models import Payment, PaymentQuerySet, Transfer
from payments.payouts import queries as payouts
from payments.payouts.accounts import account_of
from payments.payouts.schemas import BalanceOut, BalancesAnswer, PayoutOut, PayoutsAnswer
from payments.schemas import (
    EntryOut,
    PaymentAnswer,
    PaymentListed,
    PaymentsAnswer,
    PaymentWhole,
    RefundAnswer,
    RefundIn,
    RefundOut,
    StatusText,
)
from payments.states import Status

router = Router(tags=["Payments"])
ORDER = ("-created_at", "-id")
SIDES = {"client": "payer", "builder": "payee"}


def person_with_payments(request: HttpRequest) -> User:
    """Authenticates a request about payments; while they are switched off, there are none."""
    person: User = signed_in(request)
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    return person


def person_with_payouts(request: HttpRequest) -> User:
    """Authenticates a builder, or somebody who was one and is still owed something."""
    person = person_with_payments(request)
    if not payouts.has_payouts(person):
        raise Refused(Refusal.FORBIDDEN)
    return person


def own_payment(request: HttpRequest) -> User:
    """Authenticates a request for one payment: one of somebody else is a 404, before the body is checked."""
    person = person_with_payments(request)
    match = request.resolver_match
    assert match is not None
    _find(person, match.kwargs["id"])
    return person


def _find(person: User, identity: str) -> Payment:
    return find_or_404(Payment.objects.visible_to(person), identity)


class PaymentsQuery(In):
    model_config = ConfigDict(extra="ignore")
    role: Annotated[str, enum_of(SIDES)] = "client"
    status: StatusText | None = None
    to: DayOrInstantText | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get(
    "/payments",
    response=PaymentsAnswer,
    auth=person_with_payments,
    by_alias=True,
    summary="My payments",
    operation_id="payments_api_payments",
)
def payments(request: SignedInRequest, query: Query[PaymentsQuery]) -> PaymentsAnswer:
    """As a client or as a builder, the latest first: all for which something was recorded."""
    filters = {name: getattr(query, name) for name in ("role", "status", "to")} | {"from": request.GET.get("from")}
    page = page_of(
        _filtered(request, query), order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters
    )  # fmt: skip
    listed = [PaymentListed.of(payment) for payment in page.rows]
    return PaymentsAnswer(payments=listed, next_cursor=page.next_cursor)


def _filtered(request: SignedInRequest, query: PaymentsQuery) -> PaymentQuerySet:
    side = SIDES.get(query.role.lower())
    if side is None:
        raise _wrong("role", "One of client and builder.")
    rows = Payment.objects.filter(**{side: request.user})
    if query.status is not None:
        if query.status.lower() not in Status.values:
            raise _wrong("status", f"One of {', '.join(Status.values)}.")
        rows = rows.filter(status=query.status.lower())
    zone = ZoneInfo(request.user.timezone)
    if first := request.GET.get("from"):
        rows = rows.filter(created_at__gte=_edge("from", first, zone, is_end=False))
    if query.to:
        rows = rows.filter(created_at__lt=_edge("to", query.to, zone, is_end=True))
    return rows


def _edge(name: str, text: str, zone: ZoneInfo, *, is_end: bool) -> datetime:
    """Parses a date in the zone or an instant. `to` includes its date and excludes its instant."""
    if (day := parse_date(text)) is not None:
        return _midnight(day + timedelta(days=1) if is_end else day, zone)
    # A plus in a query string means a space, so an offset that was not encoded arrives with one.
    instant = parse_instant(text.replace(" ", "+") if text.count(" ") == 1 else text)
    if instant is None:
        raise _wrong(name, "Send a date, or an instant with its offset.")
    return instant


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _wrong(name: str, message: str) -> Refused:
    return Refused(Refusal.INVALID, fields={name: [message]})


@router.get(
    "/payments/balance",
    response=BalancesAnswer,
    auth=person_with_payouts,
    by_alias=True,
    summary="My balance",
    operation_id="payments_api_balance",
)
def balance(request: SignedInRequest) -> BalancesAnswer:
    """What clients have paid and is not due yet, what is due, what was paid out, and what is owed after refunds."""
    return BalancesAnswer(balances=[BalanceOut.of(row) for row in payouts.balances_of(request.user)])


class PayoutsQuery(In):
    model_config = ConfigDict(extra="ignore")
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get(
    "/payouts",
    response=PayoutsAnswer,
    auth=person_with_payouts,
    by_alias=True,
    summary="My payouts",
    operation_id="payments_api_payouts",
)
def payouts_made(request: SignedInRequest, query: Query[PayoutsQuery]) -> PayoutsAnswer:
    """My shares of payments, those due last first, each with what it waits for."""
    mine = Transfer.objects.visible_to(request.user).listed()
    page = page_of(mine, order=("-due_at", "-id"), limit=query.limit, cursor=query.cursor)
    shown = payouts.shown(page.rows, account_of(request.user))
    return PayoutsAnswer(payouts=[PayoutOut.of(row) for row in shown], next_cursor=page.next_cursor)


@router.get(
    "/payments/{id}",
    response=PaymentAnswer,
    auth=own_payment,
    by_alias=True,
    summary="One payment",
    operation_id="payments_api_payment",
)
def payment(request: SignedInRequest, id: str) -> PaymentAnswer:
    """With its refunds and ledger entries: those of their own account for the builder, all of them for support."""
    payment = _find(request.user, id)
    entries = queries.entries_for(payment, request.user).prefetch_related("legs__account")
    more = {
        "refunds": [RefundOut.of(refund) for refund in payment.refunds.all()],
        "entries": [part for entry in entries for part in EntryOut.all_of(entry)],
    }
    return PaymentAnswer(payment=PaymentWhole.model_validate(PaymentListed.values_of(payment) | more))


@router.post(
    "/payments/{id}/refunds",
    response={201: RefundAnswer},
    auth=own_payment,
    by_alias=True,
    summary="Refund a payment",
    operation_id="payments_api_refund",
)
def refund(request: SignedInRequest, id: str, payload: Body[RefundIn]) -> HttpResponse:
    """By the builder or support. Without an amount it is all that is left. With an `Idempotency-Key` it counts once.

    A payment through a provider is refunded to the method that was used, and `status` is `pending` until that is done. Of
    a payment to the builder directly, what they have given back is recorded. With `asCredit`, the client has the money as
    credit for what they book next, and `consent` says how they agreed.
    """
    payment = _find(request.user, id)

    consent = payload.consent if payload.as_credit else None

    def work() -> RefundAnswer:
        refund = refunds.refund_for(
            payment=payment, amount=payload.amount, reason=payload.reason, by=request.user, consent=consent
        )
        return RefundAnswer(refund=RefundOut.of(refund))

    return once(request, caller=f"person:{request.user.pk}", work=work)
