"""Demo data: Ada has connected the stand-in for Zoom."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import Identity, Tokens
from connections.oauth.services import save_account
from connections.zoom.configuration import is_sandbox
from connections.zoom.services import SERVICE
from core.registry import DemoPlan

HOST = Identity("sandbox-host", "ada@zoom.sandbox")  # as the stand-in names its account
TOKENS = Tokens("sandbox-access-0", "sandbox-refresh-0")


def seed(plan: DemoPlan) -> None:
    """Connects Ada to the stand-in, unless she has an account at Zoom already."""
    ada = User.objects.filter(email="builder@demo.test").first()
    if ada is None or not settings.SANDBOX_URL or not is_sandbox():
        return
    if not LinkedAccount.objects.filter(owner=ada, service=SERVICE.name).exists():
        save_account(owner=ada, service=SERVICE, kind=LinkedAccount.Kind.OAUTH, tokens=TOKENS, identity=HOST, by=ada)
