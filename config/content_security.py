"""What pages may load, run and be framed by: the Content-Security-Policy of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csp.constants import NONE, SELF


def policy(picture_hosts: Sequence[str]) -> dict[str, Any]:
    """Returns the policy: everything comes from this site, but for pictures of the named hosts, such as tiles of maps."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, *picture_hosts],
            "media-src": [SELF],
            "font-src": [SELF],
            "connect-src": [SELF],
            "manifest-src": [SELF],
            "frame-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
        }
    }
