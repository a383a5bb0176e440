"""What the session of a browser knows of acting as a person. Its key changes at the beginning."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts.acting_as import services
from accounts.backends import SignIn
from accounts.models import ActingSession, User
from core import clock

KEY = "acting_session"


@dataclass(frozen=True)
class Acting:
    """Who acts as whom in this request."""

    session: ActingSession
    staff: User
    person: User


def enter(request: HttpRequest, acting: ActingSession) -> None:
    """Makes the pages of this browser those of the person, from the next request on."""
    request.session[KEY] = str(acting.pk)
    _change_key(request)
    rotate_token(request)


def leave(request: HttpRequest) -> None:
    """Makes the pages of this browser those of its own person again; forms of pages that are still open are refused.

    The session keeps its key: several requests of a page can be the first that come too late, and with a new key each
    would make a session of its own, which is in no list.
    """
    request.session.pop(KEY, None)
    rotate_token(request)


def acting_in(request: HttpRequest) -> Acting | str | None:
    """Returns who acts as whom in this browser; why that is over, if it is; or None for all others, without a query
    beyond the one of the session."""
    key = request.session.get(KEY)
    staff = request.user
    if not key or not isinstance(staff, User):
        return None
    session = ActingSession.objects.filter(pk=key, staff=staff).first()
    if session is None:
        return ActingSession.End.STOPPED
    person = SignIn().get_user(session.person_id)
    session.staff = staff
    now = clock.now()
    over = services.why_over(session, staff, person, now)
    if over or person is None:
        services.end(acting=session, because=over, now=now)
        return over
    session.person = person
    return Acting(session, staff, person)


def _change_key(request: HttpRequest) -> None:
    """Gives the session a new key, so that a key that was known before is worth nothing after; its row in the list of
    where a person is signed in follows."""
    former = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)
