"""Changes of enrolments. Clients begin, pause and choose their builder; the last skill completes an enrolment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.roles import Role
from accounts.services import lock_person
from accounts.signals import counted_changed
from core import clock
from core.errors import Refusal, Refused
from pathways.models import Enrolment, EnrolmentEvent, Pathway, Progress, Skill
from pathways.refusals import PathwayRefusal

Verb, Status = EnrolmentEvent.Verb, Enrolment.Status
NO_BUILDER = "There is no such builder."
VERB_OF_STATUS = {Status.PAUSED: Verb.PAUSE, Status.ACTIVE: Verb.RESUME}


def lock(client: User) -> None:
    """Locks the client until the transaction ends, so that changes of their progress follow each other."""
    lock_person(client.pk)


@transaction.atomic
def enrol(*, client: User, pathway: Pathway, builder: User | None = None, by: User | None = None) -> Enrolment:
    """Enrols the client, unless they are on this pathway already or have completed it, and notifies the builder."""
    if not pathway.is_active:
        raise Refused(Refusal.NOT_FOUND)
    _check_builder(client, builder)
    lock(client)
    if Enrolment.objects.under_way().filter(client=client, pathway=pathway).exists():
        raise Refused(PathwayRefusal.ALREADY_ENROLLED)
    if is_completed(client, pathway):
        raise Refused(PathwayRefusal.ALREADY_ENROLLED, f"You have completed {pathway} already.")
    skills = list(Skill.objects.open().filter(pathways=pathway).values_list("pk", flat=True))
    enrolment = Enrolment.objects.create(client=client, pathway=pathway, builder=builder, skills_at_start=skills)
    _record_event(enrolment, Verb.ENROL, by or client)
    if builder is not None:
        _notify_builder(enrolment)
    return enrolment


@transaction.atomic
def change(*, enrolment: Enrolment, status: str, by: User) -> Enrolment:
    """Pauses or resumes an enrolment. Only `complete_or_reopen` completes one."""
    lock(enrolment.client)
    locked = Enrolment.objects.complete().get(pk=enrolment.pk)
    if locked.status == status:
        return locked
    if Status.COMPLETED in (locked.status, status):
        raise Refused(
            Refusal.INVALID_TRANSITION,
            "A pathway is completed when its last skill is completed, and in no other way.",
            allowed=[]
            if locked.status == Status.COMPLETED
            else [str(other) for other in VERB_OF_STATUS if other != locked.status],
        )
    locked.status = status
    locked.save(update_fields=["status", "changed_at"])
    _record_event(locked, VERB_OF_STATUS[Status(status)], by)
    return locked


@transaction.atomic
def change_builder(*, enrolment: Enrolment, builder: User | None, by: User) -> Enrolment:
    """Sets another builder, or none. Progress stays; the former builder cannot see it any longer."""
    lock(enrolment.client)
    locked = Enrolment.objects.complete().get(pk=enrolment.pk)
    if locked.builder == builder:
        return locked
    _check_builder(locked.client, builder)
    if locked.status == Status.COMPLETED:
        raise Refused(Refusal.INVALID_TRANSITION, f"{locked.pathway} is completed.", allowed=[])
    before, locked.builder = locked.builder, builder
    locked.save(update_fields=["builder", "changed_at"])
    _record_event(locked, Verb.LEAD, by, before)
    if builder is not None:
        _notify_builder(locked)
    return locked


@transaction.atomic
def enrol_from_booking(*, client: User, pathway: Pathway, builder: User | None) -> None:
    """Enrols a client who books on a pathway, or sets the builder where there is none.

    Where it cannot (a closed or completed pathway, a person who is not a builder), it does nothing rather than refuse,
    since the booking must go ahead.
    """
    lock(client)  # of two bookings at once the second finds the enrolment of the first
    enrolment = Enrolment.objects.under_way().complete().filter(client=client, pathway=pathway).first()
    if builder is not None and Role.BUILDER not in builder.roles:
        builder = None
    if enrolment is None:
        if pathway.is_active and not is_completed(client, pathway):
            enrol(client=client, pathway=pathway, builder=builder)
    elif builder is not None and enrolment.builder is None:
        change_builder(enrolment=enrolment, builder=builder, by=client)


@transaction.atomic
def builder_left(builder: User) -> None:
    """Removes a person who lost the builder role from the enrolments they lead, and notifies the clients."""
    for enrolment in Enrolment.objects.under_way().complete().filter(builder=builder):
        enrolment.builder = None
        enrolment.save(update_fields=["builder", "changed_at"])
        event = _record_event(enrolment, Verb.LEAD, None, builder)
        notify(
            enrolment.client,
            NewNotification(
                kind="pathway",
                event=f"unled:{event.pk}",
                title=f"{builder.display_name} is no longer your builder on {enrolment.pathway}",
                text="Your progress is saved. Choose another builder, or continue on your own.",
                path=reverse("pathways:change", args=[enrolment.pathway.slug]),
                call="Choose a builder",
            ),
        )


def complete_or_reopen(*, client: User, skill: Skill, now: datetime, is_taken_back: bool = False) -> None:
    """Completes the client's enrolments after a skill was completed, and reopens them after it was taken back. Lock the
    client first. A skill that was added after the client began reopens nothing."""
    concerned = Enrolment.objects.complete().filter(client=client, pathway__skills=skill).order_by("created_at")
    latest = {enrolment.pathway_id: enrolment for enrolment in concerned}
    for enrolment in latest.values():
        if is_completed(client, enrolment.pathway):
            _complete(enrolment, now)
        elif is_taken_back and enrolment.status == Status.COMPLETED and not enrolment.is_new(skill.pk):
            enrolment.status, enrolment.ended_at = Status.ACTIVE, None
            _save_status(enrolment, Verb.REOPEN)


@transaction.atomic
def complete_finished(*, pathway: Pathway, now: datetime) -> None:
    """Completes the enrolments of clients to whom no open skill is left, after one was retired or taken off."""
    skills = Skill.objects.open().filter(pathways=pathway)
    is_done = Q(client__progress__status=Progress.Status.COMPLETED, client__progress__skill__in=skills)
    counted = (
        Enrolment.objects.under_way().filter(pathway=pathway).annotate(done=Count("client__progress", filter=is_done))
    )
    for enrolment in counted.filter(done=skills.count()).order_by("client"):
        lock(enrolment.client)
        locked = Enrolment.objects.complete().get(pk=enrolment.pk)
        if is_completed(locked.client, pathway):
            _complete(locked, now)


def _complete(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.status != Status.COMPLETED:
        enrolment.status, enrolment.ended_at = Status.COMPLETED, now
        _save_status(enrolment, Verb.COMPLETE)


def _save_status(enrolment: Enrolment, verb: EnrolmentEvent.Verb) -> None:
    enrolment.save(update_fields=["status", "ended_at", "changed_at"])
    event = _record_event(enrolment, verb, None)
    if verb == Verb.COMPLETE:
        _notify_of_completion(enrolment, event)


def is_completed(client: User, pathway: Pathway) -> bool:
    """Whether the client has completed every skill of the pathway, of which there has to be one."""
    done = Progress.objects.filter(client=client, status=Progress.Status.COMPLETED).values("skill")
    skills = Skill.objects.open().filter(pathways=pathway)
    return skills.exists() and not skills.exclude(pk__in=done).exists()


def _check_builder(client: User, builder: User | None) -> None:
    if builder is None:
        return
    if builder == client:
        raise Refused(Refusal.INVALID, fields={"builder": ["You cannot be your own builder."]})
    if Role.BUILDER not in builder.roles or not builder.is_active:
        raise Refused(Refusal.INVALID, fields={"builder": [NO_BUILDER]})


def _record_event(
    enrolment: Enrolment, verb: EnrolmentEvent.Verb, by: User | None, before: User | None = None
) -> EnrolmentEvent:
    for builder in {person.pk for person in (enrolment.builder, before) if person is not None}:
        counted_changed.send(Enrolment, builder=builder)
    return EnrolmentEvent.objects.create(
        enrolment=enrolment, at=clock.now(), verb=verb, by=by, builder=enrolment.builder
    )


def _notify_builder(enrolment: Enrolment) -> None:
    assert enrolment.builder is not None
    notify(
        enrolment.builder,
        NewNotification(
            kind="pathway",
            event=f"lead:{enrolment.pk}:{enrolment.builder_id}",
            title=f"{enrolment.client.display_name} follows {enrolment.pathway} with you",
            text="You can see their progress and verify their skills.",
            path=reverse("bookings:client", args=[enrolment.client_id]),
            call="See their progress",
        ),
    )


def _notify_of_completion(enrolment: Enrolment, event: EnrolmentEvent) -> None:
    pathway = enrolment.pathway
    notify(
        enrolment.client,
        NewNotification(
            kind="pathway",
            event=f"walked:{event.pk}",
            title=f"You have completed {pathway}",
            text=(
                "You have completed every skill, from the first tier to the last. You could now help somebody "
                "who is just starting."
            ),
            path=reverse("pathways:mine_on", args=[pathway.slug]),
            call="See my progress",
        ),
    )
    if enrolment.builder is not None:
        notify(
            enrolment.builder,
            NewNotification(
                kind="pathway",
                event=f"walked:{event.pk}",
                title=f"{enrolment.client.display_name} has completed {pathway}",
                text="You were their builder. Thank you.",
                path=reverse("bookings:client", args=[enrolment.client_id]),
                call="See their progress",
            ),
        )
