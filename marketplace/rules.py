"""What staff have to give when they hide something of a builder."""

from __future__ import annotations

from core.errors import Refusal, Refused

LONGEST_REASON = 500


def reason_for_builder(text: str) -> str:
    """Returns the reason as it is stored and sent to the builder; refuses an empty one."""
    reason = text.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(Refusal.INVALID, fields={"reason": ["Give a reason: the builder will see it."]})
    return reason
