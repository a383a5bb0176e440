"""Ada with her Calendly account and an event type that can be booked, for tests of bookings from Calendly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from bookings.calendly import services, webhooks
from bookings.models import Booking
from connections.calendly.accounts import details_of
from connections.calendly.client import Calendly, calendly_of
from connections.calendly.models import CalendlyAccount
from connections.models import LinkedAccount
from core import clock
from scheduling.outside import services as outside
from tests.calendly import CalendlyServer
from tests.scheduling.calendly import connect, map_all, sync

Resource = dict[str, Any]


@dataclass
class Shop:
    """Ada's account, her event type at Calendly, and what reads both."""

    calendly: CalendlyServer
    account: LinkedAccount
    event_type: Resource

    @property
    def client(self) -> Calendly:
        return calendly_of(self.account)

    @property
    def details(self) -> CalendlyAccount:
        return CalendlyAccount.objects.select_related("account__owner").get(account=self.account)

    def take_over(self, invitee: Resource) -> Booking | None:
        return services.take_over(details=self.details, calendly=self.client, uri=invitee["uri"])

    def poll(self) -> None:
        """Reads the calendar of the account, as the worker does every ten minutes."""
        calendar = self.details.calendar
        assert calendar is not None
        assert outside.sync(connection=calendar)


def open_shop(calendly: CalendlyServer, ada: User, **event_type: Any) -> Shop:
    account = connect(ada)
    row = calendly.event_type(**event_type)
    sync(account)
    map_all(ada)
    details_of(account, calendly_of(account))
    return Shop(calendly, account, row)


def send(shop: Shop, body: bytes, *, key: str = "", time: int | None = None, **headers: str) -> int:
    """Posts a webhook as Calendly signs it, and returns the status."""
    details = shop.details
    at = str(int(clock.now().timestamp()) if time is None else time)
    digest = bytes.fromhex(webhooks.signature(key or details.webhook_key, at, body)).decode()
    signed = {"HTTP_CALENDLY_WEBHOOK_SIGNATURE": f"t={at},v1={digest}"} | headers
    answer = Client().post(f"/webhooks/calendly/{details.pk}/", body, content_type="application/json", **signed)  # type: ignore[arg-type]  # headers are keywords here
    return answer.status_code
