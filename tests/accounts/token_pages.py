"""API tokens as people and programs use them: a request with a token, the page that shows one, mails about them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from core import outbox
from core.demo_mail import stored_emails


def status_of(secret: str) -> int:
    """Returns the status of a request to `/api/me` with this token."""
    return Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code


def secret_on(page: Any) -> str:
    match = re.search(r'<pre class="break secret" tabindex="0">(wm_[\w-]+)</pre>', page.content.decode())
    assert match
    return match.group(1)


def mails_to(address: str) -> list[str]:
    outbox.deliver_due()
    return [f"{mail.subject}\n{mail.text}" for mail in stored_emails() if address in mail.to]
