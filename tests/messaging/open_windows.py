"""Open windows of conversations without a browser: each listens to its stream and loads its list as the page does."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress

import httpx
from django.test import Client
from django.urls import reverse

from messaging.live import topic_of
from messaging.models import Participant

TEXTS = re.compile(r'<div class="bubble">\s*<p>([^<]*)</p>')
CSRF = "c" * 32  # a token is valid if the cookie has the same


class OpenWindow:
    """The window of one participant. `texts` is what it shows; `loads` counts how often it has loaded its list."""

    def __init__(self, site: str, participant: Participant, *, is_shown: bool = True) -> None:
        assert participant.user is not None
        browser = Client()
        browser.force_login(participant.user)
        self.cookies = {"session": browser.cookies["session"].value, "csrf": CSRF}
        self.page = f"{site}{reverse('messaging:conversation', args=[participant.conversation_id])}"
        self.stream = f"{site}/live/?topics={topic_of(participant)}"
        self.is_shown = is_shown  # otherwise it only listens
        self.texts: list[str] = []
        self.loads = 0
        self.changed = asyncio.Event()
        self.is_ready = asyncio.Event()

    async def listen(self, client: httpx.AsyncClient) -> None:
        """Loads the list whenever the stream says that something has changed, or was lost for a while."""
        while True:
            with suppress(httpx.HTTPError):
                async with client.stream("GET", self.stream, headers=self._headers(), timeout=None) as stream:
                    async for line in stream.aiter_lines():
                        if line == "event: ready":
                            self.is_ready.set()
                        if self.is_shown and line in ("event: ready", "event: change", "event: refresh"):
                            await self.load(client)
            await asyncio.sleep(0.5)

    async def load(self, client: httpx.AsyncClient) -> None:
        headers = self._headers() | {"HX-Request": "true", "HX-Target": "stream"}
        answer = await client.get(f"{self.page}?first=1", headers=headers, timeout=120)
        if answer.status_code == 200:
            self.texts = TEXTS.findall(answer.text)
            self.loads += 1
            self.changed.set()

    async def send(self, client: httpx.AsyncClient, text: str, key: str) -> int:
        """Posts a message as the form does, and returns the status."""
        form = {"text": text, "client_key": key}
        headers = self._headers() | {"HX-Request": "true", "X-CSRFToken": CSRF}
        answer = await client.post(self.page, data=form, headers=headers, timeout=120)
        return answer.status_code

    async def shows(self, text: str, seconds: float = 60) -> float:
        """Waits until the window shows the text, and returns when it did."""
        deadline = time.monotonic() + seconds
        while text not in self.texts:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), deadline - time.monotonic())
        return time.monotonic()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


def client_for_many() -> httpx.AsyncClient:
    """Returns a client that opens as many connections as there are streams."""
    return httpx.AsyncClient(limits=httpx.Limits(max_connections=None, max_keepalive_connections=50))
