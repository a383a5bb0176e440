"""The operations of the JSON API, and what every answer of it has in common."""

from __future__ import annotations

import re
from typing import Any

from config.api import api

SCHEMA = api.get_openapi_schema()  # generated once, which takes a third of a second
OPERATIONS = [(method.upper(), address) for address, item in SCHEMA["paths"].items() for method in item]


def is_envelope(body: Any) -> bool:
    return body["success"] is False and set(body["error"]) >= {"code", "message"}


def filled(address: str, identity: str = "00000000-0000-0000-0000-000000000000") -> str:
    return re.sub(r"\{\w+\}", identity, address)
