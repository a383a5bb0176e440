"""What mail providers report by webhook, by django-anymail, which knows the formats of some fifteen of them.

`EMAIL_URL=anymail://PROVIDER?…` names the provider. Its webhook is SITE_URL/webhooks/mail-events/, with the name and the
password of `webhook_secret`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anymail import urls
from anymail.signals import EventType, tracking
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpResponseBase

from core.mail_log import services
from core.mail_log.models import MailEvent, MailLogEntry
from core.mail_log.rules import ADDRESS_UNKNOWN

KINDS = {
    EventType.DELIVERED: MailEvent.Kind.DELIVERED,
    EventType.DEFERRED: MailEvent.Kind.DELAYED,
    EventType.BOUNCED: MailEvent.Kind.BOUNCED,
    EventType.REJECTED: MailEvent.Kind.BOUNCED,
    EventType.FAILED: MailEvent.Kind.BOUNCED,
    EventType.COMPLAINED: MailEvent.Kind.COMPLAINED,
}


def events_view() -> Callable[..., HttpResponseBase]:
    """Returns the view of the package that reads the events of our provider, after it has checked the secret."""
    names = {f"{settings.MAIL_PROVIDER}_tracking_webhook", f"{settings.MAIL_PROVIDER}_webhook"}
    view: Callable[..., HttpResponseBase] = next(
        pattern.callback for pattern in urls.urlpatterns if pattern.name in names
    )
    return view


@receiver(tracking, dispatch_uid="mail log")
def take_in(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Notes an event about an email in the log. Openings and clicks are not kept: nobody asked to be watched."""
    kind = KINDS.get(event.event_type)
    entry = MailLogEntry.objects.filter(provider_id=event.message_id).first() if event.message_id else None
    if kind is None or entry is None:
        return
    text = str(event.mta_response or event.description or event.reject_reason or "")
    if event.reject_reason == "invalid":
        text = f"{ADDRESS_UNKNOWN} {text}".strip()
    key = f"{esp_name}:{event.event_id or event.timestamp}:{event.event_type}:{entry.pk}"
    services.report(entry=entry, kind=kind, text=text, key=key)
