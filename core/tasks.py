"""Celery tasks of `core`: starting periodic jobs, delivering the outbox, deleting expired rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session

from core import audit_chain, clock, demand, jobs, outbox, outbox_loops, webhooks
from core.mail_log import services as mail_log
from core.models import Attempt, IdempotencyKey, JobRun, OutboxMessage


@shared_task
def start_due_jobs() -> None:
    """Queues every job that has no finished run in its present period. Two beats may call it at once."""
    now = clock.now()
    periods = {job.name: job.period_at(now) for job in jobs.all_jobs()}
    finished = set(
        JobRun.objects.filter(period_at__in=periods.values(), finished_at__isnull=False).values_list("job", "period_at")
    )
    for name, period_at in periods.items():
        if (name, period_at) not in finished:
            run_job.delay(name)


@shared_task
def run_job(name: str) -> bool:
    return jobs.run(name)


@shared_task
def deliver_channel(channel: str) -> int:
    """Delivers the due messages of one channel of the outbox."""
    return outbox_loops.run_loop(channel)


def wake_channel(channel: str) -> None:
    """Queues `deliver_channel` in the channel's own queue; called after a commit that wrote a message."""
    # Wake-ups that wait for longer are of no use: the sweep has queued others by then.
    deliver_channel.apply_async((channel,), queue=outbox.queue_of(channel), expires=60)


@jobs.periodic(every=timedelta(seconds=5))
def sweep_outbox(now: datetime) -> None:
    """Wakes the workers of channels with due messages, for which none was woken or which a killed worker left."""
    for channel in outbox.channels_with_due_messages():
        if channel in outbox.channels():
            wake_channel(channel)
        else:
            outbox_loops.run_loop(channel)  # gives its messages up, because nobody can deliver them


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def forget_letters(now: datetime) -> None:
    """Empties the payload of messages that were delivered more than a week ago; the rest of the row stays."""
    old = OutboxMessage.objects.filter(state="delivered", delivered_at__lt=now - timedelta(days=7))
    old.exclude(payload={}).update(payload={})


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=20))
def forget_mail(now: datetime) -> None:
    """Deletes the emails of the log that are older than `MAIL_KEPT_DAYS`, with their texts."""
    mail_log.delete_old(before=now - timedelta(days=settings.MAIL_KEPT_DAYS))


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=50))
def sweep_bucket(now: datetime) -> None:
    """Deletes from the bucket, if there is one, what nobody refers to."""
    if settings.MEDIA_BUCKET:
        from core import bucket_sweep  # boto3 takes a third of a second, and few sites need it

        bucket_sweep.sweep_nightly(now)


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=20))
def forget_demand(now: datetime) -> None:
    demand.forget_old(now)


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def forget_webhooks(now: datetime) -> None:
    webhooks.forget_old(now)


@jobs.periodic(every=timedelta(minutes=5))
def seal_audit(now: datetime) -> None:
    """Chains the rows of the audit that were committed since the last time."""
    audit_chain.seal_new()


@jobs.periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=40))
def remove_old_audit(now: datetime) -> None:
    """Deletes rows of the audit that are older than `AUDIT_KEPT_YEARS`; 0 keeps them for ever."""
    if settings.AUDIT_KEPT_YEARS:
        while audit_chain.remove_old(before=now - timedelta(days=365 * settings.AUDIT_KEPT_YEARS)):
            pass


@jobs.periodic(every=timedelta(hours=1))
def clear_expired(now: datetime) -> None:
    """Deletes expired sessions, attempts and idempotency keys, and job runs that are old."""
    Session.objects.filter(expire_date__lt=now).delete()
    Attempt.objects.filter(expires_at__lt=now).delete()
    IdempotencyKey.objects.filter(expires_at__lt=now).delete()
    JobRun.objects.filter(period_at__lt=now - timedelta(days=30)).delete()
    frequent = [job.name for job in jobs.all_jobs() if job.every < timedelta(minutes=1)]
    JobRun.objects.filter(job__in=frequent, period_at__lt=now - timedelta(days=1)).delete()
