"""Demo data: Ada has connected the stand-in for Zoom, and has a receiver told of her bookings."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import Identity, Tokens
from connections.oauth.services import save_account
from connections.outgoing import services as webhooks
from connections.outgoing.models import WebhookEndpoint
from connections.outgoing.sources import kind_choices
from connections.zoom.configuration import is_sandbox
from connections.zoom.services import SERVICE
from core.registry import DemoPlan

HOST = Identity("sandbox-host", "ada@zoom.sandbox")  # as the stand-in names its account
TOKENS = Tokens("sandbox-access-0", "sandbox-refresh-0")


def seed(plan: DemoPlan) -> None:
    """Connects Ada to the stand-ins, as far as she is not connected already."""
    ada = User.objects.filter(email="builder@demo.test").first()
    if ada is None or not settings.SANDBOX_URL:
        return
    _tell_receiver(ada, f"{settings.SANDBOX_URL}/receiver/hook")
    if is_sandbox() and not LinkedAccount.objects.filter(owner=ada, service=SERVICE.name).exists():
        save_account(owner=ada, service=SERVICE, kind=LinkedAccount.Kind.OAUTH, tokens=TOKENS, identity=HOST, by=ada)


def _tell_receiver(ada: User, address: str) -> None:
    """Has the sandbox's receiver told of Ada's bookings. Its port is another at each start."""
    endpoint = WebhookEndpoint.objects.filter(owner=ada, host="127.0.0.1").first()
    if endpoint is None:
        kinds = [kind for kind, _ in kind_choices()]
        webhooks.add_endpoint(owner=ada, address=address, kinds=kinds, by=ada)
    elif endpoint.address != address:
        endpoint.address = address
        endpoint.save()
