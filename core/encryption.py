"""Secrets that we must be able to read again (a second factor's seed, a calendar's key), sealed at rest."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(secret: str) -> str:
    """`secret` as the database may keep it."""
    return _box().encrypt(secret.encode()).decode()


def decrypt(sealed: str) -> str:
    """What was sealed, also under a former SECRET_KEY that SECRET_KEY_FALLBACKS still names."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"waymark vault:{secret}".encode()).digest())
