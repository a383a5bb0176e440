"""The health checks of mail, outside services, backups and the alarms themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q

from core.breakers import not_answering
from core.mail_log.queries import dead_among
from core.models import OutboxMessage
from operations.health.checks import in_words
from operations.health.registry import HealthFinding, Verdict, register_health
from operations.models import AlarmState, BackupRecord
from operations.waiting import MAIL_CHANNELS

SERVICES = {
    "stripe": "Stripe", "zoom": "Zoom", "calendly": "Calendly", "google": "Google", "microsoft": "Microsoft",
}  # fmt: skip
DAY = timedelta(days=1)
MANY_MAILS = 20
BACKUP_LOOK, BACKUP_BAD = timedelta(hours=26), timedelta(hours=50)
REHEARSED_WITHIN = timedelta(days=92)
NOT_CHECKED = timedelta(minutes=10)
CERTIFICATE = "certificate"
NO_BACKUP = HealthFinding(
    Verdict.BAD,
    "No backup has been recorded.",
    "Run “waymark backup” every night and keep the files on another machine; docs/deployment.md says how.",
)


def mail(now: datetime) -> HealthFinding:
    """Says how many emails of the last day were given up, and how many are being tried again. One query."""
    given_up = Q(state=OutboxMessage.State.DEAD, created_at__gt=now - DAY)
    tried_again = Q(state=OutboxMessage.State.WAITING, attempts__gt=1)
    rows = OutboxMessage.objects.filter(given_up | tried_again, channel__in=MAIL_CHANNELS)
    states = list(rows.values_list("state", flat=True)[:1_000])
    dead = states.count(OutboxMessage.State.DEAD)
    waiting = len(states) - dead
    advice = "Read what the mail server answered at the failed emails; see whether EMAIL_URL is right."
    if dead + waiting >= MANY_MAILS:
        return HealthFinding(Verdict.BAD, f"{dead} given up in a day, {waiting} being tried again.", advice)
    if dead or waiting:
        return HealthFinding(Verdict.LOOK, f"{dead} given up in a day, {waiting} being tried again.", advice)
    return HealthFinding(Verdict.GOOD, "No email of the last day was given up.")


def outside_services(now: datetime) -> HealthFinding:
    """Says which outside services have not answered several times in a row. No query."""
    silent = sorted(SERVICES[name] for name in not_answering(SERVICES))
    if not silent:
        return HealthFinding(Verdict.GOOD, "None is being left alone because it does not answer.")
    names = " and ".join(silent)
    advice = "Look at the status page of the service. Waymark tries it every minute and needs no help."
    return HealthFinding(Verdict.LOOK, f"Calls to {names} fail, so most are not made for the moment.", advice)


def backups(now: datetime) -> HealthFinding:
    """Says how old the last good backup and the last rehearsal of a restore are. One query."""
    last = BackupRecord.objects.filter(is_good=True).aggregate(
        backup=Max("finished_at", filter=Q(kind=BackupRecord.Kind.BACKUP)),
        rehearsal=Max("finished_at", filter=Q(kind=BackupRecord.Kind.REHEARSAL)),
    )
    made_at, rehearsed_at = last["backup"], last["rehearsal"]
    if made_at is None:
        return NO_BACKUP
    age = now - made_at
    if age > BACKUP_LOOK:
        verdict = Verdict.BAD if age > BACKUP_BAD else Verdict.LOOK
        return HealthFinding(
            verdict, f"The last good backup is {in_words(age)} old.", "See why the nightly backup failed."
        )
    if rehearsed_at is None or now - rehearsed_at > REHEARSED_WITHIN:
        rehearsed = f"{in_words(now - rehearsed_at)} ago" if rehearsed_at else "never"
        sentence = f"The last backup is {in_words(age)} old; restoring one was last rehearsed {rehearsed}."
        return HealthFinding(Verdict.LOOK, sentence, "Restore a backup on another machine, and record the rehearsal.")
    return HealthFinding(
        Verdict.GOOD, f"The last is {in_words(age)} old, rehearsed {in_words(now - rehearsed_at)} ago."
    )


def alarms(now: datetime) -> HealthFinding:
    """Says whether the alarms are evaluated; if they are not, none of them goes on. One query."""
    checked_at = AlarmState.objects.aggregate(last=Max("checked_at"))["last"]
    advice = "They are evaluated every minute by the worker, which beat starts: see whether both run."
    if checked_at is None:
        return HealthFinding(Verdict.BAD, "They have never been evaluated.", advice)
    age = now - checked_at
    if age > NOT_CHECKED:
        return HealthFinding(Verdict.BAD, f"They were last evaluated {in_words(age)} ago.", advice)
    return HealthFinding(Verdict.GOOD, f"They were evaluated {in_words(age)} ago.")


def alarm_mail(now: datetime) -> HealthFinding:
    """Says whether the alarms reach somebody: an address that takes no mail is not mailed. One query, or none."""
    if not settings.ALARM_MAIL and not settings.ALARM_WEBHOOK:
        return HealthFinding(
            Verdict.LOOK, "Nobody is told of alarms.", "Set ALARM_MAIL or ALARM_WEBHOOK in the environment."
        )
    dead = sorted(dead_among(settings.ALARM_MAIL)) if settings.ALARM_MAIL else []
    if dead:
        advice = "Look at the address under Mail, and allow mail to it again, or put another one into ALARM_MAIL."
        return HealthFinding(Verdict.BAD, f"No alarms reach {' and '.join(dead)}: mail to it came back.", advice)
    places = [*settings.ALARM_MAIL, *(["ALARM_WEBHOOK"] if settings.ALARM_WEBHOOK else [])]
    return HealthFinding(Verdict.GOOD, f"Alarms are sent to {' and '.join(places)}.")


def register() -> None:
    register_health("mail", "Mail", mail)
    register_health("services", "Outside services", outside_services)
    register_health("backups", "Backups", backups)
    register_health("alarms", "Alarms", alarms)
    register_health("alarm mail", "Who is told of alarms", alarm_mail)
