"""Writes the answers of the API as JSON, by pydantic's compiled writer: Python's takes five times as long."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from pydantic_core import to_json

_other = NinjaJSONEncoder().default  # for what the writer does not know, such as texts that are translated late


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data, fallback=_other)
