"""Limits on POST to the pages of policies."""

from __future__ import annotations

from core.post_limits import PostLimit

AUDITED = PostLimit(none_because="Only staff can open it, and each use is audited.")

POSTS = {
    "operations:maintenance": AUDITED,
    "operations:end_maintenance": AUDITED,
    "operations:announcements": AUDITED,
    "operations:announcement": AUDITED,
    "operations:end_announcement": AUDITED,
}
