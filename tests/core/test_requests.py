"""Tests the client's address, with and without trusted proxies."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import RequestFactory

from core.ids import uuid7
from core.requests import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", [], "203.0.113.9"),
        ("10.0.0.2", "1.2.3.4", ["10.0.0.0/8"], "1.2.3.4"),
        ("10.0.0.2", "6.6.6.6, 1.2.3.4", ["10.0.0.0/8"], "1.2.3.4"),
        ("10.0.0.2", "1.2.3.4, 10.0.0.3", ["10.0.0.0/8"], "1.2.3.4"),
        ("10.0.0.2", "nonsense", ["10.0.0.0/8"], "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "", [], "1.2.3.4"),
        ("::ffff:10.0.0.2", "1.2.3.4", ["10.0.0.0/8"], "1.2.3.4"),
        ("", "1.2.3.4", ["unix"], "1.2.3.4"),
        ("", "", [], "unknown"),
    ],
)
def test_client_address(settings: Any, peer: str, forwarded: str, trusted: list[str], expected: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == expected


def test_keys_sort_by_the_time_they_were_created() -> None:
    before = time.time_ns() // 1_000_000
    key = uuid7()
    after = time.time_ns() // 1_000_000

    assert key.version == 7
    assert before <= key.int >> 80 <= after
