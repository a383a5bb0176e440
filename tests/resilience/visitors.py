"""People who look at pages, and builders who add files, while things fail; with what they were answered."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import httpx

FILES_PER_BOOKING = 40  # one takes fifty, and has some already
PAGES = ("/", "/builders/", "/builders/ada-moreno/", "/book/ada-moreno/", "/api/pathways", "/help/", "/builders/?q=app")


class Visitors:
    """Asks one page after another, and every tenth time adds a file of 15 kB to one of the bookings."""

    def __init__(self, site: str, *, headers: dict[str, str], bookings: list[str], pause: float = 0.2) -> None:
        self.site, self.headers, self.pause = site, headers, pause
        self.bookings = iter(bookings * FILES_PER_BOOKING)
        self.answers: Counter[str] = Counter()
        self.files: Counter[str] = Counter()
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Visitors:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._is_ending.set()
        self._thread.join()

    def _run(self) -> None:
        with httpx.Client(base_url=self.site, timeout=60) as client:
            for number, page in zip(itertools.count(), itertools.cycle(PAGES)):
                if self._is_ending.wait(self.pause):
                    return
                booking = next(self.bookings, None) if number % 10 == 9 else None
                if booking is not None:
                    self.files[self._add_file(client, booking)] += 1
                else:
                    self.answers[_answer_of(partial(client.get, page))] += 1

    def _add_file(self, client: httpx.Client, booking: str) -> str:
        file = {"file": ("notes.txt", b"What we have done.\n" * 800, "text/plain")}
        path = f"/api/bookings/{booking}/deliverables"
        return _answer_of(partial(client.post, path, files=file, headers=self.headers))


def _answer_of(send: Callable[[], httpx.Response]) -> str:
    try:
        return str(send().status_code)
    except httpx.TransportError as error:
        return type(error).__name__
