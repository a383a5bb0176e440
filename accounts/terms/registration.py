"""Registers what people are asked to accept, and the pages that go on during maintenance."""

from __future__ import annotations

from accounts.frame_counts import register_frame_annotations
from accounts.sign_in import limits
from core.mail_log.kinds import register_mail_kind
from core.policies import texts
from core.policies.maintenance import register_goes_on
from core.redaction import register_key_paths


def register() -> None:
    """Registers them. Called once, from `AppConfig.ready()`."""
    register_goes_on(*limits.SIGN_IN_PAGES)
    register_frame_annotations(texts.frame_annotations)
    register_key_paths("account/join")
    register_mail_kind("join invitation", "Invitation to join")
