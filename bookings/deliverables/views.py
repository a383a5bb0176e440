"""Pages of deliverables: the list with the form to add one, a file, and removing one."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bookings.agreement.access import BookingAccess, attempt, member_and_guest
from bookings.deliverables import services as deliverables
from bookings.deliverables.forms import DeliverableForm
from bookings.deliverables.queries import deliverables_of
from bookings.models import Deliverable
from bookings.states import Side
from core.uploads import download_response

PAGE = ["GET", "HEAD", "POST"]


def _deliverables(access: BookingAccess) -> HttpResponse:
    """Lists the deliverables with their versions; the builder can add more."""
    request, booking = access.request, access.booking
    may_add = access.side == Side.BUILDER and booking.state in deliverables.OPEN
    form = DeliverableForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied
        if form.is_valid():
            attempt(
                access, "Added. Your client will be notified.",
                lambda: deliverables.add(booking=booking, by=access.by, **form.cleaned_data),
            )  # fmt: skip
            return redirect(access.url("deliverables"))
    context = {
        "access": access,
        "booking": booking,
        "form": form,
        "may_add": may_add,
        "deliverables": deliverables_of(booking),
    }
    return render(request, "bookings/deliverables/deliverables.html", context, status=422 if form.errors else 200)


def _file(access: BookingAccess, pk: UUID) -> HttpResponseBase:
    deliverable = get_object_or_404(access.booking.deliverables.filter(removed_at__isnull=True, kind=Deliverable.Kind.FILE), pk=pk)  # fmt: skip
    return download_response(access.request, deliverable.file, deliverable.name)


def _remove(access: BookingAccess, pk: UUID) -> HttpResponse:
    """Asks for confirmation, then removes the deliverable."""
    deliverable = get_object_or_404(access.booking.deliverables.filter(removed_at__isnull=True), pk=pk)
    if access.side != Side.BUILDER:
        raise PermissionDenied
    if access.request.method == "POST":
        attempt(
            access,
            f"{deliverable.title} is removed.",
            lambda: deliverables.remove(deliverable=deliverable, by=access.by),
        )
        return redirect(access.url("deliverables"))
    return render(access.request, "bookings/deliverables/remove.html", {"access": access, "deliverable": deliverable})


delivered, guest_delivered = (require_http_methods(PAGE)(view) for view in member_and_guest(_deliverables))
file, guest_file = (require_safe(view) for view in member_and_guest(_file))
remove, _ = (require_http_methods(PAGE)(view) for view in member_and_guest(_remove))
