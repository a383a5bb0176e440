"""The kinds of emails, by the event that each was queued for, with their names for staff."""

from __future__ import annotations

import re

_labels: dict[str, str] = {}
_private: set[str] = set()
END = re.compile(r":| (?=[0-9a-f]{8}-)|\d")  # where the name of an event ends, and the key of its row begins
LONGEST = 60


def register_mail_kind(kind: str, label: str, *, is_private: bool = False) -> None:
    """Registers the name of a kind, which is how its events begin. A private one quotes what two people write to each
    other, so that staff cannot read it here."""
    _labels[kind] = label
    if is_private:
        _private.add(kind)


def kind_of(event: str) -> str:
    """Returns the kind of the email that was queued for this event, such as `booking` for `booking:1:client`."""
    return END.split(event, maxsplit=1)[0].strip()[:LONGEST]


def label_of(kind: str) -> str:
    """Returns the name of a kind for staff."""
    return _labels.get(kind) or kind.rpartition("/")[2].replace("_", " ").capitalize() or "Other"


def is_private(kind: str) -> bool:
    return kind in _private
