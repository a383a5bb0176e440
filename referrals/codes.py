"""Codes of referrals, and the signed cookie that keeps the code of whoever sent a visitor."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse

from referrals.models import LONGEST_CODE, ReferralCode

COOKIE = "invitation"
SALT = "referrals.invitation"
KEPT_FOR = 90 * 24 * 60 * 60  # seconds
# Crockford's alphabet: no letter that can be mistaken for a digit when somebody types it from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MISTAKEN = str.maketrans("ilo", "110")
LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_named(text: str) -> ReferralCode | None:
    """Returns the code that somebody typed or opened; None if it does not exist, or its owner left. One query."""
    letters = text.strip().lower().translate(MISTAKEN)[: LONGEST_CODE + 1]
    rows = ReferralCode.objects.filter(owner__is_active=True).select_related("owner")
    return rows.filter(code=letters).first() if letters.isascii() and letters.isalnum() else None


def kept_code(request: HttpRequest) -> str:
    """Returns the code in the visitor's cookie, for 90 days after it was set; an empty string without a valid one."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_FOR))


def keep_code(request: HttpRequest, response: HttpResponse, code: ReferralCode) -> None:
    """Sets the cookie, unless the visitor came through somebody before who is still there: the first one counts."""
    if code_named(kept_code(request)) is None:
        response.set_signed_cookie(
            COOKIE, code.code, salt=SALT, max_age=KEPT_FOR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
