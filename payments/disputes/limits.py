"""Limits on what builders do with disputes."""

from accounts.sign_in.limits import MAILS_NOBODY

POSTS = {"payments:dispute": MAILS_NOBODY}
