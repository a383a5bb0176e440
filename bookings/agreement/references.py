"""The references of bookings, such as WM-7KQ2MN."""

from __future__ import annotations

import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without letters and digits that look alike


def random_reference() -> str:
    """Returns one of 729 million references, which another booking may have."""
    return "WM-" + "".join(secrets.choice(LETTERS) for _ in range(6))
