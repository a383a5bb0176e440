"""Encrypts secrets that the code has to read again, such as the seed of a second factor."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str, *, secret: str = "") -> str:
    """Returns the text encrypted with a key derived from SECRET_KEY, or from the `secret` of another site."""
    cipher = Fernet(_key(secret)) if secret else _cipher()
    return cipher.encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Returns what was encrypted, also under a former SECRET_KEY that is in SECRET_KEY_FALLBACKS."""
    return _cipher().decrypt(encrypted.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"waymark vault:{secret}".encode()).digest())
