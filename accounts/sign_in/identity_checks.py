"""When the person of a session last gave a password or a second factor."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from accounts.models import User

SESSION_KEY = "confirmed_sign_up"  # whom a link and a password signed in without allauth's form, and when


def record_confirmed_sign_up(request: HttpRequest, person: User) -> None:
    """Records that the person signs in now with the password of the sign-up that they have confirmed."""
    request.session[SESSION_KEY] = {"person": str(person.pk), "at": time.time()}


def last_check(request: HttpRequest) -> float:
    """Returns the time of the person's last password or second factor in this session; 0 if there is none."""
    person = request.user if request.user.is_authenticated else None
    times = [record["at"] for record in get_authentication_records(request, person)]
    confirmed = request.session.get(SESSION_KEY)
    if confirmed and confirmed["person"] == str(request.user.pk):
        times.append(confirmed["at"])
    return max(times, default=0.0)
