"""Step two for session types that are booked on Calendly: its page inside ours, then the booking that was made there."""

from __future__ import annotations

from typing import cast

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bookings.agreement.signed_links import page_of
from bookings.calendly import embed
from bookings.calendly.embed import Prefill
from bookings.wizard.context import WizardContext, not_bookable, wizard_step
from bookings.wizard.forms import field_name
from connections.calendly.flags import CALENDLY
from core import flags
from core.dates import parse_date

# The steps above the page: name, whether it is done, whether it is the current one.
STEPS = (("Service", True, False), ("Time and details, on Calendly", False, True))


def step(wizard: WizardContext) -> HttpResponse:
    """Shows the page of the event type. The policy of this page alone lets a frame show Calendly.

    Times on Waymark are shown to everybody, but here one could book at once: who needs an account signs in first.
    """
    session_type = wizard.session_type
    if wizard.needs_sign_in:
        return redirect_to_login(wizard.after_sign_in, reverse("account_signup"))
    if not embed.is_there(session_type) or not flags.is_on(wizard.request, CALENDLY):
        return not_bookable(wizard.request, wizard.profile)
    key = embed.key_of(wizard.visitor.key, session_type.pk)
    frame, link = embed.addresses(session_type, key=key, prefill=_prefill(wizard))
    context = {
        "profile": wizard.profile,
        "session": session_type,
        "frame": frame,
        "page": link,
        "origin": embed.origin(),
        "booked_url": wizard.url("on_calendly"),
        "steps": STEPS,
        "step": 2,
    }

    @csp_update({"frame-src": [embed.origin()]})
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "bookings/wizard/on_calendly.html", context)

    return cast("HttpResponse", page(wizard.request))  # the decorator keeps the wrapped function


def _prefill(wizard: WizardContext) -> Prefill:
    """Returns what the visitor has told us so far: their account, else their draft, and the address of this page."""
    person, typed, query = wizard.visitor.person, wizard.draft().details, wizard.request.GET
    return Prefill(
        name=person.display_name if person else typed.get("name", ""),
        email=person.email if person else typed.get("email", ""),
        answers={
            question.label: typed.get(field_name(question), "")
            for question in wizard.session_type.questions.all()
            if question.is_asked
        },
        campaign={name: query.get(name, "") for name in embed.CAMPAIGN},
        day=parse_date(query.get("day", "")),
    )


@require_POST
@wizard_step
def booked(wizard: WizardContext) -> HttpResponse:
    """Looks for the booking that this visitor has made on Calendly, and shows that they are booked.

    It relies only on Calendly's answer, not on the form or on messages from the frame.
    """
    session_type = wizard.session_type
    is_read = embed.look_now(wizard.profile.user)
    booking = embed.booking_with(embed.key_of(wizard.visitor.key, session_type.pk), session_type)
    person = wizard.visitor.person
    if booking is not None and person is not None and booking.client_id not in (None, person.pk):
        messages.info(
            wizard.request, ("You are booked. The booking is in the account with the address that you entered there.")
        )
        return redirect(wizard.profile.get_absolute_url())
    if booking is not None:
        return redirect(page_of(booking, "booked"))
    if is_read:
        messages.info(wizard.request, "We cannot find a booking from you for this session on Calendly yet.")
    else:
        messages.error(wizard.request, "Calendly is not answering at the moment. Your booking will appear here later.")
    return redirect(wizard.url("times"))
