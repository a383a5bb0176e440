"""Tests encrypting secrets."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from core import encryption


def test_an_encrypted_secret_can_be_decrypted_and_does_not_show() -> None:
    encrypted = encryption.encrypt("JBSWY3DP")

    assert "JBSWY3DP" not in encrypted
    assert encryption.decrypt(encrypted) == "JBSWY3DP"
    assert encryption.encrypt("JBSWY3DP") != encrypted


def test_a_former_key_decrypts_while_it_is_a_fallback(settings: Any) -> None:
    encrypted = encryption.encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert encryption.decrypt(encrypted) == "JBSWY3DP"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        encryption.decrypt(encrypted)
