"""Demo data of operations: a builder who asks to be verified, yesterday's errors, and the state of the alarms."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import BuilderProfile
from core.registry import DemoPlan
from marketplace import services as marketplace
from marketplace.models import Moderation
from operations.alarms import services as alarm_services
from operations.models import AlarmState, ErrorCount
from operations.policies import demo as policies


def seed(plan: DemoPlan) -> None:
    """Adds what is missing. No backup of the demo is ever made, so the alarm about backups is on."""
    if not Moderation.objects.filter(asked_at__isnull=False).exists():
        others = BuilderProfile.objects.filter(is_published=True, moderation__verified_at=None)
        builder = others.exclude(user__email="builder@demo.test").order_by("slug").first()
        if builder is not None:
            marketplace.request_verification(profile=builder)
    if not ErrorCount.objects.exists():
        minute = plan.now.replace(second=0, microsecond=0)
        ErrorCount.objects.bulk_create(
            [
                ErrorCount(minute=minute - timedelta(days=7, hours=1), area=ErrorCount.Area.PAGES, count=2),
                ErrorCount(minute=minute - timedelta(days=7, hours=2), area=ErrorCount.Area.TASKS, count=1),
            ]
        )
    if not AlarmState.objects.exists():
        alarm_services.evaluate(plan.now)
    policies.seed(plan)
