"""Checks that take long or call other machines: the mail server, the certificate, integrity.

`manage.py doctor` and a daily job carry them out; the front page and the page of health show what was found last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache

from core.mail_doctor.checks import MailVerdict, connection
from core.registry import Finding
from operations.health import certificate
from operations.health.registry import HealthFinding, HealthLine, Verdict, register_health_lines

KEY = "operations:thorough-checks"
KEPT = timedelta(days=3)
CERTIFICATE_LOOK = 14  # days
MAIL_VERDICTS = {MailVerdict.GOOD: Verdict.GOOD, MailVerdict.LOOK: Verdict.LOOK, MailVerdict.BAD: Verdict.BAD}


def check_thoroughly(now: datetime, faults: Sequence[Finding]) -> list[HealthLine]:
    """Carries the checks out, and keeps what they found; `faults` are those of the data."""
    lines = [
        HealthLine("mail server", "Mail server", _mail_server()),
        HealthLine("tls", "TLS", _certificate(now)),
        HealthLine("integrity", "Integrity", _integrity(faults)),
        *_bucket(),
    ]
    cache.set(KEY, {"at": now.isoformat(), "lines": [asdict(line) for line in lines]}, KEPT.total_seconds())
    return lines


def last_lines(now: datetime) -> Sequence[HealthLine]:
    """Returns what the checks found last. No query."""
    kept: dict[str, Any] | None = cache.get(KEY)
    if kept is None:
        return []
    return [
        HealthLine(
            line["name"],
            line["label"],
            HealthFinding(Verdict(line["finding"]["verdict"]), line["finding"]["sentence"], line["finding"]["advice"]),
        )
        for line in kept["lines"]
    ]


def _mail_server() -> HealthFinding:
    if settings.DEMO:
        return HealthFinding(Verdict.GOOD, "The demo keeps its mail.")
    diagnosis = connection()
    return HealthFinding(MAIL_VERDICTS[diagnosis.verdict], diagnosis.text, diagnosis.advice)


def _certificate(now: datetime) -> HealthFinding:
    days = certificate.days_left(now)
    if days is None and not settings.SITE_URL.startswith("https://"):
        verdict = Verdict.GOOD if settings.DEMO else Verdict.BAD
        return HealthFinding(verdict, "The site has no TLS.", "" if settings.DEMO else "docs/deployment.md says how.")
    if days is None:
        advice = "See whether the site runs, and whether its name and port can be reached from this machine."
        return HealthFinding(Verdict.LOOK, f"{settings.SITE_URL} cannot be reached from here.", advice)
    if not days:
        advice = "Browsers refuse it. Renew it, with its whole chain; a certificate of your own is for trials only."
        return HealthFinding(Verdict.BAD, f"The certificate of {settings.SITE_URL} is not valid.", advice)
    advice = "Caddy renews it by itself a month before; a certificate of your own has to be renewed by hand."
    verdict = Verdict.LOOK if days < CERTIFICATE_LOOK else Verdict.GOOD
    return HealthFinding(
        verdict, f"The certificate ends in {days:.0f} days.", advice if verdict != Verdict.GOOD else ""
    )


def _bucket() -> list[HealthLine]:
    if not settings.MEDIA_BUCKET:
        return []
    from operations.health.bucket import bucket_lines  # needs boto3

    return bucket_lines()


def _integrity(faults: Sequence[Finding]) -> HealthFinding:
    if not faults:
        return HealthFinding(Verdict.GOOD, "All checks of the data found nothing wrong.")
    advice = "manage.py audit_integrity lists them all; docs/runbook.md says what to do."
    return HealthFinding(Verdict.BAD, f"Faults in the data: {len(faults)}. The first: {faults[0].check}.", advice)


def register() -> None:
    register_health_lines("thorough", "Daily checks", last_lines)
