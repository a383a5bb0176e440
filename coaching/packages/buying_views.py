"""The pages on which clients buy a package: what it is, and how to pay for it.

The way to the provider's page is a plain link, because browsers forbid a form to lead to another site.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from coaching.packages import checkout, pricing, services
from coaching.packages.models import Package, PackagePurchase
from coaching.packages.views import check_flag
from core import clock
from core.access import public, signed_in
from core.errors import Refused
from core.htmx import render_page
from core.models import Acceptance
from core.money import BadMoney, Money
from core.policies import texts
from payments import checkouts
from payments.account_credit.queries import UsableCredit, usable_credit
from payments.models import Checkout, Payment

PAGE = ["GET", "HEAD", "POST"]


@require_http_methods(PAGE)
@public
def buy_package(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows a package to everybody. Sending its form buys it, after signing in."""
    check_flag(request)
    packages = Package.objects.on_sale().filter(builder__builder_profile__in=BuilderProfile.objects.public())
    package = get_object_or_404(packages.select_related("builder__builder_profile"), pk=pk)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            purchase = services.buy(
                package=package, buyer=request.user, is_gift=request.POST.get("gift") == "yes", expected=_shown(request)
            )
        except Refused as refused:
            messages.error(request, refused.text)
            return redirect(request.path)
        _record_accepted(request, purchase)
        with suppress(Refused):  # the page has a button to try again
            checkout.start_paying(purchase=purchase)
        return redirect("coaching:purchase", pk=purchase.pk)
    person = request.user
    context = {
        "row": pricing.shown(package, services.offered_by(package.builder)),
        "package": package,
        "why_not": services.why_not_sold(package, person) if person.is_authenticated else None,
    }
    return render(request, "coaching/packages/buy_package.html", context)


def _record_accepted(request: HttpRequest, purchase: PackagePurchase) -> None:
    """Records the versions of the terms that the form of the buyer has named."""
    occasion = Acceptance.Occasion.PAYMENT
    texts.accept_sent(request.POST, occasion=occasion, person=request.user, reference=purchase.reference)


def _shown(request: HttpRequest) -> Money | None:
    """Returns the price that the page showed that sent this form; None if the form does not say it."""
    try:
        return Money(Decimal(request.POST["price"]), request.POST["currency"])
    except (KeyError, InvalidOperation, BadMoney):
        return None


@require_http_methods(PAGE)
@signed_in
def purchase(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows what is to be paid and leads to the page to pay on; it is also the page to return to. Sending its form asks
    the provider: for a page to pay on, or whether somebody has paid."""
    check_flag(request)
    mine = PackagePurchase.objects.filter(buyer=request.user).select_related("package__builder", "buyer", "grant")
    own = get_object_or_404(mine, pk=pk)
    if request.method == "POST":
        return _act(request, own)
    payment = Payment.objects.filter(subject_kind=services.KIND, subject_id=own.pk).first()
    page = checkouts.live_checkout(payment.pk) if payment and own.grant_id is None else None
    is_open = page is not None and page.state == Checkout.State.OPEN and page.expires_at > clock.now()
    context = {
        "purchase": own,
        "payment": payment,
        "page": page if is_open else None,
        "credit": _credit(own),
        "has_returned": request.GET.get("returned") == "yes",
    }
    return render_page(request, "coaching/packages/purchase.html", context, parts=("payment",))


def _credit(own: PackagePurchase) -> UsableCredit | None:
    """Returns the buyer's credit if it covers a package that is not paid yet. One query."""
    credit = usable_credit(own.buyer_id, own.money) if own.grant_id is None else None
    return credit if credit and not credit.rest.amount else None


def _act(request: SignedInRequest, own: PackagePurchase) -> HttpResponse:
    act = request.POST.get("act")
    is_check = act == "check"
    try:
        if is_check:
            checkout.check_payment(purchase=own)
        elif act == "credit":
            checkout.use_credit(purchase=own)
        else:
            _record_accepted(request, own)
            checkout.start_paying(purchase=own)
    except Refused as refused:
        messages.error(request, refused.text)
    return redirect(f"{request.path}{'?returned=yes' if is_check else ''}")
