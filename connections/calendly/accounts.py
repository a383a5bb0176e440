"""Keeps what Waymark knows of a Calendly account: who it is there, and whether its webhook works."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from connections.calendly import service
from connections.calendly.client import AlreadyThere, Calendly, CalendlyFault, NotThere
from connections.calendly.models import CalendlyAccount
from connections.models import LinkedAccount

CHECKED_EVERY = timedelta(hours=1)


def account_of(owner: Any) -> LinkedAccount | None:
    """Returns the person's Calendly account, working or not. One query."""
    return LinkedAccount.objects.filter(owner=owner, service=service.NAME).select_related("calendly", "owner").first()


def details_of(account: LinkedAccount, calendly: Calendly) -> CalendlyAccount:
    """Returns the account's details, and asks Calendly for them once."""
    details, _ = CalendlyAccount.objects.select_related("account").get_or_create(account=account)
    if not details.organization_uri:
        me = calendly.user(account.external_id)
        details.organization_uri, details.email = me.organization[:300], me.email[:254]
        details.scheduling_url = me.scheduling_url[:300]
        details.save(update_fields=["organization_uri", "email", "scheduling_url", "changed_at"])
    return details


def keep_webhook(details: CalendlyAccount, calendly: Calendly, now: datetime) -> None:
    """Makes our webhook at Calendly, and makes it anew where it was disabled or deleted. Checks once an hour.

    The free plan has no webhooks: then bookings are only polled, and the page says so.
    """
    checked_at = details.webhook_checked_at
    if checked_at is not None and now - checked_at < CHECKED_EVERY:
        return
    try:
        _keep_webhook(details, calendly)
        details.webhook_error = ""
    except CalendlyFault as fault:
        details.webhook_uri, details.webhook_error = "", fault.sentence[:300]
    details.webhook_checked_at = now
    details.save(update_fields=["webhook_uri", "webhook_secret", "webhook_checked_at", "webhook_error", "changed_at"])


def _keep_webhook(details: CalendlyAccount, calendly: Calendly) -> None:
    """Leaves one working webhook here. Its key is only ours, so one that we did not make is replaced; one that was left
    when Calendly did not answer while its account was disconnected is deleted."""
    address, is_there = webhook_address(details), False
    ours = f"{settings.SITE_URL}{reverse('core:webhook', args=[service.NAME])}"
    for row in calendly.subscriptions(details.user_uri, details.organization_uri):
        if not row.callback_url.startswith(ours):
            continue
        if row.is_active and row.uri == details.webhook_uri and row.callback_url == address and details.webhook_secret:
            is_there = True
            continue
        _drop(calendly, row.uri)
    if is_there:
        return
    key = secrets.token_urlsafe(32)
    details.webhook_key = key
    # Saved before it is created: Calendly may send with this key before its answer is here.
    details.save(update_fields=["webhook_secret", "changed_at"])
    try:
        created = calendly.subscribe(details.user_uri, details.organization_uri, address, key)
    except AlreadyThere:
        details.webhook_uri = ""  # it appeared in between; the next check replaces it
        return
    details.webhook_uri = created.uri[:300]


def drop_webhook(details: CalendlyAccount, calendly: Calendly) -> None:
    """Deletes our webhook at Calendly."""
    if details.webhook_uri:
        _drop(calendly, details.webhook_uri)


def webhook_address(details: CalendlyAccount) -> str:
    return f"{settings.SITE_URL}{reverse('core:webhook_for', args=[service.NAME, details.pk])}"


def _drop(calendly: Calendly, uri: str) -> None:
    try:
        calendly.unsubscribe(uri)
    except NotThere:
        return
