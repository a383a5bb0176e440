"""Filters for messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import template
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.safestring import SafeString

from core import hour_format
from messaging import texts
from messaging.pages import ConversationAddresses

register = template.Library()


@register.filter
def message_html(text: str) -> SafeString:
    """Returns the text of a message as HTML, with its links."""
    return texts.as_html(text)


@register.filter(expects_localtime=True)
def short_when(instant: datetime) -> str:
    """Returns the time of today, the weekday of the last six days, and the date of what is older."""
    days = (timezone.localdate() - instant.date()).days
    style = hour_format.date_style("H:i") if days < 1 else "D" if days < 7 else "j M" if days < 300 else "M Y"
    return str(date(instant, style))


@register.filter
def beginning(text: str) -> str:
    """Returns the beginning of a message on one line."""
    return texts.beginning(text, 80)


@register.simple_tag
def file_address(addresses: ConversationAddresses, pk: UUID) -> str:
    return addresses.of_file(pk)
