"""Secrets at rest."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from core import encryption


def test_what_is_sealed_can_be_read_again_and_shows_nothing() -> None:
    sealed = encryption.encrypt("JBSWY3DP")

    assert "JBSWY3DP" not in sealed
    assert encryption.decrypt(sealed) == "JBSWY3DP"
    assert encryption.encrypt("JBSWY3DP") != sealed


def test_a_former_key_still_opens(settings: Any) -> None:
    sealed = encryption.encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert encryption.decrypt(sealed) == "JBSWY3DP"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        encryption.decrypt(sealed)
