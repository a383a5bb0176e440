"""How the servers of private calendars fail when they are told to."""

from __future__ import annotations

import time

from sandbox.requests import NO_ANSWER, Reply

SLOW_SECONDS = 30
# What the page says of a server with each fault. `slow` answers after half a minute.
FAULTS = {
    "none": "It answers.",
    "stopped": "It is stopped: nothing answers.",
    "429": "It asks everybody to come again in ten minutes.",
    "500": "It has a fault.",
    "garbage": "It answers with a page instead of a calendar.",
    "slow": "It answers after half a minute.",
}
SIGN_IN = Reply(200, "text/html", b"<!doctype html><title>Sign in</title>")
REPLIES = {
    "stopped": NO_ANSWER,
    "429": Reply(429, "text/plain", b"Too many requests", {"Retry-After": "600"}),
    "500": Reply(500, "text/plain", b"Internal server error"),
    "garbage": SIGN_IN,
    "slow": SIGN_IN,
}


def failing(fault: str) -> Reply | None:
    """Returns how a server with this fault answers; None for one that works."""
    if fault == "slow":
        time.sleep(SLOW_SECONDS)
    return REPLIES.get(fault)
