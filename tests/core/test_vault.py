"""Secrets at rest."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from core import vault


def test_what_is_sealed_can_be_read_again_and_shows_nothing() -> None:
    sealed = vault.seal("JBSWY3DP")

    assert "JBSWY3DP" not in sealed
    assert vault.unseal(sealed) == "JBSWY3DP"
    assert vault.seal("JBSWY3DP") != sealed


def test_a_former_key_still_opens(settings: Any) -> None:
    sealed = vault.seal("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert vault.unseal(sealed) == "JBSWY3DP"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        vault.unseal(sealed)
