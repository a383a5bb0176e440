"""What pages may load, run and be framed by: the Content-Security-Policy of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF


def bucket_origin(bucket: str, endpoint: str, *, path_style: bool) -> str:
    """Returns the address that browsers reach the bucket of people's files at; empty if they are in folders."""
    if not bucket:
        return ""
    parts, name = urlsplit(endpoint), bucket.partition("/")[0]
    return f"{parts.scheme}://{parts.netloc if path_style else f'{name}.{parts.netloc}'}"


def policy(picture_hosts: Sequence[str], bucket: str = "") -> dict[str, Any]:
    """Returns the policy: everything comes from this site, but for pictures of the named hosts, such as tiles of maps, and
    for recordings and large files, which go from and to the bucket where there is one. Staff open files by a form."""
    buckets = [bucket] if bucket else []
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, *picture_hosts],
            "media-src": [SELF, *buckets],
            "font-src": [SELF],
            "connect-src": [SELF, *buckets],
            "manifest-src": [SELF],
            "frame-src": [SELF],
            "form-action": [SELF, *buckets],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
        }
    }
