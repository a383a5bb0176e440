"""The pages on which builders sell packages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF, Role
from coaching.packages import pricing, queries, services
from coaching.packages.forms import PackageForm, RefundPackageForm
from coaching.packages.models import Package, PackagePurchase
from coaching.terms import offer_to_edit
from core import flags
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.ids import uuid7
from payments import refunds
from payments.credits.queries import held
from payments.flags import PAYMENTS
from payments.models import CreditGrant, Payment, Refund
from payments.stripe.configuration import is_configured

builders_only = role_required(Role.BUILDER)
builders_and_staff = role_required(Role.BUILDER, *STAFF)
PAGE = ["GET", "HEAD", "POST"]
AS_CREDIT = "The client has the money as credit now, and has been told."


@builders_only
@require_safe
def packages(request: SignedInRequest) -> HttpResponse:
    """Lists the builder's packages, and what was sold."""
    check_flag(request)
    offered = services.offered_by(request.user)
    own = Package.objects.filter(builder=request.user).order_by("-is_active", "sessions", "id")
    context = {
        "packages": [pricing.shown(package, offered) for package in own],
        "sold": queries.sold_by(request.user),
        "is_configured": is_configured(),
    }
    return render(request, "coaching/packages/packages.html", context)


@builders_only
@require_http_methods(PAGE)
def new_package(request: SignedInRequest) -> HttpResponse:
    return _edit(request, None)


@builders_only
@require_http_methods(PAGE)
def package(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(request.user.packages, pk=pk))


def _edit(request: SignedInRequest, package: Package | None) -> HttpResponse:
    """Shows and saves the form of a package; with the button for it, only shows what clients will see."""
    check_flag(request)
    currency = offer_to_edit(request.user).currency
    offered = services.offered_by(request.user)
    form = PackageForm(request.POST or None, offered=offered, currency=currency, package=package)
    is_preview = request.POST.get("act") == "preview"
    if request.method == "POST" and form.is_valid() and not is_preview:
        try:
            saved = services.save(package=package, new=form.new_package, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, f"“{saved.title}” is saved.")
            return redirect("coaching:packages")
    preview = form.preview or (pricing.shown(package, offered) if package else None)
    context = {"form": form, "package": package, "preview": preview}
    status = 422 if form.is_bound and form.errors and not is_preview else 200
    if getattr(request, "htmx", False) and is_preview:
        return render(request, "coaching/packages/_preview.html", context)
    return render(request, "coaching/packages/package.html", context, status=status)


@builders_only
@require_POST
def archive_package(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Takes a package off sale, or puts it back."""
    check_flag(request)
    package = get_object_or_404(request.user.packages, pk=pk)
    services.set_active(package=package, is_active=not package.is_active, by=request.user)
    state = "on sale" if package.is_active else "archived. What was bought can still be used"
    messages.success(request, f"“{package.title}” is {state}.")
    return redirect("coaching:packages")


@builders_and_staff
@require_http_methods(PAGE)
def refund_package(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lets the builder, or support, refund the unused sessions of a package that was bought."""
    check_flag(request)
    purchase = _sold(request, pk)
    row = held(CreditGrant.objects.filter(purchase=purchase))[0]
    payment = get_object_or_404(Payment, subject_kind=services.KIND, subject_id=purchase.pk)
    form = RefundPackageForm(request.POST or None, can_be_credit=True, initial={"key": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            services.refund(purchase=purchase, by=request.user, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            as_credit = form.cleaned_data["consent"] is not None
            messages.success(request, AS_CREDIT if as_credit else "The refund is on its way. The client has been told.")
            return redirect(_after_refund(request))
    elif request.method != "POST" and not row.left:
        messages.error(request, "There are no unused sessions to refund.")
        return redirect(_after_refund(request))
    context = {"purchase": purchase, "row": row, "form": form, "amount": services.refund_of(payment, row.worth)}
    return render(request, "coaching/packages/refund_package.html", context, status=422 if form.errors else 200)


@builders_and_staff
@require_POST
def refund_package_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Makes another refund in the place of one that has failed."""
    check_flag(request)
    purchase = _sold(request, pk)
    failed = get_object_or_404(
        Refund.objects.to_try_again(), payment__subject_kind=services.KIND, payment__subject_id=purchase.pk
    )
    try:
        refunds.try_again(refund=failed, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        messages.success(request, "The refund is on its way again.")
    return redirect(_after_refund(request))


def _sold(request: SignedInRequest, pk: UUID) -> PackagePurchase:
    rows = PackagePurchase.objects.filter(grant__isnull=False).select_related("buyer", "package__builder", "grant")
    if not set(request.user.roles) & STAFF:
        rows = rows.filter(package__builder=request.user)
    return get_object_or_404(rows, pk=pk)


def _after_refund(request: SignedInRequest) -> str:
    return "coaching:packages" if Role.BUILDER in request.user.roles else "admin:payments_payment_changelist"


def check_flag(request: HttpRequest) -> None:
    if not flags.is_on(request, PAYMENTS):
        raise Http404
