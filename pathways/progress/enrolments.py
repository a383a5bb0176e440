"""Who walks which pathway, and with whom. The client decides; the end follows by itself from the skills."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.roles import Role
from accounts.services import lock_person
from accounts.signals import counted_changed
from core import clock
from core.errors import Refusal, Refused
from pathways.models import Enrolment, EnrolmentEvent, Pathway, Progress, Skill

Verb, Status = EnrolmentEvent.Verb, Enrolment.Status
OF_STATUS = {Status.PAUSED: Verb.PAUSE, Status.ACTIVE: Verb.RESUME}


def lock(client: User) -> None:
    """Whatever moves somebody along their way waits for the one before."""
    lock_person(client.pk)


@transaction.atomic
def enrol(*, client: User, pathway: Pathway, builder: User | None = None, by: User | None = None) -> Enrolment:
    """Begins. One walks each pathway once at a time."""
    if not pathway.is_active:
        raise Refused(Refusal.NOT_FOUND)
    _check_builder(client, builder)
    lock(client)
    if Enrolment.objects.under_way().filter(client=client, pathway=pathway).exists():
        raise Refused(Refusal.ALREADY_ENROLLED)
    if is_completed(client, pathway):
        raise Refused(Refusal.ALREADY_ENROLLED, f"You have completed {pathway} already.")
    made = Enrolment.objects.create(client=client, pathway=pathway, builder=builder)
    _happened(made, Verb.ENROL, by or client)
    if builder is not None:
        _tell_builder(made)
    return made


@transaction.atomic
def change(*, enrolment: Enrolment, status: str, by: User) -> Enrolment:
    """Pauses it or goes on. Completed it is by itself."""
    lock(enrolment.client)
    found = Enrolment.objects.complete().get(pk=enrolment.pk)
    if found.status == status:
        return found
    if Status.COMPLETED in (found.status, status):
        raise Refused(
            Refusal.INVALID_TRANSITION,
            "A pathway is completed by its last skill, and by nothing else.",
            allowed=[]
            if found.status == Status.COMPLETED
            else [str(each) for each in OF_STATUS if each != found.status],
        )
    found.status = status
    found.save(update_fields=["status", "changed_at"])
    _happened(found, OF_STATUS[Status(status)], by)
    return found


@transaction.atomic
def change_builder(*, enrolment: Enrolment, builder: User | None, by: User) -> Enrolment:
    """Another builder, or none. What was learned stays; whoever led before sees it no longer."""
    lock(enrolment.client)
    found = Enrolment.objects.complete().get(pk=enrolment.pk)
    if found.builder == builder:
        return found
    _check_builder(found.client, builder)
    if found.status == Status.COMPLETED:
        raise Refused(Refusal.INVALID_TRANSITION, f"{found.pathway} is completed.", allowed=[])
    before, found.builder = found.builder, builder
    found.save(update_fields=["builder", "changed_at"])
    _happened(found, Verb.LEAD, by, before)
    if builder is not None:
        _tell_builder(found)
    return found


@transaction.atomic
def enrol_from_booking(*, client: User, pathway: Pathway, builder: User | None) -> None:
    """From a booking: begins if need be, and takes its builder where there is none. Never in the way of a booking."""
    lock(client)  # two bookings at once: the second finds what the first has begun
    found = Enrolment.objects.under_way().complete().filter(client=client, pathway=pathway).first()
    if builder is not None and Role.BUILDER not in builder.roles:
        builder = None
    if found is None:
        if pathway.is_active and not is_completed(client, pathway):
            enrol(client=client, pathway=pathway, builder=builder)
    elif builder is not None and found.builder is None:
        change_builder(enrolment=found, builder=builder, by=client)


@transaction.atomic
def builder_left(builder: User) -> None:
    """Whoever is no builder any more leads nobody; their clients go on, and are told."""
    for found in Enrolment.objects.under_way().complete().filter(builder=builder):
        found.builder = None
        found.save(update_fields=["builder", "changed_at"])
        event = _happened(found, Verb.LEAD, None, builder)
        notify(
            found.client,
            NewNotification(
                kind="pathway",
                event=f"unled:{event.pk}",
                title=f"{builder.display_name} no longer walks {found.pathway} with you",
                text="What you have learned stays. Choose somebody else, or go on by yourself.",
                path=reverse("pathways:change", args=[found.pathway.slug]),
                call="Choose a builder",
            ),
        )


def complete_or_reopen(*, client: User, skill: Skill, now: datetime) -> None:
    """After a skill was completed, or taken back: pathways end, or go on, by themselves. The client is locked."""
    concerned = Enrolment.objects.complete().filter(client=client, pathway__skills=skill).order_by("created_at")
    latest = {each.pathway_id: each for each in concerned}
    for found in latest.values():
        is_done = is_completed(client, found.pathway)
        if is_done and found.status != Status.COMPLETED:
            found.status, found.ended_at = Status.COMPLETED, now
            verb = Verb.COMPLETE
        elif not is_done and found.status == Status.COMPLETED:
            found.status, found.ended_at = Status.ACTIVE, None
            verb = Verb.REOPEN
        else:
            continue
        found.save(update_fields=["status", "ended_at", "changed_at"])
        event = _happened(found, verb, None)
        if verb == Verb.COMPLETE:
            _tell_end(found, event)


def is_completed(client: User, pathway: Pathway) -> bool:
    """Whether every skill of it is completed."""
    done = Progress.objects.filter(client=client, status=Progress.Status.COMPLETED).values("skill")
    skills = Skill.objects.open().filter(pathways=pathway)
    return skills.exists() and not skills.exclude(pk__in=done).exists()


def _check_builder(client: User, builder: User | None) -> None:
    if builder is None:
        return
    if builder == client:
        raise Refused(Refusal.INVALID, fields={"builderId": ["Nobody leads themselves."]})
    if Role.BUILDER not in builder.roles or not builder.is_active:
        raise Refused(Refusal.INVALID, fields={"builderId": ["There is no such builder."]})


def _happened(
    enrolment: Enrolment, verb: EnrolmentEvent.Verb, by: User | None, before: User | None = None
) -> EnrolmentEvent:
    for builder in {each.pk for each in (enrolment.builder, before) if each is not None}:
        counted_changed.send(Enrolment, builder=builder)
    return EnrolmentEvent.objects.create(
        enrolment=enrolment, at=clock.now(), verb=verb, by=by, builder=enrolment.builder
    )


def _tell_builder(enrolment: Enrolment) -> None:
    assert enrolment.builder is not None
    notify(
        enrolment.builder,
        NewNotification(
            kind="pathway",
            event=f"lead:{enrolment.pk}:{enrolment.builder_id}",
            title=f"{enrolment.client.display_name} walks {enrolment.pathway} with you",
            text="You see how far they are, and say when a skill is there.",
            path=reverse("bookings:client", args=[enrolment.client_id]),
            call="See where they stand",
        ),
    )


def _tell_end(enrolment: Enrolment, event: EnrolmentEvent) -> None:
    pathway = enrolment.pathway
    notify(
        enrolment.client,
        NewNotification(
            kind="pathway",
            event=f"walked:{event.pk}",
            title=f"You have completed {pathway}",
            text="Every skill of it, from the first tier to the last. Somebody who begins today could use your help.",
            path=reverse("pathways:mine_on", args=[pathway.slug]),
            call="Look back at the way",
        ),
    )
    if enrolment.builder is not None:
        notify(
            enrolment.builder,
            NewNotification(
                kind="pathway",
                event=f"walked:{event.pk}",
                title=f"{enrolment.client.display_name} has completed {pathway}",
                text="You have brought somebody all the way. Thank you.",
                path=reverse("bookings:client", args=[enrolment.client_id]),
                call="See the way",
            ),
        )
