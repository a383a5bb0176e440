"""`python tests/wheel_trial.py WHEEL FOLDER`: upgrades an installed wheel to one with one more migration, and goes back.

`.ci/run` calls it with the Python of an environment in which the wheel is installed. It takes a minute, most of it for
installing the second wheel, so it is no part of `make test`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

MIGRATION = """\
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("operations", "{last}")]
    operations = [migrations.RunSQL("CREATE TABLE operations_trial (id bigint)", "DROP TABLE operations_trial")]
"""
FOLDER = "waymark/project/operations/migrations"


def second_wheel(wheel: Path, folder: Path) -> Path:
    """Writes the same wheel with a higher version and one migration more, and returns its path."""
    _, version, rest = wheel.name.split("-", 2)
    newer = f"{version}.1"
    target = folder / f"waymark-{newer}-{rest}"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        last = max(Path(name).stem for name in source.namelist() if name.startswith(f"{FOLDER}/0"))
        files = {name: source.read(name) for name in source.namelist() if not name.endswith("/RECORD")}
        files[f"{FOLDER}/0999_trial.py"] = MIGRATION.format(last=last).encode()
        record = ""
        for name, content in files.items():
            if name.endswith(".dist-info/METADATA"):
                changed = content.replace(f"\nVersion: {version}\n".encode(), f"\nVersion: {newer}\n".encode())
            else:
                changed = content
            place = name.replace(f"waymark-{version}.dist-info", f"waymark-{newer}.dist-info")
            digest = base64.urlsafe_b64encode(hashlib.sha256(changed).digest()).rstrip(b"=").decode()
            record += f"{place},sha256={digest},{len(changed)}\n"
            written.writestr(place, changed)
        written.writestr(f"waymark-{newer}.dist-info/RECORD", f"{record}waymark-{newer}.dist-info/RECORD,,\n")
    return target


class Site:
    """A site of its own that the installed wheel serves."""

    def __init__(self, home: Path) -> None:
        self.environment = {**os.environ, "WAYMARK_HOME": str(home)}
        self.program = Path(sys.executable).with_name("waymark")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        self.run("init", "http://localhost")
        configuration = home / "waymark.env"
        configuration.write_text(configuration.read_text().replace("EMAIL_URL=", "EMAIL_URL=smtp://127.0.0.1:9"))
        self.process = subprocess.Popen([self.program, "serve", "--port", self.port], env=self.environment)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        print(f"waymark {' '.join(arguments)}\n{done.stdout}{done.stderr}", flush=True)
        assert done.returncode == 0, f"it ended with {done.returncode}"
        return done.stdout

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                request = urllib.request.Request(f"http://127.0.0.1:{self.port}/readyz", headers={"Host": "localhost"})
                urllib.request.urlopen(request, timeout=10).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
            else:
                return
        raise AssertionError("the site does not answer")


def main(wheel: Path, folder: Path) -> None:
    version = wheel.name.split("-")[1]
    site = Site(folder / "home of the site")
    try:
        site.wait_until_ready()
        site.run("upgrade", str(second_wheel(wheel, folder)))
        site.wait_until_ready()
        assert site.run("--version").strip() == f"Waymark {version}.1"
        assert "[X] 0999_trial" in site.run("manage", "showmigrations", "operations")
        site.run("rollback", "--yes")
        site.wait_until_ready()
        assert site.run("--version").strip() == f"Waymark {version}"
        assert "0999_trial" not in site.run("manage", "showmigrations", "operations")
    finally:
        site.process.send_signal(signal.SIGTERM)
        site.process.wait(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
