"""What a stand-in is asked, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # without the name of the service
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(errors="replace")).items()}

    @property
    def json(self) -> dict[str, Any]:
        try:
            content = json.loads(self.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


NO_ANSWER = Reply(0, "", b"")  # the connection is closed without an answer


def as_json(status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, "application/json", json.dumps(content).encode(), headers or {})


def redirect(address: str) -> Reply:
    return Reply(303, "text/plain", b"", {"Location": address})
