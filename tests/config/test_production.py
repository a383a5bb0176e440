"""Tests what production uses: hashed static files, secure cookies, the compose file and the Dockerfile."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import environment
from config.embedded.paths import PROJECT
from tests.config.production import PRODUCTION

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())

# To compress these, to which no other file refers, takes four fifths of the time.
LARGE_FILES = ("swagger-ui*", "countries-*.json", "planner.js*", "week.js*", "map.js*", "xregexp*", "htmx-2.js")


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"} | PRODUCTION | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_collected_static_files_are_hashed_and_compressed(tmp_path: Path) -> None:
    ignored = [argument for name in LARGE_FILES for argument in ("--ignore", name)]
    done = manage("collectstatic", "--noinput", "--verbosity=0", *ignored, STATIC_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr

    (styles,) = tmp_path.glob("css/site.????????????.css")
    (script,) = tmp_path.glob("js/site.????????????.js")
    assert re.search(r"fraunces-latin\.[0-9a-f]{12}\.woff2", styles.read_text())
    for path in (styles, script):
        assert path.with_name(f"{path.name}.gz").exists()
        assert path.with_name(f"{path.name}.br").exists()


@pytest.mark.slow
def test_cookies_are_secure_and_named_for_their_host() -> None:
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "DEBUG", "DEMO"]
    script = f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "config.settings"} | PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "['__Host-session', '__Host-csrf', True, 63072000, False, False]"


def test_compose_has_every_service_with_its_dependencies_and_volumes() -> None:
    assert set(COMPOSE["services"]) == {
        "proxy", "migrate", "web", "live", "worker", "outbox", "beat", "postgres", "redis",
    }  # fmt: skip
    for name, service in COMPOSE["services"].items():
        for needed in service.get("depends_on", {}):
            assert needed in COMPOSE["services"], f"{name} waits for {needed}, which does not exist"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (PROJECT / source).exists()


def test_every_process_waits_for_the_migrations() -> None:
    for name in ("web", "live", "worker", "outbox", "beat"):
        condition = COMPOSE["services"][name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_compose_sets_only_variables_that_exist() -> None:
    known = {name.upper() for name in environment.Environment.model_fields}

    for name in ("migrate", "web", "live", "worker", "outbox", "beat"):
        assert set(COMPOSE["services"][name]["environment"]) <= known
