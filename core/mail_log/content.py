"""The content of an email in the log, compressed and encrypted: its links can be keys to somebody's account."""

from __future__ import annotations

import json
import zlib
from base64 import b85decode, b85encode
from dataclasses import asdict, dataclass, fields

from cryptography.fernet import InvalidToken

from core.encryption import decrypt, encrypt


@dataclass(frozen=True)
class MailContent:
    """What an email contained."""

    text: str
    html: str
    method: str = ""  # of the invitation, if it had one
    invitation: str = ""
    reply_to: str = ""
    unsubscribe: str = ""  # the address that stops further ones


def sealed(content: MailContent) -> bytes:
    """Returns the content as it is stored. What is empty is left out, so that a field that a later release adds does not
    keep the release before from reading the emails that do not use it."""
    filled = {name: value for name, value in asdict(content).items() if value or name in ("text", "html")}
    packed = zlib.compress(json.dumps(filled).encode(), level=6)
    return encrypt(b85encode(packed).decode()).encode()


def opened(stored: bytes) -> MailContent | None:
    """Returns what was stored, without fields that only a later release knows; None if the SECRET_KEY that it was encrypted
    with is gone."""
    try:
        packed = b85decode(decrypt(stored.decode()))
    except InvalidToken:
        return None
    known = {field.name for field in fields(MailContent)}
    stored_fields = json.loads(zlib.decompress(packed))
    return MailContent(**{name: value for name, value in stored_fields.items() if name in known})
