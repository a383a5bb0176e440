"""The versions of the terms and the privacy notice: publishing one, and who has accepted which."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet
from django.http import QueryDict

from core import audit, clock
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from core.models import SitePage
from core.policies import state
from core.policies.models import Acceptance, PolicyVersion

ANNOTATION = "accepted_versions"


@transaction.atomic
def publish(*, by: Any, kind: str, text: str, summary: str = "", is_asked: bool = True) -> PolicyVersion:
    """Publishes a version: its page shows it at once, and people are asked for it if it says so."""
    lock_until_commit(f"policy version {kind}")
    latest = PolicyVersion.objects.filter(kind=kind).order_by("-number").first()
    if latest is not None and latest.text == text:
        raise Refused(Refusal.INVALID, fields={"text": ["This is the text of the present version. Change it first."]})
    now = clock.now()
    version = PolicyVersion.objects.create(
        kind=kind,
        number=latest.number + 1 if latest else 1,
        text=text,
        summary=summary,
        is_asked=is_asked,
        published_at=now,
        published_by=by,
    )
    SitePage.objects.filter(slug=kind).update(text=text, changed_at=now)
    after = {"kind": kind, "number": version.number, "asked": is_asked}
    audit.record(actor=by, action="text published", subject=version, before=None, after=after)
    state.forget()
    transaction.on_commit(state.forget)
    return version


def frame_annotations() -> dict[str, Any]:
    """Returns what is loaded with the signed-in person: which versions they have accepted."""
    accepted = Acceptance.objects.filter(person=OuterRef("pk")).order_by()
    return {ANNOTATION: ArraySubquery(accepted.values("version_id").distinct())}


def missing_for(person: Any) -> list[state.VersionInForce]:
    """Returns the versions that a signed-in person is asked to accept. No query: they were loaded with the person. Empty for
    a person who was loaded in another way."""
    accepted: Collection[int] | None = getattr(person, ANNOTATION, None)
    if accepted is None:
        return []
    return [
        version
        for version in state.current().versions
        if version.sufficient and not set(version.sufficient) & set(accepted)
    ]


def in_force() -> list[int]:
    """Returns the ids of the latest versions. No query within a few seconds."""
    return [version.id for version in state.current().versions]


def shown_in(sent: QueryDict) -> list[int]:
    """Returns the versions that the form that was sent has named, as `core/_agreement.html` does. No query without them."""
    named = [int(pk) for pk in sent.getlist("accepts") if pk.isdecimal() and len(pk) < 10]
    return list(PolicyVersion.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else []


def in_force_at(instant: datetime) -> list[int]:
    """Returns the ids of the versions that were the latest at this time. One query."""
    versions = PolicyVersion.objects.filter(published_at__lte=instant).order_by("kind", "-number").distinct("kind")
    return list(versions.values_list("pk", flat=True))


def accept(
    *,
    versions: Iterable[int],
    occasion: Acceptance.Occasion,
    person: Any = None,
    reference: str = "",
    at: datetime | None = None,
) -> None:
    """Records that a person, or whoever made or paid a booking, has accepted these versions. Doing so again changes
    nothing. One query, and none without versions."""
    wanted = list(versions)
    if not wanted:
        return
    accepted_at = at or clock.now()
    Acceptance.objects.bulk_create(
        [
            Acceptance(version_id=pk, person=person, reference=reference, occasion=occasion, accepted_at=accepted_at)
            for pk in wanted
        ],
        ignore_conflicts=True,
    )


def accept_sent(sent: QueryDict, *, occasion: Acceptance.Occasion, person: Any = None, reference: str = "") -> None:
    """Records that whoever sent this form accepts the versions that it names."""
    accept(versions=shown_in(sent), occasion=occasion, person=person, reference=reference)


@transaction.atomic
def accept_shown(*, person: Any, shown: Collection[int]) -> None:
    """Records that a person accepts the versions that a page has shown. Refuses others than those in force, because a newer
    one may have been published since."""
    if not set(shown) <= set(in_force()):
        raise Refused(Refusal.STALE, "There is a newer version. Read it, then agree.")
    accept(versions=shown, occasion=Acceptance.Occasion.ASKED, person=person)


def all_versions() -> QuerySet[PolicyVersion]:
    """Returns all versions with the number of people and bookings that have accepted them, the latest first."""
    versions = PolicyVersion.objects.select_related("published_by").defer("text")
    return versions.annotate(accepted=Count("acceptances"))


def accepted_by(person: Any) -> QuerySet[Acceptance]:
    """Returns what the person has accepted, the latest first. One query."""
    return Acceptance.objects.filter(person=person).select_related("version").defer("version__text")
