"""The pages on which a builder sets up their payout account, and sees their balances and payouts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core import flags
from core.access import signed_in
from core.csv_export import csv_response
from core.errors import Refused
from core.forms import add_refusal
from core.service_calls import ServiceDown
from payments.flags import PAYMENTS
from payments.models import ProviderAccount, Transfer
from payments.payouts import accounts, queries
from payments.payouts.fees import fee_percent_for
from payments.payouts.forms import CountryForm
from payments.stripe.configuration import is_configured

PAGE_SIZE = 20
LINK = "payout_account_link"  # in the session: the address at the provider, which works once
CSV_HEADER = (
    "Due on", "Paid out on", "Reference", "Session", "Client", "Currency", "Before the fee", "Fee", "Your share", "Kept for a debt",
    "Sent", "State",
)  # fmt: skip


@require_safe
@signed_in
def payouts(request: SignedInRequest) -> HttpResponse:
    """Shows the account, the balances and the payouts. The provider leads back here too, which changes nothing."""
    _check_access(request)
    return render(request, "payments/payouts.html", _context(request, CountryForm(initial={"country": ""})))


def _context(request: SignedInRequest, form: CountryForm) -> dict[str, Any]:
    account = accounts.account_of(request.user)
    rows = Transfer.objects.visible_to(request.user).listed()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "account": account,
        "missing": queries.missing_words(account.requirements) if account else [],
        "form": form,
        "link": request.session.get(LINK, ""),
        "has_returned": request.GET.get("account") == "returned",
        "is_link_over": request.GET.get("account") == "again",
        "is_possible": is_configured(),
        "balances": queries.balances_of(request.user),
        "page": page,
        "payouts": queries.shown(list(page.object_list), account),
        "delay_days": settings.PAYOUT_DELAY_DAYS,
        "fee_percent": fee_percent_for(request.user.pk),
    }


def _check_access(request: SignedInRequest) -> None:
    """Refuses people who are no builders and never were; while payments are switched off, there is no such page."""
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    if not queries.has_payouts(request.user):
        raise PermissionDenied


@require_POST
@signed_in
def set_up(request: SignedInRequest) -> HttpResponse:
    """Creates the account if need be, and gets the address at which the builder enters what is missing.

    Browsers do not let a form lead to another site, so the page shows a link to it.
    """
    _check_access(request)
    account = accounts.account_of(request.user)
    form = CountryForm(request.POST)
    keeps_country = (
        account is not None and bool(account.provider_id) and account.status != ProviderAccount.Status.CLOSED
    )
    if not keeps_country and not form.is_valid():
        return render(request, "payments/payouts.html", _context(request, form), status=422)
    try:
        request.session[LINK] = accounts.start_onboarding(
            person=request.user,
            country=account.country if account and keeps_country else form.cleaned_data["country"],
            return_url=_address("returned"),
            refresh_url=_address("again"),
        )
    except Refused as refused:
        if not form.is_valid() or account:
            messages.error(request, str(refused))
            return redirect("payments:payouts")
        add_refusal(form, refused)
        return render(request, "payments/payouts.html", _context(request, form), status=422)
    return redirect(f"{reverse('payments:payouts')}#account")


def _address(name: str) -> str:
    return f"{settings.SITE_URL}{reverse('payments:payouts')}?{urlencode({'account': name})}"


@require_POST
@signed_in
def check(request: SignedInRequest) -> HttpResponse:
    """Asks the provider whether the account is ready."""
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import

    _check_access(request)
    account = get_object_or_404(ProviderAccount, owner=request.user)
    try:
        accounts.check(account)
    except (ServiceDown, PaymentRefused) as error:
        messages.error(request, f"Your account could not be checked. {error}")
        return redirect("payments:payouts")
    request.session.pop(LINK, None)
    account.refresh_from_db()
    messages.success(request, f"Checked: {account.get_status_display().lower()}.")
    return redirect("payments:payouts")


@require_safe
@signed_in
def statement(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows how one payout is made up: the price, the fee, what was taken back, and what was sent."""
    _check_access(request)
    transfer = get_object_or_404(Transfer.objects.visible_to(request.user).listed(), pk=pk)
    [payout] = queries.shown([transfer], accounts.account_of(request.user))
    context = {"payout": payout, "transfer": transfer, "reversals": list(transfer.reversals.all())}
    return render(request, "payments/statement.html", context)


@require_safe
@signed_in
def table(request: SignedInRequest) -> HttpResponse:
    """Returns all payouts as a CSV file."""
    _check_access(request)
    transfers = list(Transfer.objects.visible_to(request.user).listed())
    zone = ZoneInfo(request.user.timezone)
    rows = [_row(payout, zone) for payout in queries.shown(transfers, accounts.account_of(request.user))]
    return csv_response("payouts.csv", CSV_HEADER, rows)


def _row(payout: queries.ShownPayout, zone: ZoneInfo) -> tuple[Any, ...]:
    transfer, subject = payout.transfer, payout.subject
    payment = transfer.payment
    return (
        f"{transfer.due_at.astimezone(zone):%Y-%m-%d}",
        f"{transfer.paid_at.astimezone(zone):%Y-%m-%d}" if transfer.paid_at else "",
        payment.subject_reference,
        subject.title if subject else "",
        subject.person if subject else "",
        payment.currency,
        transfer.gross.amount,
        transfer.kept_fee.amount,
        transfer.share.amount,
        transfer.covered,
        str(transfer.sent) if transfer.sent else "",
        transfer.get_state_display(),
    )
