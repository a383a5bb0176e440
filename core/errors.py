"""All refusals, in one enum that the pages, the API, the admin and docs/errors.md use."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Refusal(Enum):
    """Each value is the code in the API, the HTTP status, and the sentence that people read."""

    BAD_REQUEST = ("bad_request", 400, "That request could not be read.")
    NOT_AUTHENTICATED = ("not_authenticated", 401, "Sign in, or send a token, to do this.")
    FORBIDDEN = ("forbidden", 403, "You may not do this.")
    CSRF = ("csrf", 403, "This page has been open for too long. Load it again and try once more.")
    SIGN_IN_REQUIRED = ("sign_in_required", 403, "Sign in to see this.")
    SECOND_FACTOR_REQUIRED = (
        "second_factor_required",
        403,
        "Staff sign in with a second factor. Set one up on your account page first.",
    )
    SCOPE_REQUIRED = (
        "scope_required",
        403,
        "This token does not allow that. Make one that does on your account page, under API tokens.",
    )
    NOT_FOUND = ("not_found", 404, "There is nothing here.")
    METHOD_NOT_ALLOWED = ("method_not_allowed", 405, "This address does not take that method.")
    IN_PROGRESS = ("in_progress", 409, "The same request is being worked on. Ask again in a second.")
    LAST_ADMIN = ("last_admin", 409, "Somebody has to stay an admin. Grant the role to another person first.")
    ALREADY_BUILDER = ("already_builder", 409, "You are a builder already.")
    ALREADY_APPLIED = ("already_applied", 409, "Your application is being read. You hear from us soon.")
    ALREADY_DECIDED = ("already_decided", 409, "Somebody else has decided this already.")
    SCHEDULE_CONFLICT = ("schedule_conflict", 409, "Two of these hours overlap.")
    IS_DEFAULT = ("is_default", 409, "This is the schedule in use. Make another one the default first.")
    NOT_BOOKABLE = ("not_bookable", 409, "This session cannot be booked at the moment.")
    PRICE_CHANGED = ("price_changed", 409, "The price has changed.")
    OUTSIDE_AVAILABILITY = ("outside_availability", 409, "This time is not open for bookings.")
    SLOT_TAKEN = ("slot_taken", 409, "Somebody else has just taken this time.")
    BUSY = ("busy", 503, "Many people are booking here right now. Try again in a moment.")
    HOLD_LOST = ("hold_lost", 409, "This time is no longer held for you.")
    INVALID_TRANSITION = ("invalid_transition", 409, "That cannot be done with this booking any more.")
    REVIEW_CLOSED = ("review_closed", 409, "This session cannot be reviewed any more.")
    NOT_DELIVERABLE = (
        "not_deliverable",
        409,
        "Files and links are added while a session runs, or once it is completed.",
    )
    ALREADY_ENROLLED = ("already_enrolled", 409, "You walk this pathway already.")
    LOCKED = ("locked", 409, "Something else comes first.")
    STALE = ("stale", 409, "Somebody has changed this in the meantime. Look at it again first.")
    TOO_MANY_HOLDS = ("too_many_holds", 429, "You hold enough times already. Book one of them, or let one go.")
    TOO_LARGE = ("too_large", 413, "That is too large.")
    INVALID = ("invalid", 422, "Some of the values are not right.")
    IDEMPOTENCY_MISMATCH = ("idempotency_mismatch", 422, "This Idempotency-Key was sent with another request before.")
    RATE_LIMITED = ("rate_limited", 429, "Too many attempts. Wait a moment, then try again.")
    FAILED = ("failed", 500, "Something broke on our side. It has been noted.")
    UNAVAILABLE = ("unavailable", 503, "Waymark is catching its breath. Try again in a moment.")

    def __init__(self, code: str, status: int, sentence: str) -> None:
        self.code = code
        self.status = status
        self.sentence = sentence


UNITS = ((3600, "hour"), (60, "minute"), (1, "second"))


class Refused(Exception):
    """A service refuses what it was asked to do.

    A view may catch it to show the sentence beside a form. What no view catches, `core.middleware.Refusals` answers with
    an error page, and the API with its error envelope.
    """

    def __init__(
        self,
        refusal: Refusal,
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
    def words(self) -> str:
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


def table() -> str:
    """Returns the content of docs/errors.md."""
    rows = "\n".join(f"| `{refusal.code}` | {refusal.status} | {refusal.sentence} |" for refusal in Refusal)
    return (
        "# Refusals\n\n"
        "Written by `manage.py export_errors` from `core/errors.py`; a test compares the two. Pages show the sentence, the\n"
        'API answers `{"success": false, "error": {"code", "message", …}}` with the status.\n\n'
        f"| code | status | sentence |\n|---|---|---|\n{rows}\n"
    )
