"""A builder's sessions as a calendar feed. Its address contains the secret, which is shown once when it is made."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from accounts.access import SignedInRequest
from accounts.roles import Role
from core import clock
from core.access import public, role_required
from scheduling import services
from scheduling.models import CalendarFeed, Reservation

PAST_SHOWN = timedelta(days=60)


@role_required(Role.BUILDER)
@require_POST
def manage(request: SignedInRequest) -> HttpResponse:
    """Makes a new address, shown only in this response, or closes the feed."""
    if request.POST.get("close"):
        services.close_feed(builder=request.user)
        return redirect(f"{reverse('scheduling:availability')}#feed")
    secret = services.rotate_feed(builder=request.user)
    address = f"{settings.SITE_URL}{reverse('scheduling:calendar', args=[secret])}"
    return render(request, "scheduling/feed.html", {"address": address})


@public
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Returns the feed. Unknown, replaced and deleted addresses return 404, as do those of inactive builders."""
    feed = CalendarFeed.objects.select_related("builder").filter(digest=services.digest_of(secret)).first()
    if feed is None or not feed.builder.is_active:
        raise Http404
    now = clock.now()
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    sessions = feed.builder.reservations.filter(
        kind=Reservation.Kind.BOOKED, released_at__isnull=True, during__endswith__gt=now - PAST_SHOWN
    ).select_related("session_type")
    ical = Calendar()
    ical.add("prodid", "-//Waymark//Sessions//EN")
    ical.add("version", "2.0")
    ical.add("x-wr-calname", "Waymark sessions")
    ical.add("refresh-interval;value=duration", "PT1H")
    ical.add("x-published-ttl", "PT1H")
    for session in sessions:
        event = Event()
        event.add("uid", f"{session.pk}@{settings.SITE_URL.split('//')[-1].split(':')[0]}")
        event.add("dtstamp", session.changed_at)
        event.add("dtstart", session.during.lower)
        event.add("dtend", session.during.upper)
        event.add("summary", session.session_type.title if session.session_type else "Session")
        ical.add_component(event)
    response = HttpResponse(ical.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
