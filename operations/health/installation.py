"""The health checks of the installation: settings, secrets, permissions, time-zone data, static files. They take no query."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import Tags, run_checks

from operations.health.registry import HealthFinding, HealthLine, Verdict, register_health_lines

LEAST_SECRET = 50  # characters
CONFIGURATION = "waymark.env"
OLD_ZONES = 18  # months, after which laws of several countries have usually changed


def deployment_settings(now: datetime) -> HealthFinding:
    """Returns what `check --deploy` says of the settings."""
    if settings.DEMO:
        return HealthFinding(Verdict.GOOD, "These are the demo's.")
    messages = run_checks(tags=[Tags.security], include_deployment_checks=True)
    serious = [message for message in messages if message.is_serious()]
    if not messages:
        return HealthFinding(Verdict.GOOD, "They are as production needs them.")
    first = (serious or messages)[0]
    verdict = Verdict.BAD if serious else Verdict.LOOK
    more = f" {len(messages) - 1} more." if len(messages) > 1 else ""
    advice = first.hint or "Correct it in waymark.env; .env.example explains each variable."
    return HealthFinding(verdict, f"{first.msg}{more}", advice)


def secret_key(now: datetime) -> HealthFinding:
    """Says whether the secret is long enough to be one, and whether former ones are still accepted."""
    if settings.DEMO:
        return HealthFinding(Verdict.GOOD, "The demo has its own.")
    if len(settings.SECRET_KEY) < LEAST_SECRET:
        advice = "Set a longer SECRET_KEY, and keep the former one in SECRET_KEY_FALLBACKS until everybody has signed in anew."
        return HealthFinding(Verdict.BAD, f"SECRET_KEY has only {len(settings.SECRET_KEY)} characters.", advice)
    if former := len(settings.SECRET_KEY_FALLBACKS):
        advice = "Encrypted data and sessions of a former secret are still read. Remove it once it has leaked or is not needed."
        return HealthFinding(Verdict.GOOD, f"SECRET_KEY is long enough; {former} former ones are accepted too.", advice)
    return HealthFinding(Verdict.GOOD, "SECRET_KEY is long enough.")


def permissions(now: datetime) -> HealthFinding:
    """Says whether others on the machine can read the site's data, and whether this process can write to it."""
    home, media = Path(settings.WAYMARK_HOME), Path(settings.MEDIA_HOME)
    open_to_others = [
        path
        for path in (home / CONFIGURATION, media)
        if _is_open(path) and (_is_open(home) or home not in path.parents)
    ]
    if media.exists() and not os.access(media, os.W_OK | os.X_OK):
        return HealthFinding(
            Verdict.BAD, f"{media} cannot be written to.", f"Give it to this user: chown -R USER {media}"
        )
    if open_to_others and not settings.DEMO:
        path = open_to_others[0]
        verdict = Verdict.BAD if path.name == CONFIGURATION else Verdict.LOOK
        return HealthFinding(verdict, f"Others on this machine can open {path}.", f"Close it: chmod go= '{path}'")
    return HealthFinding(Verdict.GOOD, "Only the site's user can open its data, and can write to it.")


def _is_open(path: Path) -> bool:
    return path.exists() and path.stat().st_mode & 0o077 != 0


def zones(now: datetime) -> HealthFinding:
    """Says how old the rules of time zones are."""
    try:
        number = metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return HealthFinding(Verdict.BAD, "The package tzdata is missing.", "Install Waymark again, with its packages.")
    year, _, release = number.partition(".")
    months = (now.year - int(year)) * 12 + now.month - 2 * int(release.partition(".")[0] or 1)
    if months > OLD_ZONES:
        advice = "Upgrade Waymark, or the package alone: pip install --upgrade tzdata, then start the site again."
        return HealthFinding(Verdict.LOOK, f"The rules are those of {number}, {months} months old.", advice)
    return HealthFinding(Verdict.GOOD, f"The rules are those of {number}.")


def static_files(now: datetime) -> HealthFinding:
    """Says whether each style, script and font that pages name is there."""
    names = getattr(staticfiles_storage, "hashed_files", None)
    if names is None:
        return HealthFinding(Verdict.GOOD, "They are served from their sources.")
    if not names:
        advice = "Run manage.py collectstatic, or install the wheel again."
        return HealthFinding(Verdict.BAD, f"There are none in {settings.STATIC_ROOT}.", advice)
    wanted = [name for name in names.values() if not name.endswith(".map")]  # only developers load these
    missing = [name for name in wanted if not (Path(settings.STATIC_ROOT) / name).exists()]
    if missing:
        advice = "Run manage.py collectstatic, or install the wheel again."
        return HealthFinding(Verdict.BAD, f"{len(missing)} are missing, the first {missing[0]}.", advice)
    return HealthFinding(Verdict.GOOD, f"All {len(wanted)} are there.")


def installation(now: datetime) -> Sequence[HealthLine]:
    return [
        HealthLine("settings", "Settings", deployment_settings(now)),
        HealthLine("secrets", "Secrets", secret_key(now)),
        HealthLine("permissions", "Permissions", permissions(now)),
        HealthLine("zones", "Time zones", zones(now)),
        HealthLine("static files", "Static files", static_files(now)),
    ]


def register() -> None:
    register_health_lines("installation", "Installation", installation)
