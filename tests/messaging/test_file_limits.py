"""Tests of the limits on files in conversations: how much one may hold, and that a limit is counted before work is done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from core.errors import Refused
from messaging.models import Attachment
from tests.messaging.cast import PDF, conversation_of, say

pytestmark = pytest.mark.django_db


def large(name: str) -> ContentFile[bytes]:
    return ContentFile(PDF + bytes(600_000), name=name)


def test_the_files_of_both_count_for_their_conversation(ada: User, cleo: User, settings: Any) -> None:
    settings.CONVERSATION_QUOTA_MEGABYTES = 1
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "One", files=[large("a.pdf")])

    with pytest.raises(Refused) as refused:
        say(theirs, "Two", files=[large("b.pdf")])

    assert refused.value.text.startswith("The files of a conversation can take up 1 MB")
    assert Attachment.objects.get().name == "a.pdf"


def test_too_many_files_are_refused_before_any_is_read(cleo: User, ada: User, browser_of: Any) -> None:
    mine, _ = conversation_of(cleo, ada)
    unreadable = [SimpleUploadedFile(f"{number}.exe", b"MZ") for number in range(11)]

    page = browser_of(cleo).post(f"/messages/{mine.conversation_id}/", {"text": "Hello", "files": unreadable})

    assert page.status_code == 422
    assert "Send at most 10 files at once." in page.content.decode()


def test_over_the_limit_of_messages_no_file_is_read(ada: User, cleo: User, settings: Any) -> None:
    settings.LIMIT_MESSAGES_PER_PERSON = 1
    mine, _ = conversation_of(cleo, ada)
    headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='test')}"}

    def send(key: str) -> int:
        form = {"clientKey": key, "files": SimpleUploadedFile("a.exe", b"MZ")}
        return Client().post(f"/api/conversations/{mine.conversation_id}/messages", form, headers=headers).status_code

    assert [send("k1"), send("k2")] == [422, 429]
