"""How often somebody may try: only failures count against an account, tries against an address."""

from datetime import timedelta

from django.conf import settings

from core.limits import Limit

FAILURES = Limit("sign-in failures", settings.LIMIT_SIGN_IN_FAILURES, timedelta(minutes=5))
SIGN_INS = Limit("sign-ins", settings.LIMIT_SIGN_IN_PER_ADDRESS, timedelta(minutes=1))
SIGN_UPS = Limit("sign-ups", settings.LIMIT_SIGN_UP_PER_ADDRESS, timedelta(hours=1))
RESETS = Limit("resets", settings.LIMIT_RESET_PER_MAIL, timedelta(hours=1))
LINKS = Limit("confirmation links", settings.LIMIT_RESET_PER_MAIL, timedelta(hours=1))
CODES = Limit("second factor codes", settings.LIMIT_SIGN_IN_FAILURES, timedelta(minutes=5))
