"""Pages for signed links that have expired: the notice, and the form that mails a new link."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bookings.agreement import limits
from bookings.agreement.signed_links import Purpose, has_ended, opened
from bookings.guests import link_renewal
from bookings.models import Booking
from core import clock
from core.access import public


def key_or_page(
    request: HttpRequest,
    token: str,
    *purposes: Purpose,
    is_open_to: Callable[[HttpRequest, Booking], bool] | None = None,
) -> tuple[Booking, Purpose] | HttpResponse:
    """Returns the booking and the purpose of the link, or a 410 page if the link has expired.

    An invalid token is a 404. `is_open_to` says for whom a link works although it has expired, as they are signed in.
    """
    key = opened(token, *purposes)
    if key is None:
        raise Http404
    if not has_ended(token, key[0], clock.now()) or (is_open_to is not None and is_open_to(request, key[0])):
        return key
    return forbid_caching(render(request, "bookings/guests/link_ended.html", {"token": token}, status=410))


def forbid_caching(response: HttpResponse) -> HttpResponse:
    """Sets `Cache-Control: private, no-store`, unless the response has such a header already."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


@require_POST
@public
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Mails a new link to the address of the booking. The response is always the same, so it reveals nothing."""
    key = opened(token, *Purpose)
    if key is not None and has_ended(token, key[0], clock.now()) and limits.count_renewal(request, key[0]):
        link_renewal.mail_new_link(booking=key[0], purpose=key[1], now=clock.now())
    return redirect(reverse("bookings:link_renewed"))


@require_safe
@public
def renewed(request: HttpRequest) -> HttpResponse:
    return render(request, "bookings/guests/link_renewed.html")
