"""Context for the frame of every page: menus, theme, hour format."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core import direct_uploads, hour_format
from core.navigation import menus
from core.policies import texts
from core.policies.banners import banners_for
from core.requests import page_address
from core.themes import chosen_theme


def page_frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "page_address": page_address(request),
        "theme": chosen_theme(request),
        "menus": menus(request),
        "texts_in_force": texts.in_force,
        "banners": partial(banners_for, request),
        "clock": hour_format.current(),
        "clocks": hour_format.SWITCH,
        "demo": settings.DEMO,
        "takes_direct_uploads": direct_uploads.are_possible(),
        "site_url": settings.SITE_URL,
    }
