"""Tests reading and checking the environment variables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.embedded.paths import PROJECT
from manage import use_stand_ins
from tests.config.production import PRODUCTION
from tests.servers import command_of_pages

NAMED = "waymark.example,.waymark.example,192.0.2.7,[2001:db8::7]"
OF_COMPOSE = {"POSTGRES_PASSWORD", "WEB_UPSTREAMS", "LIVE_UPSTREAMS"}  # which only docker-compose.yml and Caddy read


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def set_variables(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_a_production_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, **PRODUCTION)

    read = environment.read()

    assert read.demo is False
    assert read.allowed_hosts == ["waymark.example", "www.waymark.example"]
    assert read.site_url == "https://waymark.example"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_a_missing_variable_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    set_variables(monkeypatch, **{name: value for name, value in PRODUCTION.items() if name != missing})

    with pytest.raises(ImproperlyConfigured, match=f"^{missing} not set") as failed:
        environment.read()
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_POOL_MAX", "many"),
        ("DEBUG", "perhaps"),
        ("SITE_URL", "waymark.example"),
        ("LOG_FORMAT", "xml"),
        ("CLAMD_ADDRESS", "tcp://clamd:33l0"),
        ("CLAMD_ADDRESS", "tcp://clamd:70000"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ],
)
def test_an_invalid_variable_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    set_variables(monkeypatch, **PRODUCTION | {name: value})

    with pytest.raises(ImproperlyConfigured) as failed:
        environment.read()
    assert name in str(failed.value)
    assert "secret@" not in str(failed.value)


def test_the_demo_needs_no_other_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, DEMO="1")

    read = environment.read()

    assert read.database_url.startswith("postgres://waymark@")
    assert read.redis_url.startswith("unix:///")
    assert len(read.secret) > 40
    assert read.secret == environment.read().secret, "a restart signs nobody out"


@pytest.mark.parametrize(
    ("pool", "share", "threads"), [("16", 12, 12), ("80", 60, 12), ("8", 6, 6), ("2", 1, 1), ("1", 1, 1)]
)
def test_the_threads_of_the_demo_follow_the_connection_pool(
    monkeypatch: pytest.MonkeyPatch, pool: str, share: int, threads: int
) -> None:
    set_variables(monkeypatch, DEMO="1", DATABASE_POOL_MAX=pool)

    read = environment.read()

    assert (read.database_pool_share, read.page_threads) == (share, threads)


def test_the_threads_of_production_are_no_more_than_the_connections_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    set_variables(monkeypatch, **PRODUCTION)
    command = command_of_pages()

    threads = int(command[command.index("--threads") + 1])

    assert threads <= environment.read().database_pool_share


def test_env_example_names_every_variable_and_no_other() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert named == {name.upper() for name in environment.Environment.model_fields} | OF_COMPOSE


@pytest.mark.slow
def test_a_command_without_configuration_fails_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "DEMO": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert done.stderr.startswith("Waymark cannot start: SECRET_KEY, DATABASE_URL")


def check_deploy(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"} | PRODUCTION | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_check_deploy_passes_in_production_and_fails_with_what_is_unsafe() -> None:
    clean = check_deploy(ALLOWED_HOSTS=NAMED)
    unsafe = check_deploy(ALLOWED_HOSTS="waymark.example,*", TRUSTED_PROXIES="")

    assert clean.returncode == 0, clean.stderr
    assert "0 silenced" in clean.stdout + clean.stderr
    assert unsafe.returncode == 1
    assert "waymark.E003" in unsafe.stderr
    assert "waymark.W004" in unsafe.stderr


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"DEMO": True}, ["waymark.E001"]),
        ({"SITE_URL": "http://waymark.example"}, ["waymark.E002"]),
        *[
            ({"ALLOWED_HOSTS": ["waymark.example", host]}, ["waymark.E003"])
            for host in ("*", ".com", "*.waymark.example", ".")
        ],
        ({"TRUSTED_PROXIES": []}, ["waymark.W004"]),
    ],
)
def test_settings_that_are_unsafe_in_production_are_named(
    settings: Any, changes: dict[str, Any], expected: list[str]
) -> None:
    """The registered checks are run in this process, whose start takes longer than all of them."""
    safe = {
        "DEMO": False, "SITE_URL": "https://waymark.example", "ALLOWED_HOSTS": NAMED.split(","),
        "TRUSTED_PROXIES": ["10.0.0.0/8"],
    }  # fmt: skip
    for name, value in (safe | changes).items():
        setattr(settings, name, value)

    messages = run_checks(tags=["security"], include_deployment_checks=True)

    assert [message.id for message in messages if str(message.id).startswith("waymark.")] == expected


def test_commands_use_the_stand_ins_of_the_demo_that_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "demo-stand-ins.json").write_text(
        '{"STRIPE_API_BASE": "http://127.0.0.1:1/stripe", "SITE_URL": "http://a"}'
    )
    monkeypatch.setenv("WAYMARK_HOME", str(tmp_path))
    monkeypatch.setenv("SITE_URL", "http://mine")
    monkeypatch.setenv("STRIPE_API_BASE", "")
    monkeypatch.delenv("STRIPE_API_BASE")

    use_stand_ins()

    assert os.environ["STRIPE_API_BASE"] == "http://127.0.0.1:1/stripe"
    assert os.environ["SITE_URL"] == "http://mine", "what the environment says comes first"
