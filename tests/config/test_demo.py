"""Tests `manage.py demo` in a process of its own: starting, crashes of its processes, stopping, ports in use."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import default

import httpx
import pytest
from django.conf import settings

from config.embedded.paths import PROJECT, Instance
from config.embedded.servers import valkey_program
from tests import databases
from tests.environment import MAIL, NUMBER, WORKER, database_url, redis_url

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


class Demo:
    """The command in a process of its own, whose output is read line by line.

    It finds the demo's data, as when it is started again, unless `is_first`: laying them out takes half of its start.
    """

    def __init__(self, *arguments: str, is_first: bool = False, **variables: str) -> None:
        name = f"waymark_demo_{WORKER}"
        if is_first:
            databases.clone(databases.TEMPLATE, name)
        else:
            databases.clone_demo(name)
        # The books of an earlier test, which this database does not know.
        settings.DEMO_STRIPE_FILE.unlink(missing_ok=True)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(name),
            "REDIS_URL": redis_url(os.environ["TEST_REDIS_URL"], NUMBER + 16),
            **variables,
        }
        environment.pop("SITE_URL")
        environment.pop("CELERY_EAGER")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", *arguments],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, seconds: float = 180) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if match := re.search(pattern, self.output):
                return match
            if self.process.poll() is not None and not self.reader.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError(f"never printed {pattern!r}:\n{self.output}")

    def ready(self) -> str:
        return self.wait_for(r"ready after .*?(http://[\d.:]+)/").group(1)

    def stop(self, number: signal.Signals) -> float:
        started_at = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - started_at

    def children(self) -> dict[str, int]:
        """Returns the process ids of web, worker, outbox and beat, by name."""
        listing = subprocess.run(
            ["ps", "-axwwo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        pids = {}
        for line in listing.splitlines():
            pid, parent, command = line.split(None, 2)
            if int(parent) == self.process.pid:
                marks = {"web": "config.serve", "outbox": "outbox@", "worker": " worker ", "beat": "config.beat"}
                name = next((name for name, mark in marks.items() if mark in command), None)
                if name:
                    pids[name] = int(pid)
        return pids


@pytest.fixture
def demo() -> Iterator[Callable[..., Demo]]:
    started: list[Demo] = []

    def start(*arguments: str, is_first: bool = False, **variables: str) -> Demo:
        started.append(Demo(*arguments, is_first=is_first, **variables))
        return started[-1]

    yield start
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()
        demo.reader.join(10)
        assert demo.process.stdout
        demo.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def assert_soon(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def test_a_first_start_with_the_default_port_in_use(demo: Callable[..., Demo]) -> None:
    """Addresses, logins, a crowd, processes that are killed, and Ctrl-C: one start for all, since it is the dearest part."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # another process uses it, which serves the test as well
        running = demo(is_first=True)
        site = running.ready()
    assert "port 8000 is in use, taking" in running.output
    assert not site.endswith(":8000")
    assert_soon(lambda: httpx.get(f"{site}/readyz").json()["status"] == "ready")

    assert_printed_addresses_and_logins_work(running, site)
    assert_soon(lambda: "client@demo.test" in recipients_of_emails_with(f"{site}/me/badges/"), seconds=60)
    assert_serves_two_hundred_at_once(site)
    assert_each_process_is_restarted(running, site)
    assert_stops_while_a_stream_is_open(running, site)


def assert_printed_addresses_and_logins_work(running: Demo, site: str) -> None:
    running.wait_for("Ctrl-C stops everything")
    curls = re.findall(r"curl (?:-H '([^']+)' )?(http\S+)", running.output)
    assert len(curls) == 3
    for header, address in curls:
        headers = dict([header.split(": ", 1)]) if header else {}
        assert httpx.get(address, headers=headers).status_code == 200
    for email in ("client", "builder", "support", "admin"):
        with httpx.Client(base_url=site, follow_redirects=True) as browser:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/account/login/").text)
            assert token
            form = {"login": f"{email}@demo.test", "password": "waymark-demo", "csrfmiddlewaretoken": token.group(1)}
            assert "Sign out" in browser.post("/account/login/", data=form).text or email in ("admin", "support")


