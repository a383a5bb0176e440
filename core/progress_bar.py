"""Shows the progress of a long command: as a bar on a terminal, elsewhere as a line for each tenth."""

from __future__ import annotations

import time
from typing import Any

WIDTH = 24
SMALLEST_TOTAL = 2_000  # anything smaller is done before it could be read


class ProgressBar:
    """Called as `progress("offers", 2_000, 10_000)`; each name has a progress of its own."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.began: dict[str, float] = {}
        self.printed_tenths: dict[str, int] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if total < SMALLEST_TOTAL:
            return
        began = self.began.setdefault(what, time.monotonic())
        if self.out.isatty():
            self.out.write(
                f"\r{_bar(what, done, total, time.monotonic() - began)}\033[K", ending="\n" if done >= total else ""
            )
            self.out.flush()
        elif done >= total or done * 10 // total > self.printed_tenths.get(what, -1):
            self.printed_tenths[what] = done * 10 // total
            self.out.write(f"{what}: {done:,} of {total:,}")


def _bar(what: str, done: int, total: int, seconds: float) -> str:
    full = WIDTH * done // total
    left = seconds * (total - done) / done if done and seconds > 2 else 0
    rest = f", {left / 60:.0f} min left" if left > 90 else f", {left:.0f} s left" if left else ""
    return f"{what:<12} {'█' * full}{'░' * (WIDTH - full)} {done:,} of {total:,}{rest}"
