"""What the answer of a mail server means for an address."""

from __future__ import annotations

import re

ADDRESS_UNKNOWN = "5.1.1"
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # the enhanced status of RFC 3463
# A mailbox or a domain that does not exist, that has moved, is disabled, or takes no mail at all. Not 5.4.4, with which
# servers also answer while the DNS of a domain fails.
GONE = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})


def is_address_gone(text: str) -> bool:
    """Whether the answer says that the address does not exist, rather than that it refuses one email or is full."""
    status = STATUS.search(text)
    return status is not None and status[1] == "5" and (int(status[2]), int(status[3])) in GONE
