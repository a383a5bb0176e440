"""Tests the command `waymark`: its home and configuration, the unit of systemd, and serving a site with TLS."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
import urllib.request
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command

from config.embedded.paths import PROJECT
from tests import databases
from tests.config.command import waymark
from tests.config.production import PRODUCTION
from tests.environment import NUMBER, WORKER, database_variables, redis_url
from waymark.home import HomeFailed, folder_of, read_configuration, write_configuration


def test_the_first_configuration_names_the_site_and_has_a_secret_of_its_own(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, "https://sessions.example:8443")

    variables = read_configuration(tmp_path)
    assert variables["SITE_URL"] == "https://sessions.example:8443"
    assert variables["ALLOWED_HOSTS"] == "sessions.example"
    assert len(variables["SECRET_KEY"]) >= 50
    assert path.stat().st_mode & 0o077 == 0, "only its owner reads the secret"


def test_a_configuration_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, "https://sessions.example")
    before = path.read_text()

    with pytest.raises(HomeFailed, match="is there already"):
        write_configuration(tmp_path, "https://other.example")

    assert path.read_text() == before


def test_a_line_that_is_no_variable_is_named(tmp_path: Path) -> None:
    (tmp_path / "waymark.env").write_text("# mail\nEMAIL_URL=smtp://mail.example\nnot a variable\n")

    with pytest.raises(HomeFailed, match="line 3"):
        read_configuration(tmp_path)


def test_a_configuration_that_an_editor_of_windows_has_saved_is_read(tmp_path: Path) -> None:
    (tmp_path / "waymark.env").write_bytes(b"\xef\xbb\xbf# mail\r\nEMAIL_URL=smtp://mail.example\r\n")

    assert read_configuration(tmp_path) == {"EMAIL_URL": "smtp://mail.example"}


def test_the_home_is_where_the_platform_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYMARK_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    monkeypatch.setattr(sys, "platform", "linux")

    assert folder_of("waymark") == Path("/srv/data/waymark")


@pytest.mark.slow
def test_commands_say_what_is_missing(tmp_path: Path) -> None:
    unconfigured = waymark("serve", home=tmp_path)
    assert unconfigured.returncode == 1
    assert "Write it with: waymark init https://your.site" in unconfigured.stderr

    assert waymark("fly", home=tmp_path).returncode == 2

    assert waymark("init", "https://sessions.example", home=tmp_path).returncode == 0
    without_mail = waymark("serve", home=tmp_path)
    assert without_mail.returncode == 1
    assert f"EMAIL_URL not set. Enter it in {tmp_path / 'waymark.env'}" in without_mail.stderr

    refused = waymark("demo", home=tmp_path)
    assert "is the home of a site" in refused.stderr


@pytest.mark.slow
def test_the_unit_starts_the_site_of_this_home(tmp_path: Path) -> None:
    home = tmp_path / "home of the site"
    printed = waymark("systemd", "--caddy", home=home, **PRODUCTION).stdout

    assert f'Environment="WAYMARK_HOME={home}"' in printed
    assert re.search(r"^ExecStart=.*waymark serve --caddy$", printed, re.MULTILINE)

    with_files = waymark("systemd", "--certificate", "chain.pem", "--key=key.pem", home=home, **PRODUCTION).stdout
    assert f"serve --certificate {PROJECT}/chain.pem --key={PROJECT}/key.pem\n" in with_files


@pytest.mark.slow
def test_the_unit_of_a_process_on_one_of_several_machines_is_valid_for_this_home(tmp_path: Path) -> None:
    shared = {**PRODUCTION, "MEDIA_BUCKET": "files", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}

    unit = waymark("systemd", "web", "--port", "8010", home=tmp_path, **shared).stdout
    target = waymark("systemd", "target", home=tmp_path, **shared).stdout

    assert f"\nEnvironmentFile={tmp_path}/waymark.env\n" in unit
    assert re.search(r"^ExecStart=.*waymark run web --port 8010$", unit, re.MULTILINE)
    assert "ReadWritePaths" not in unit
    assert "WantedBy=waymark.target" in unit
    if shutil.which("systemd-analyze"):
        (tmp_path / "waymark.target").write_text(target)
        (tmp_path / "waymark-web.service").write_text(unit)
        files = [tmp_path / "waymark.target", tmp_path / "waymark-web.service"]
        done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
        assert [line for line in done.stderr.splitlines() if "waymark" in line] == []


@pytest.mark.slow
def test_several_machines_need_a_database_and_files_that_they_share(tmp_path: Path) -> None:
    alone = {name: value for name, value in PRODUCTION.items() if name not in ("DATABASE_URL", "REDIS_URL")}

    without_servers = waymark("systemd", "worker", home=tmp_path, **alone)
    without_files = waymark("systemd", "worker", home=tmp_path, **PRODUCTION)
    shared = waymark("systemd", "worker", home=tmp_path, **PRODUCTION, MEDIA_ROOT=f"{tmp_path}/shared files")

    assert (without_servers.returncode, without_files.returncode) == (1, 1)
    assert "DATABASE_URL and REDIS_URL" in without_servers.stderr
    assert "MEDIA_BUCKET" in without_files.stderr
    assert f'\nReadWritePaths="{tmp_path}/shared files"\n' in shared.stdout


@pytest.mark.parametrize("hidden", ["", "files", "Python"])
def test_a_unit_sees_what_it_needs_of_the_home_folders(
    hidden: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    files = "/home/waymark/files" if hidden == "files" else "/srv/files"
    settings.MEDIA_BUCKET, settings.MEDIA_HOME = "", Path(files)
    monkeypatch.delenv("EMBEDDED_INSTANCE", raising=False)
    monkeypatch.setenv("MEDIA_ROOT", files)
    monkeypatch.setenv("WAYMARK_COMMAND", "/usr/bin/env")  # any program outside of the home folders
    monkeypatch.setattr(sys, "base_prefix", "/home/waymark/.local/python" if hidden == "Python" else "/usr")
    unit = StringIO()

    call_command("systemd", "worker", stdout=unit)

    assert f"\nReadWritePaths={files}\n" in unit.getvalue()
    assert f"\nProtectHome={'read-only' if hidden else 'true'}\n" in unit.getvalue()


def test_a_wheel_contains_every_app() -> None:
    build = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]

    included = build["force-include"]
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "waymark"}
    assert included.keys() == packages | {
        "templates",
        "manage.py",
        "staticfiles",
        "deploy/Caddyfile",
        "deploy/systemd",
        "docs/runbook.md",
    }
    assert all(target == f"waymark/project/{source}" for source, target in included.items())


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Writes a certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_a_site_is_served_with_tls_and_stops_as_a_whole(tmp_path: Path) -> None:
    name = f"waymark_site_{WORKER}"
    databases.clone(databases.TEMPLATE, name)
    certificate, key = self_signed(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        served = probe.getsockname()[1]
    variables = PRODUCTION | database_variables(name)
    variables |= {
        "REDIS_URL": redis_url(os.environ["TEST_REDIS_URL"], NUMBER + 16),
        "SITE_URL": f"https://localhost:{served}",
        "ALLOWED_HOSTS": "localhost",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "waymark", "serve", "--port", str(served), "--certificate", certificate, "--key", key],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(tmp_path)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        trusted = ssl.create_default_context(cafile=str(certificate))
        answer = wait_for_answer(process, f"https://localhost:{served}/readyz", trusted)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert output.rstrip().endswith("stopped")


def wait_for_answer(process: subprocess.Popen[str], address: str, trusted: ssl.SSLContext) -> HTTPResponse:
    """Asks until the site answers 200, and returns its answer."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer: HTTPResponse = urllib.request.urlopen(address, timeout=10, context=trusted)
        except OSError:
            time.sleep(0.2)
        else:
            return answer
    raise AssertionError(f"{address} never answered")
