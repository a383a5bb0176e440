"""`manage.py award_badges [--badge SLUG] [--dry-run] [--quiet]`: awards everybody now what they have earned until today."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from pathways.badges import services as badges
from pathways.models import Badge


class Command(BaseCommand):
    help = "Awards badges for what people did before the badges were defined. Without --badge, those that are active."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--badge", metavar="SLUG", help="only this badge; with --dry-run also one that is not active"
        )
        parser.add_argument("--dry-run", action="store_true", help="only show how many people would get what")
        parser.add_argument("--quiet", action="store_true", help="notify nobody")

    def handle(self, *args: Any, badge: str | None, dry_run: bool, quiet: bool, **options: Any) -> None:
        chosen = Badge.objects.filter(is_active=True) if badge is None else Badge.objects.filter(slug=badge)
        if badge is not None and not chosen.exists():
            raise CommandError(f"There is no badge {badge}.")
        if not dry_run:
            chosen = chosen.filter(is_active=True)
            if badge is not None and not chosen.exists():
                raise CommandError(f"The badge {badge} is not active. Activate it, or add --dry-run.")
        now = clock.now()
        due = badges.due_awards(chosen, now)
        for (name, level), people in sorted(Counter((award.badge.slug, award.level) for award in due).items()):
            self.stdout.write(f"{name}, level {level}: {people}")
        if not dry_run:
            badges.make_awards(due, now, is_quiet=quiet)
        self.stdout.write(self.style.SUCCESS(f"{len(due)} {'would be awarded' if dry_run else 'awarded'}."))
