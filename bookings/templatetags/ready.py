"""Tags for parts that a builder's page and the wizard show again and again, kept by all that they depend on."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name

from bookings.models import Review
from bookings.reviews.ratings import Rating
from bookings.states import Side
from bookings.wizard.time_picker import TimePicker
from core import hour_format
from core.ready import ReadyHtml
from scheduling.queries import DescribedSessionType

register = template.Library()
# What the card shows of the session type itself; its prices follow from the terms.
SHOWN = (
    "pk", "title", "description", "colour", "category", "is_remote", "is_in_person", "in_person_at", "address",
    "travel_miles", "seats", "min_seats", "default_minutes",
)  # fmt: skip
_cards, _months, _ratings, _reviews = ReadyHtml(2_000), ReadyHtml(1_000), ReadyHtml(1_000), ReadyHtml(4_000)


@register.simple_tag(takes_context=True)
def bookable_card(
    context: template.Context,
    card: DescribedSessionType,
    *,
    go_url: str = "",
    go_label: str = "",
    has_lengths: bool = False,
    level: int = 3,
) -> SafeString:
    """Shows a session with a button to its times, or no button, and a choice of its length with `has_lengths`."""
    session, day = card.session_type, context["request"].GET.get("day", "")
    service = session.service and (session.service.name, session.service.icon)
    values = {"go_url": go_url, "go_label": go_label, "has_lengths": has_lengths, "level": level, "day": day}
    shown = tuple(getattr(session, name) for name in SHOWN)
    clock = (card.next_slot, get_current_timezone_name(), hour_format.current())
    key = (shown, service, card.terms, clock, tuple(values.values()))
    return _cards.get(key, lambda: render_to_string("bookings/wizard/_bookable_card.html", {"card": card, **values}))


@register.simple_tag(takes_context=True)
def month(context: template.Context, picker: TimePicker) -> SafeString:
    """Shows the calendar of a month in which a day is chosen."""
    request = context["request"]
    key = (
        (request.GET.urlencode(), picker.month, picker.before, picker.after, picker.focus),
        (tuple(map(tuple, picker.weeks)), None if picker.days else picker.next_free),
    )
    values = {"picker": picker, "request": request}
    return _months.get(key, lambda: render_to_string("bookings/wizard/_month.html", values))


@register.simple_tag(takes_context=True)
def rating_card(context: template.Context, rating: Rating, stars: int | None) -> SafeString:
    """Shows the average and how many reviews gave each number of stars, with links to them; `stars` are those chosen. Kept for
    pages without a filter only, since the links contain the whole query of the page."""
    request = context["request"]
    values = {"rating": rating, "chosen": stars, "request": request}

    def render() -> SafeString:
        return render_to_string("bookings/reviews/_rating.html", values)

    return render() if request.GET else _ratings.get(tuple(rating.stars.items()), render)


@register.simple_tag(takes_context=True)
def review_card(context: template.Context, review: Review) -> SafeString:
    """Shows a review with its reply, and a link to report it for those who may."""
    user, booking = context["user"], review.booking
    may_report = user.is_authenticated and user.pk != review.author_id
    author: Any = booking.builder if review.side == Side.BUILDER else booking.client
    key = (
        (review.pk, review.rating, review.text, review.published_at, review.reply, review.replied_at, may_report),
        (review.side, review.author_name, author and (author.display_name, str(author.avatar))),
        (booking.builder.display_name, booking.client_name, get_current_timezone_name()),
    )
    values = {"review": review, "may_report": may_report}
    return _reviews.get(key, lambda: render_to_string("bookings/reviews/_review.html", values))
