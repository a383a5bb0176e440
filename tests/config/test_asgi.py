"""Tests the ASGI application that serves the demo."""

from __future__ import annotations

import asyncio
import gc
import gzip
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings

from config.asgi import application
from core import handlers

Answer = TypeVar("Answer")


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Runs the work in a thread without an event loop, since Playwright keeps one running in a worker's own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work)).result()


def scope(method: str, path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"testserver"), *headers], "client": ("127.0.0.1", 50_000), "server": ("testserver", 80),
    }  # fmt: skip


async def _get(path: str, *headers: tuple[bytes, bytes]) -> list[Any]:
    """Returns the messages of the response."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope("GET", path, *headers), receive, send)
    return sent


async def _answer_beside_unfinished_requests() -> int:
    """Returns the status of a request while more requests than there are threads wait for the rest of their forms."""
    gone = asyncio.Event()

    async def unfinished() -> None:
        parts = [{"type": "http.request", "body": b"a=", "more_body": True}]

        async def receive() -> dict[str, Any]:
            if parts:
                return parts.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            pass

        form = (b"content-type", b"application/x-www-form-urlencoded")
        await application(scope("POST", "/healthz", form, (b"content-length", b"100")), receive, send)

    async def whole() -> int:
        return int((await _get("/healthz"))[0]["status"])

    waiting = [asyncio.create_task(unfinished()) for _ in range(settings.PAGE_THREADS + 2)]
    try:
        # A task of its own, so that it begins after those above.
        return await asyncio.wait_for(asyncio.create_task(whole()), timeout=60)
    finally:
        gone.set()
        await asyncio.gather(*waiting, return_exceptions=True)


def test_unfinished_requests_hold_no_thread() -> None:
    assert run(_answer_beside_unfinished_requests()) == 200


def test_a_page_is_compressed_for_who_reads_that() -> None:
    accepted = (b"accept-encoding", b"br, gzip")
    plain, compressed = run(_get("/no-such-page")), run(_get("/no-such-page", accepted))

    assert (b"content-encoding", b"gzip") not in plain[0]["headers"]
    assert (b"content-encoding", b"gzip") in compressed[0]["headers"]
    page = gzip.decompress(b"".join(message.get("body", b"") for message in compressed)).decode()
    assert "</html>" in page


def test_what_is_loaded_is_kept_out_of_the_collection_of_garbage() -> None:
    """Importing the application has done so; what is loaded later is added."""
    kept = gc.get_freeze_count()
    later = [[number] for number in range(100)]

    handlers.keep_what_is_loaded()

    assert kept > 0
    assert gc.get_freeze_count() - kept >= len(later)
