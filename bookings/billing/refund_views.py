"""Pages on which a builder or support gives money back, tries a refund again or gives it up, or corrects a receipt."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bookings.agreement.access import attempt
from bookings.billing import queries, services
from bookings.billing.forms import CorrectionForm, GiveUpForm, RefundForm
from bookings.billing.rules import KIND
from bookings.billing.views import payment_access
from bookings.states import Side
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from payments.models import Receipt, Refund

PAGE = ["GET", "HEAD", "POST"]
RECORDED = "Refund recorded. The client has been told."
MADE = "The refund is on its way. The client has been told."
AS_CREDIT = "The client has the money as credit now, and has been told."


@require_http_methods(PAGE)
@signed_in
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets the builder, or support, give back a payment or a part of it."""
    access, by = payment_access(request, reference, Side.BUILDER, Side.SUPPORT)
    booking = access.booking
    bill = queries.bill_of(booking)
    suggested = bill.to_return if bill.to_return.amount else bill.refundable
    form = RefundForm(
        request.POST if request.method == "POST" else None,
        most=bill.refundable,
        can_be_credit=not bill.is_direct and booking.client_id is not None,
        initial={"amount": suggested.on_the_wire()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.refund(booking=booking, by=by, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            as_credit = form.cleaned_data["consent"] is not None
            messages.success(request, RECORDED if bill.is_direct else AS_CREDIT if as_credit else MADE)
            return redirect(booking)
    elif request.method != "POST" and not bill.refundable.amount:
        messages.error(request, "There is no payment to refund for this booking.")
        return redirect(booking)
    context = {"booking": booking, "bill": bill, "form": form, "when": access.when, "is_staff": by.side == Side.SUPPORT}
    return render(request, "bookings/billing/refund.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def refund_again(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Makes another refund in the place of one that has failed."""
    access, by = payment_access(request, reference, Side.BUILDER, Side.SUPPORT)
    failed = get_object_or_404(
        Refund.objects.select_related("payment"),
        pk=pk, payment__subject_kind=KIND, payment__subject_id=access.booking.pk,
    )  # fmt: skip
    attempt(access, MADE, lambda: services.try_refund_again(refund=failed, by=by))
    return redirect(access.booking)


@require_http_methods(PAGE)
@signed_in
def give_up_refund(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Lets the builder, or support, decide that a refund that has failed is not tried again."""
    access, by = payment_access(request, reference, Side.BUILDER, Side.SUPPORT)
    booking = access.booking
    failed = get_object_or_404(
        Refund.objects.select_related("payment"),
        pk=pk, payment__subject_kind=KIND, payment__subject_id=booking.pk,
    )  # fmt: skip
    form = GiveUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_up_refund(refund=failed, by=by, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "The refund is given up. The client has been told.")
            return redirect(booking)
    context = {"booking": booking, "refund": failed, "form": form, "when": access.when}
    return render(request, "bookings/billing/give_up_refund.html", context, status=422 if form.errors else 200)


@require_http_methods(PAGE)
@signed_in
def correct_receipt(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:
    """Lets the builder, or support, say that a receipt was recorded by mistake."""
    access, by = payment_access(request, reference, Side.BUILDER, Side.SUPPORT)
    booking = access.booking
    receipt = get_object_or_404(
        Receipt.objects.select_related("payment"),
        pk=pk, payment__subject_kind=KIND, payment__subject_id=booking.pk,
    )  # fmt: skip
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_receipt(receipt=receipt, by=by, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Payment removed. The client has been told.")
            return redirect(booking)
    context = {"booking": booking, "receipt": receipt, "form": form, "when": access.when}
    return render(request, "bookings/billing/correction.html", context, status=422 if form.errors else 200)
