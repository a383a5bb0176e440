"""Checks for `manage.py check --deploy` about outside services that are set up only in part."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def zoom_is_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warns about Zoom with some of its settings: it would not be offered, or its webhooks would be refused."""
    own = (settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET)
    platform = (settings.ZOOM_ACCOUNT_ID, settings.ZOOM_SERVER_CLIENT_ID, settings.ZOOM_SERVER_CLIENT_SECRET)
    messages: list[CheckMessage] = []
    if any(own) and not all(own):
        text = "Zoom is not offered to builders: set both ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET."
        messages.append(CheckWarning(text, hint="See docs/meetings.md.", id="waymark.W010"))
    if any(platform) and not all(platform):
        text = "The platform's Zoom account is not used: set all of ZOOM_ACCOUNT_ID, ZOOM_SERVER_CLIENT_ID and ZOOM_SERVER_CLIENT_SECRET."
        messages.append(CheckWarning(text, hint="See docs/meetings.md.", id="waymark.W011"))
    if (any(own) or any(platform)) and not settings.ZOOM_WEBHOOK_SECRETS:
        text = "ZOOM_WEBHOOK_SECRETS is empty, so nobody hears when a meeting starts, ends or is deleted at Zoom."
        messages.append(CheckWarning(text, hint="See docs/meetings.md.", id="waymark.W012"))
    return messages