def assert_stops_while_a_stream_is_open(running: Demo, site: str) -> None:
    """Sends what Ctrl-C sends, after which the demo and all its processes must end without waiting for the stream."""
    children = running.children()
    assert set(children) == {"web", "worker", "outbox", "beat"}, running.output
    with httpx.Client(timeout=10) as client, client.stream("GET", f"{site}/live/?topics=demo-mail") as stream:
        assert next(stream.iter_lines()) == ": open"

        seconds = running.stop(signal.SIGINT)

    assert seconds < 30, "it waited for the streams"
    assert running.process.returncode == 0
    for pid in children.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def assert_each_process_is_restarted(running: Demo, site: str) -> None:
    """Kills all at once, so that their starts overlap."""
    before = running.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    for name, pid in before.items():
        running.wait_for(f"{name} is gone, starting it again")
        assert_soon(lambda: running.children().get(name, pid) != pid)  # noqa: B023  (called in this turn)
    assert httpx.get(f"{site}/healthz", timeout=60).status_code == 200, "the socket stayed open"


@contextmanager
def redis_at(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a Redis that the test may kill; other tests share theirs."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([valkey_program(Instance("test")), *options], stdout=subprocess.DEVNULL)
    assert_soon(lambda: is_open(port))
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_emails_of_a_booking_are_sent_once_after_worker_and_redis_were_killed(demo: Callable[..., Demo]) -> None:
    """Both are killed before the emails could be sent; once they are back, each email is sent, and sent once.

    At the end the demo is killed, and its web server ends although nothing could tell it to.
    """
    port = free_port()
    with redis_at(port) as first:
        running = demo("--port", str(free_port()), REDIS_URL=f"redis://127.0.0.1:{port}/0")
        site = running.ready()
        running.wait_for("Ctrl-C stops everything")
        builder = httpx.get(f"{site}/api/marketplace/builders/ada-moreno").json()["builder"]["id"]
        today = datetime.now(UTC).date()
        times = f"coachId={builder}&from={today + timedelta(3)}&to={today + timedelta(20)}"
        slots = httpx.get(f"{site}/api/coaching/sessions/available?{times}").json()["availableSlots"]
        types = httpx.get(f"{site}/api/scheduling/sessions/available?builderId={builder}").json()["sessions"]
        free = types[0]
        required = [question for question in free["questions"] if question["required"]]
        answers = {question["id"]: (question["options"] or ["Yes"])[0] for question in required}
        guest = {"name": "Gwen", "email": f"gwen{port}@guests.test"}
        body = {
            "builderId": builder, "sessionTypeId": free["id"], "scheduledTime": slots[0]["startTime"], "guest": guest,
            "customQuestionResponse": answers,
        }  # fmt: skip

        first.kill()
        first.wait()
        for name in ("worker", "outbox"):
            os.kill(running.children()[name], signal.SIGKILL)
        response = httpx.post(f"{site}/api/bookings/create", json=body, timeout=30)

    assert response.status_code == 201, response.text
    reference = response.json()["booking"]["reference"]
    with redis_at(port):
        assert_soon(lambda: len(recipients_of_emails_with(reference)) >= 2, seconds=90)
        assert_soon(lambda: httpx.get(f"{site}/readyz").json()["status"] == "ready", seconds=60)
    assert sorted(recipients_of_emails_with(reference)) == ["builder@demo.test", guest["email"]]

    running.process.kill()
    running.process.wait()
    assert_soon(lambda: is_gone(site))


def recipients_of_emails_with(text: str) -> list[str]:
    """Returns the recipients of the emails that contain this text."""
    emails = [BytesParser(policy=default).parsebytes(path.read_bytes()) for path in MAIL.glob("*.eml")]
    parts = [(str(email["to"]), email.get_body(("plain",))) for email in emails]
    return [to for to, part in parts if part is not None and text in part.get_content()]


def test_a_requested_port_that_is_in_use_is_reported_in_one_line(demo: Callable[..., Demo]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = demo("--port", str(port))
        assert running.process.wait(60) == 1
    running.reader.join(30)

    assert [line for line in running.lines if line] == [
        f"CommandError: Port {port} is in use. Stop what listens there, or choose another with --port."
    ]


def assert_serves_two_hundred_at_once(site: str) -> None:
    def visit(number: int) -> int:
        address = ("/", "/builders/", "/pathways/", "/account/login/")[number % 4]
        return httpx.get(f"{site}{address}", timeout=60).status_code

    with ThreadPoolExecutor(200) as crowd:
        assert list(crowd.map(visit, range(200))) == [200] * 200


def is_gone(site: str) -> bool:
    try:
        httpx.get(f"{site}/healthz", timeout=1)
    except httpx.ConnectError:
        return True
    except httpx.HTTPError:
        return False
    return False
