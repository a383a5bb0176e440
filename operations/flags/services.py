"""Changes for whom a flag is on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from core import audit
from core.models import Flag


@dataclass(frozen=True)
class FlagValues:
    """For whom a flag is on. `everyone` is None where the rest decides, and the setting where the rest names nobody."""

    everyone: bool | None = None
    staff: bool = False
    authenticated: bool = False
    percent: Decimal | None = None
    note: str = ""


@transaction.atomic
def change_flag(
    *, name: str, values: FlagValues, people: Collection[User], groups: Collection[Group], by: User
) -> bool:
    """Sets for whom the flag is on, with a row of the audit. Returns whether anything changed."""
    Flag.objects.get_or_create(name=name)  # of two admins who change it first at once, the second waits here
    flag = Flag.objects.select_for_update().get(name=name)
    before = _facts(flag)
    for field, value in asdict(values).items():
        setattr(flag, field, value)
    flag.save()
    flag.users.set(people)
    flag.groups.set(groups)
    after = _facts(flag)
    changed = [field for field in after if before.get(field) != after[field]]
    if changed:
        audit.record(
            actor=by, action="flag changed", subject=flag, before={field: before.get(field) for field in changed},
            after={field: after[field] for field in changed},
        )  # fmt: skip
    return bool(changed)


def _facts(flag: Flag) -> dict[str, Any]:
    """Returns what the audit keeps: people by their ids, which say nothing once a person is erased."""
    percent = None if flag.percent is None else f"{flag.percent.normalize():f}"
    facts = {"everyone": flag.everyone, "staff": flag.staff, "authenticated": flag.authenticated, "percent": percent}
    people = sorted(str(key) for key in flag.users.values_list("pk", flat=True))
    groups = sorted(flag.groups.values_list("name", flat=True))
    return facts | {"note": flag.note, "people": people, "groups": groups}
