"""Two CalDAV servers, xandikos and radicale, as processes of their own with one account each."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import requests

NAMES = ("xandikos", "radicale")
USERNAME, PASSWORD = "ada", "app-password-1b2c3d"
START_SECONDS = 120  # long, so that a busy machine fails no test
RADICALE = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""


@dataclass(frozen=True)
class CaldavServer:
    """A running server, as another program that uses the same account sees it."""

    name: str
    port: int
    home: str  # the path of the folder with the account's calendars

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def calendar(self, name: str) -> str:
        return urljoin(self.address, f"{self.home}{name}/")

    def send(self, method: str, address: str, body: str = "", **headers: str) -> requests.Response:
        return requests.request(
            method, urljoin(self.address, address), data=body.encode(), headers=headers, auth=(USERNAME, PASSWORD),
            timeout=30,
        )  # fmt: skip

    def empty(self) -> None:
        """Removes all calendars, and adds one named Family."""
        for path in self.paths(self.home):
            if path.rstrip("/") != self.home.rstrip("/"):
                self.send("DELETE", path)
        self.add_calendar("family", "Family")

    def add_calendar(self, path: str, name: str) -> str:
        body = (
            '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop>'
            f"<d:displayname>{name}</d:displayname></d:prop></d:set></d:propertyupdate>"
        )
        assert self.send("MKCALENDAR", self.calendar(path)).status_code == 201
        answer = self.send("PROPPATCH", self.calendar(path), body, **{"Content-Type": "text/xml"})
        assert answer.status_code == 207, answer.text
        return self.calendar(path)

    def put(self, event: str, *lines: str, calendar: str = "family") -> None:
        """Saves an event under a file name, with its uid."""
        text = "\r\n".join(
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tests//EN", "BEGIN:VEVENT", f"UID:{event}",
             "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""]
        )  # fmt: skip
        answer = self.send("PUT", f"{self.calendar(calendar)}{event}.ics", text, **{"Content-Type": "text/calendar"})
        assert answer.status_code in (201, 204), answer.text

    def remove(self, event: str, calendar: str = "family") -> None:
        assert self.send("DELETE", f"{self.calendar(calendar)}{event}.ics").ok

    def paths(self, folder: str) -> list[str]:
        """Returns the paths of what is in a folder, and its own."""
        answer = self.send("PROPFIND", folder, Depth="1")
        links = ET.fromstring(answer.text).findall("{DAV:}response/{DAV:}href")
        return [link.text or "" for link in links]

    def texts(self, calendar: str = "family") -> list[str]:
        """Returns the events in a calendar, without line folding."""
        own = self.calendar(calendar).removeprefix(self.address.rstrip("/"))
        paths = [path for path in self.paths(own) if path.rstrip("/") != own.rstrip("/")]
        return sorted(self.send("GET", path).text.replace("\r\n", "\n").replace("\n ", "") for path in paths)


@contextmanager
def caldav_server(name: str, folder: Path) -> Iterator[CaldavServer]:
    """Starts a server, and ends it afterwards. Another program may take the port before the server does."""
    for attempt in range(3):
        place = folder / str(attempt)
        place.mkdir()
        server, process = _start(name, _free_port(), place)
        try:
            if _is_open_at_last(server.port, process):
                yield server
                return
        finally:
            process.kill()  # its data are not needed again
            process.wait()
    raise AssertionError((place / "log").read_text())


def _start(name: str, port: int, folder: Path) -> tuple[CaldavServer, subprocess.Popen[bytes]]:
    if name == "xandikos":
        command = ["-m", "xandikos", "serve", "-d", str(folder), "--defaults", "-l", "127.0.0.1", "-p", str(port),
                   "--current-user-principal", "/ada/", "--state-dir", str(folder / "state")]  # fmt: skip
        server = CaldavServer(name, port, "/ada/calendars/")
    else:
        (folder / "users").write_text(f"{USERNAME}:{PASSWORD}\n")
        (folder / "config").write_text(RADICALE.format(port=port, folder=folder))
        command = ["-m", "radicale", "-C", str(folder / "config")]
        server = CaldavServer(name, port, "/ada/")
    with (folder / "log").open("wb") as output:
        process = subprocess.Popen([sys.executable, *command], stdout=output, stderr=output, cwd=folder)
    return server, process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_open_at_last(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Waits until the server answers. False if it has ended."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
