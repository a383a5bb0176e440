"""Limits on POST to the pages of policies."""

from __future__ import annotations

from accounts.sign_in.limits import TELLS_SOMEBODY
from core.post_limits import PostLimit

AUDITED = PostLimit(none_because="Only staff can open it, and each use is audited.")

POSTS = {
    "operations:maintenance": AUDITED,
    "operations:end_maintenance": AUDITED,
    "operations:announcements": AUDITED,
    "operations:announcement": AUDITED,
    "operations:end_announcement": AUDITED,
    "operations:sign_up_policy": AUDITED,
    "operations:invite": TELLS_SOMEBODY,
    "operations:revoke_invitation": AUDITED,
    "operations:publish_text": AUDITED,
}
