"""Addresses to answer to, such as `messages+TOKEN@mail.example`.

The token names a participant, who is one person in one conversation, and has a signature of 120 bits. It is written in
base32, because mail servers do not keep upper and lower case apart. Revoking raises the participant's generation, which is
signed too.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from messaging.models import Participant

SIGNATURE_BYTES = 15
ID_LENGTH = 26  # of 16 bytes in base32
TOKEN = re.compile(r"[a-z2-7]{50}")
FORMER_GENERATIONS = 20


@dataclass(frozen=True)
class AnswerAddress:
    """An address that Waymark has given out. The participant is None once their conversation has become one with another."""

    participant: Participant | None
    is_revoked: bool


def address_for(participant: Participant) -> str:
    """Returns the address to which this participant can answer; empty if answers by mail are not set up."""
    name, _, domain = settings.MAIL_ANSWERS_ADDRESS.partition("@")
    if not domain:
        return ""
    signature = _signature(participant.pk, participant.address_generation, settings.SECRET_KEY)
    return f"{name}+{_text(participant.pk.bytes)}{signature}@{domain}"


def opened(address: str) -> AnswerAddress | None:
    """Returns what an address stands for; None if Waymark has not given it out. At most one query."""
    name, _, domain = settings.MAIL_ANSWERS_ADDRESS.lower().partition("@")
    local, _, host = address.lower().rpartition("@")
    prefix, _, token = local.partition("+")
    if not domain or (prefix, host) != (name, domain) or not TOKEN.fullmatch(token):
        return None
    pk = UUID(bytes=b32decode(f"{token[:ID_LENGTH].upper()}======"))
    rows = Participant.objects.select_related("conversation", "user").filter(pk=pk)
    participant = rows.first()
    newest = participant.address_generation if participant else FORMER_GENERATIONS
    for generation in range(newest, max(-1, newest - FORMER_GENERATIONS - 1), -1):
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(token[ID_LENGTH:], _signature(pk, generation, secret)):
                return AnswerAddress(participant, is_revoked=participant is None or generation != newest)
    return None


def revoke(person: User) -> None:
    """Makes all addresses invalid that were given to this person so far. Mails sent from now on have new ones."""
    Participant.objects.filter(user=person).update(address_generation=F("address_generation") + 1)


def _signature(pk: UUID, generation: int, secret: str) -> str:
    value = f"{pk.hex}:{generation}"
    digest = salted_hmac("messaging.mail_answers", value, secret=secret, algorithm="sha256").digest()
    return _text(digest[:SIGNATURE_BYTES])


def _text(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()
