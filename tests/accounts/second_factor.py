"""A person's second factor: sets it up and computes its codes."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse


def code(secret: str, *, half_minutes: int = 1) -> str:
    """Returns the code of the coming half minute. It is accepted a minute long, so that no test ends too late for it."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + half_minutes))


def secret_on(page: Any) -> str:
    match = re.search(r'<code class="break">(\w+)</code>', page.content.decode())
    assert match
    return match.group(1)


def set_up(client: Client) -> str:
    """Sets up a second factor and returns its secret. Uses the present code, so that the next one can still be used."""
    secret = secret_on(client.get(reverse("mfa_activate_totp")))
    client.post(reverse("mfa_activate_totp"), {"code": code(secret, half_minutes=0)})
    return secret
