"""Fixtures of the tests of meetings: the stand-in for Zoom, and a builder who has connected it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from coaching.models import SessionType
from connections.oauth.models import LinkedAccount
from tests.connections.zoom import RunningZoom, connect_zoom, running_zoom


@pytest.fixture
def zoom(settings: Any) -> Iterator[RunningZoom]:
    with running_zoom(settings) as running:
        yield running


@pytest.fixture
def account(zoom: RunningZoom, hour: SessionType) -> LinkedAccount:
    return connect_zoom(hour.builder)
