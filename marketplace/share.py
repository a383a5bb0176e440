"""What builders pass on: short links to their sessions, and QR codes that lead to an address."""

from __future__ import annotations

import io
from uuid import UUID

import segno
from django.db.models import CharField
from django.db.models.functions import Cast, Right

from coaching.models import SessionType

# Crockford's alphabet: no letter that can be mistaken for a digit when somebody types it from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MISTAKEN = str.maketrans("ilo", "110")
LENGTH = 8
BITS = LENGTH * 5  # of the random end of an id


def code_of(session_type: SessionType) -> str:
    """Returns the code of a session's short link. It stays the same whatever its builder changes."""
    number = session_type.pk.int & (1 << BITS) - 1
    return "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))


def session_type_with(code: str) -> SessionType | None:
    """Returns the session that a code belongs to, also one that cannot be booked any more. One query, by an index."""
    letters = code.lower().translate(MISTAKEN)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    end = f"{UUID(int=number)}"[-10:]
    ends = SessionType.objects.annotate(end=Right(Cast("id", CharField()), 10)).filter(end=end)
    return ends.select_related("builder__builder_profile").first()


def qr_code(address: str, kind: str) -> bytes:
    """Returns a QR code as an SVG or PNG, with the quiet zone that scanners need, dark on white in every theme."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=12, border=4, light="white")
    return out.getvalue()
