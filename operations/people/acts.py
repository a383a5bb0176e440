"""What staff can do with a person: one table, from which the page, the forms and the rights are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.forms import Form

from accounts import by_staff, services
from accounts.addresses import changes
from accounts.models import User
from accounts.personal_data import erasure, exports
from accounts.roles import STAFF, Role
from accounts.sign_in import second_factors
from bookings.guests import merging
from bookings.models import Booking
from core import clock, personal
from operations.people.forms import GuestMergeForm, MergeReasonForm, StaffReasonForm, ToldReasonForm
from operations.rights import has_right

Perform = Callable[[User, User, dict[str, Any]], str]


@dataclass(frozen=True)
class PersonAct:
    """One thing to do with a person. `follows` says what will follow, before it is done; `perform` does it and returns the
    message that is shown afterwards. A grave one asks staff to confirm who they are."""

    slug: str
    label: str
    perform: Perform
    follows: Callable[[User], list[str]]
    is_possible: Callable[[User], bool] = lambda person: person.is_active
    form: type[Form] = StaffReasonForm
    is_grave: bool = False
    is_danger: bool = False
    group: str = "account"


def acts_for(staff: User, person: User) -> list[PersonAct]:
    """Returns what this member of staff may do with this person now."""
    return [act for act in ACTS.values() if has_right(staff, act.slug) and act.is_possible(person)]


def is_erased(person: User) -> bool:
    return not person.is_active and person.email == erasure.address_of(person)


def _upcoming(person: User) -> tuple[int, int]:
    """Returns how many coming bookings the person has as a builder, and as a client. Two queries."""
    ahead = Booking.objects.ahead(clock.now()).order_by()
    return ahead.filter(builder=person).count(), ahead.filter(client=person).count()


def _sessions(count: int) -> str:
    return "1 coming session" if count == 1 else f"{count} coming sessions"


def _confirm_follows(person: User) -> list[str]:
    change = changes.pending_for(person)
    if change is not None:
        return [f"{change.email} becomes their address, with which they sign in.", "Their API tokens end."]
    return [f"{person.email} counts as confirmed, and they can sign in with it."]


def _confirm(person: User, by: User, answers: dict[str, Any]) -> str:
    return f"{by_staff.confirm_address(person=person, by=by, **answers)} is confirmed."


def _sign_out(person: User, by: User, answers: dict[str, Any]) -> str:
    count = by_staff.sign_out_everywhere(person=person, by=by, **answers)
    return f"Signed out: {count} browser{'' if count == 1 else 's'}, and all API tokens have ended."


def _reset_factors(person: User, by: User, answers: dict[str, Any]) -> str:
    removed = second_factors.remove_for(user=person, by=by, reason=answers["reason"])
    return "Their second factors are removed. They were told by mail." if removed else "They have no second factor."


def _suspend_follows(person: User) -> list[str]:
    as_builder, as_client = _upcoming(person)
    lines = ["They are signed out everywhere and cannot sign in. They get a mail with the reason."]
    if Role.BUILDER in person.roles:
        lines.append("Their listing is hidden, and nobody can book them.")
        lines.append(f"{_sessions(as_builder)} with clients stay as they are: cancel them one by one where needed.")
    if as_client:
        lines.append(f"{_sessions(as_client)} that they booked stay as they are.")
    return lines


def _suspend(person: User, by: User, answers: dict[str, Any]) -> str:
    by_staff.suspend(person=person, by=by, **answers)
    return "The account is suspended."


def _lift(person: User, by: User, answers: dict[str, Any]) -> str:
    by_staff.lift_suspension(person=person, by=by, **answers)
    return "The account works again."


def _export(person: User, by: User, answers: dict[str, Any]) -> str:
    exports.request_export(user=person, by=by, reason=answers["reason"])
    return "The download is being made. The person is told once it is ready."


def _erase_follows(person: User) -> list[str]:
    as_builder, as_client = _upcoming(person)
    lines = ["Their name, address, picture, messages' names and sign-in are gone at once. Nobody can bring them back."]
    if as_builder or as_client:
        lines.append(f"{_sessions(as_builder + as_client)}: cancel them first, so that the other side is told.")
    return [*lines, *(f"Kept: {name}: {why}" for name, why in personal.kept())]


def _erase(person: User, by: User, answers: dict[str, Any]) -> str:
    by_staff.erase(person=person, by=by, **answers)
    return "The account is erased."


def _may_get(role: Role, person: User) -> bool:
    return person.is_active and role not in person.roles


def _has(role: Role, person: User) -> bool:
    return role in person.roles


def _grant_follows(role: Role, person: User) -> list[str]:
    if role == Role.BUILDER:
        return [
            "They get a builder's page and a dashboard. The page is hidden until they publish it.",
            "An open application stays open: approve it instead, so that they read your answer.",
        ]
    may = "everything, also grant roles" if role == Role.ADMIN else "read everything and help people"
    return [f"They may {may}.", "They need a second factor before they can open a page of staff."]


def _grant(role: Role, person: User, by: User, answers: dict[str, Any]) -> str:
    services.change_roles(user=person, grants=[role], revokes=[], by=by, reason=answers["reason"])
    return f"{person.display_name} is {role.label.lower()} now."


def _revoke_follows(role: Role, person: User) -> list[str]:
    if role != Role.BUILDER:
        return ["They lose access to the pages of staff at once.", "They get a mail with the reason."]
    as_builder, _ = _upcoming(person)
    return [
        "Their listing is hidden, and nobody can book them any more.",
        f"{_sessions(as_builder)} stay booked. Cancel those that should not take place: their clients are told then.",
        "They get a mail with the reason. Their hours, offers and page stay saved, should they become a builder again.",
    ]


def _revoke(role: Role, person: User, by: User, answers: dict[str, Any]) -> str:
    services.change_roles(user=person, grants=[], revokes=[role], by=by, reason=answers["reason"])
    return f"{person.display_name} is no longer {role.label.lower()}."


def _merge(person: User, by: User, answers: dict[str, Any]) -> str:
    merged = merging.merge(person=person, by=by, **answers)
    return f"Moved into this account: {len(merged.bookings)}. It can be undone for 30 days."


def _undo_follows(person: User) -> list[str]:
    latest = merging.undoable(person, clock.now())
    if not latest:
        return []
    day, count = f"{latest[0].created_at:%-d %B %Y}", len(latest[0].bookings)
    return [
        f"The merge of {day} is undone: its {count} bookings go back to whose they were.",
        "Bookings that were made since stay.",
    ]


def _undo_merge(person: User, by: User, answers: dict[str, Any]) -> str:
    latest = merging.undoable(person, clock.now())
    count = merging.undo(merged=latest[0], by=by, **answers) if latest else 0
    return f"Given back: {count}."


def _role_acts() -> list[PersonAct]:
    """Returns the acts that grant and revoke each role."""
    acts = []
    for role in Role:
        label = role.label.lower()
        acts.append(
            PersonAct(
                f"grant-{role}", f"Make {label}", partial(_grant, role), partial(_grant_follows, role),
                is_possible=partial(_may_get, role),
                is_grave=True, group="roles",
            )
        )  # fmt: skip
        acts.append(
            PersonAct(
                f"revoke-{role}", f"Take the role of {label}", partial(_revoke, role), partial(_revoke_follows, role),
                is_possible=partial(_has, role),
                form=ToldReasonForm, is_grave=True, is_danger=True, group="roles",
            )
        )  # fmt: skip
    return acts


_ALL = [
    PersonAct(
        "confirm-address", "Confirm the address", _confirm, _confirm_follows,
        is_possible=lambda person: person.is_active and has_address_to_confirm(person),
    ),
    PersonAct(
        "sign-out", "Sign out everywhere", _sign_out,
        lambda person: ["All their browsers are signed out, and their API tokens end.", "They can sign in again."],
    ),
    PersonAct(
        "reset-factors", "Remove second factors", _reset_factors,
        lambda person: [
            "They sign in with their password alone, until they set up a second factor again.",
            "They get a mail with the reason. Make sure that it is really them who asks.",
        ],
        is_possible=lambda person: person.has_second_factor, form=ToldReasonForm, is_grave=True,
    ),
    PersonAct(
        "export", "Make a download of their data", _export,
        lambda person: ["They get a mail once it is ready. Only they can download it, for a week."],
    ),
    PersonAct(
        "suspend", "Suspend the account", _suspend, _suspend_follows,
        form=ToldReasonForm, is_grave=True, is_danger=True,
    ),
    PersonAct(
        "lift", "Lift the suspension", _lift,
        lambda person: ["They can sign in again and get a mail. A builder's listing shows again."],
        is_possible=lambda person: not person.is_active and not is_erased(person), form=ToldReasonForm,
    ),
    PersonAct(
        "erase", "Erase the account", _erase, _erase_follows,
        is_possible=lambda person: not is_erased(person) and not set(person.roles) & STAFF,
        is_grave=True, is_danger=True,
    ),
    PersonAct(
        "merge", "Merge bookings of a guest", _merge,
        lambda person: [
            "All that was booked as a guest with the address you enter moves into this account, past and coming.",
            "Messages that they wrote as a guest without an account move as well, and go back if you undo it.",
            "Both sides see it and the reason in the history of each booking. Nobody gets a mail.",
            "Bookings of another member never move. You can undo it for 30 days.",
        ],
        form=GuestMergeForm, is_grave=True,
    ),
    PersonAct(
        "undo-merge", "Undo the merge", _undo_merge, _undo_follows,
        is_possible=lambda person: bool(merging.undoable(person, clock.now())), form=MergeReasonForm, is_grave=True,
    ),
    *_role_acts(),
]  # fmt: skip
ACTS = {act.slug: act for act in _ALL}


def has_address_to_confirm(person: User) -> bool:
    """Whether the person's address, or the one that they want instead, is not confirmed. Two queries."""
    is_confirmed = person.emailaddress_set.filter(verified=True, email=person.email).exists()
    return not is_confirmed or changes.pending_for(person) is not None
