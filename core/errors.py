"""Refusals, which pages, API, admin and docs/errors.md share. Here are the general ones; apps register their own."""

from __future__ import annotations

from enum import Enum
from typing import Any


class BaseRefusal(Enum):
    """Base of all refusals. Each value is the code in the API, the HTTP status, and the sentence that people read."""

    def __init__(self, code: str, status: int, sentence: str) -> None:
        self.code = code
        self.status = status
        self.sentence = sentence


class Refusal(BaseRefusal):
    """The refusals that any app may raise."""

    BAD_REQUEST = ("bad_request", 400, "That request could not be read.")
    NOT_AUTHENTICATED = ("not_authenticated", 401, "To do this, sign in or send a token.")
    FORBIDDEN = ("forbidden", 403, "You may not do this.")
    CSRF = ("csrf", 403, "This page has been open for too long. Load it again and try once more.")
    SIGN_IN_REQUIRED = ("sign_in_required", 403, "Sign in to see this.")
    SCOPE_REQUIRED = (
        "scope_required",
        403,
        "This token does not allow this. Create one that does on your account page, under API tokens.",
    )
    NOT_FOUND = ("not_found", 404, "This page or item does not exist.")
    METHOD_NOT_ALLOWED = ("method_not_allowed", 405, "This address does not accept this method.")
    IN_PROGRESS = ("in_progress", 409, "The same request is already being processed. Try again in a second.")
    INVALID_TRANSITION = ("invalid_transition", 409, "This is no longer possible for this booking.")
    STALE = ("stale", 409, "Somebody else has changed this in the meantime. Reload it and try again.")
    TOO_LARGE = ("too_large", 413, "That is too large.")
    INVALID = ("invalid", 422, "Some of the values are not valid.")
    IDEMPOTENCY_MISMATCH = (
        "idempotency_mismatch",
        422,
        "This Idempotency-Key has already been used for a different request.",
    )
    RATE_LIMITED = ("rate_limited", 429, "Too many attempts. Wait a moment and try again.")
    FAILED = ("failed", 500, "Something went wrong on our side. We have been notified.")
    MAINTENANCE = ("maintenance", 503, "Waymark is being maintained. You can read everything, but not change anything.")
    UNAVAILABLE = ("unavailable", 503, "Waymark is busy at the moment. Try again in a minute.")


_refusals: dict[str, BaseRefusal] = {refusal.code: refusal for refusal in Refusal}
UNITS = ((3600, "hour"), (60, "minute"), (1, "second"))


class Refused(Exception):
    """A service refuses what it was asked to do.

    A view may catch it to show the sentence beside a form. What no view catches, `core.middleware.Refusals` answers with
    an error page, and the API with its error envelope.
    """

    def __init__(
        self,
        refusal: BaseRefusal,
        sentence: str | None = None,
        *,
        fields: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
        **details: Any,
    ) -> None:
        self.refusal = refusal
        self.sentence = sentence or refusal.sentence
        self.fields = fields
        self.retry_after = retry_after
        self.details = details
        super().__init__(self.sentence)

    @property
    def text(self) -> str:
        """Returns the messages of all fields in one text, or else the sentence, for pages that show no fields."""
        return " ".join(text for texts in (self.fields or {}).values() for text in texts) or self.sentence

    @property
    def wait(self) -> str:
        """Returns when to try again, as `40 seconds`, `5 minutes` or `2 hours`: rounded up, so that it is not too early."""
        if not self.retry_after:
            return ""
        size, unit = next((size, unit) for size, unit in UNITS if self.retry_after >= 2 * size or size == 1)
        count = -(-self.retry_after // size)
        return f"{count} {unit}{'' if count == 1 else 's'}"


def register_refusals(refusals: type[BaseRefusal]) -> None:
    """Registers the refusals of an app. Raises ValueError for a code that another refusal has."""
    for refusal in refusals:
        if _refusals.setdefault(refusal.code, refusal) is not refusal:
            raise ValueError(f"{refusal} and {_refusals[refusal.code]} have one code")


def registered_refusals() -> list[BaseRefusal]:
    return list(_refusals.values())


def table() -> str:
    """Returns the content of docs/errors.md."""
    refusals = sorted(_refusals.values(), key=lambda refusal: (refusal.status, refusal.code))
    rows = "\n".join(f"| `{refusal.code}` | {refusal.status} | {refusal.sentence} |" for refusal in refusals)
    return (
        "# Refusals\n\n"
        "Written by `manage.py export_errors` from `core/errors.py` and each app's `refusals.py`; a test compares them. Pages show\n"
        'the sentence, the API answers `{"success": false, "error": {"code", "message", …}}` with the status.\n\n'
        f"| code | status | sentence |\n|---|---|---|\n{rows}\n"
    )
