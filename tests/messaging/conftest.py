"""Fixtures: two people in a conversation, one of whom answers by mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import User
from messaging.models import Participant
from tests.messaging.cast import conversation_of
from tests.messaging.letters import reply_address

Pair = tuple[Participant, Participant]


@pytest.fixture
def pair(ada: User, cleo: User) -> Pair:
    """The parts of Cleo, who writes, and of Ada, who answers by mail."""
    return conversation_of(cleo, ada)


@pytest.fixture
def address(pair: Pair, mail_folder: Path) -> str:
    return reply_address(*pair, mail_folder)
