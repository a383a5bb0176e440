"""`manage.py why_not BUILDER START [--session TITLE]`: which rules remove a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.queries import public_builder
from core import clock
from scheduling.preview import booked_beside, reasons_for
from scheduling.services import schedule_of


class Command(BaseCommand):
    help = "Says why a time cannot be booked. BUILDER is a slug or an id, START such as 2027-03-14T10:00."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("builder")
        parser.add_argument("start")
        parser.add_argument("--session", default="", help="part of a session type's title; the first one without")

    def handle(self, *args: Any, **options: Any) -> None:
        profile = public_builder(options["builder"])
        if profile is None:
            raise CommandError(f"There is no builder {options['builder']}.")
        session = profile.user.session_types.filter(is_active=True, title__icontains=options["session"]).first()
        if session is None:
            raise CommandError("There is no such session type.")
        schedule = schedule_of(profile.pk)
        try:
            start = datetime.fromisoformat(options["start"])
        except ValueError:
            raise CommandError(f"{options['start']} is not a time. Write it like 2027-03-14T10:00.") from None
        if start.tzinfo is None:
            start = start.replace(tzinfo=ZoneInfo(schedule.timezone if schedule else profile.user.timezone))
        reasons = reasons_for(session, start, clock.now())
        site = "" if settings.DEMO else settings.SITE_URL  # the demo's port is not known here
        self.stdout.write(f"{session.title}, {start:%A %-d %B %Y, %H:%M} ({start.tzinfo})")
        for reason in reasons:
            self.stdout.write(f"  {reason.rule}: {reason.for_builder}")
        for beside in booked_beside(session, start, clock.now()) if reasons else ():
            for booking in beside.bookings:
                page = f"{site}{booking.page}"
                self.stdout.write(f"  {beside.session.session_type} with {booking.client}: {page}")
        if not reasons:
            self.stdout.write("  It can be booked.")
