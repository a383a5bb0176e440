"""Fixtures: servers for the whole run, a cloned database for each worker, the people of the tests, their browsers."""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import hypothesis
import pytest
import redis
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from accounts.roles import Role
from config import assets
from config.embedded import Instance, lease
from tests import caldav_servers, databases, environment, s3_server
from tests.caldav_servers import CaldavServer, caldav_server
from tests.cast import make_builder_person, make_person, make_staff
from tests.hangs import keep_stderr
from tests.isolation import forget_earlier_tests
from tests.order import dealt, groups, is_about_servers, is_journey, rank
from tests.pooler import pgbouncer
from tests.signing_in import use_quick_sign_in

SERVERS = contextlib.ExitStack()  # those of the whole run: S3 with `--files=s3`, and PgBouncer

gc.disable()  # while modules are imported and tests are collected
use_quick_sign_in()

# Neither chance nor a busy machine decides whether a landing passes: the examples are the same each time, however long one
# takes. `make test-deep` looks for new ones.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("new", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--files",
        choices=["folder", "s3"],
        default="folder",
        help="where all tests keep people's files: s3 is a bucket",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Starts the embedded servers and creates the template databases, in the controller and not in its workers."""
    keep_stderr(config)
    if hasattr(config, "workerinput"):
        return
    rmtree(environment.MAIL, ignore_errors=True)  # the demo's tests read all emails that are there
    if environment.embedded():
        lease(Instance("test"))
    assets.refresh()
    databases.make_templates()
    if config.getoption("files") == "s3":
        os.environ[s3_server.ADDRESS] = SERVERS.enter_context(s3_server.s3_server())
        os.environ.update(s3_server.environment_of(os.environ[s3_server.ADDRESS], f"files/{environment.WORKER}"))
    if environment.IS_POOLED:
        SERVERS.enter_context(pgbouncer(environment.pooler_folder(), os.environ["TEST_SERVER"]))


def pytest_unconfigure() -> None:
    SERVERS.close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out modules of long tests where slow tests are not wanted, so that no worker imports them."""
    is_left_out = is_journey(collection_path) and config.getoption("markexpr").startswith("not slow")
    return True if is_left_out else None  # None: pytest decides


def pytest_itemcollected(item: pytest.Item) -> None:
    if is_journey(item.path):
        item.add_marker("slow")
        item.add_marker("journey")
    if is_about_servers(item.path):
        item.add_marker("servers")


@pytest.hookimpl(trylast=True)  # after the markers are set, and what is not selected is left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("deep") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(0))
    items.sort(key=rank)
    count = sum(rank(item) < 2 for item in items)
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = dealt(groups(items[:count]), items[count:], workers)


def pytest_collection_finish() -> None:
    """Lets the collector skip what was imported, which saved an eighth of the time of the tests."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


def close_connections() -> None:
    """Closes this thread's connection and the pool that it belongs to."""
    connection.close()
    database: Any = connection
    database.close_pool()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces pytest-django's fixture: this worker's database is a clone of the migrated template."""
    name = f"waymark_{environment.WORKER}"
    databases.clone(databases.TEMPLATE, name)
    with django_db_blocker.unblock():
        redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
    yield
    with django_db_blocker.unblock():
        close_connections()
    databases.drop(name)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Lets a test commit, for threads and other processes; the database is cloned again afterwards."""
    with django_db_blocker.unblock():
        yield
        close_connections()
    databases.clone(databases.TEMPLATE, f"waymark_{environment.WORKER}")


@pytest.fixture(scope="module")
def committed_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Does the same as `committed`, once for all tests of a module; each test creates the people it needs."""
    with django_db_blocker.unblock():
        yield
        close_connections()
    databases.clone(databases.TEMPLATE, f"waymark_{environment.WORKER}")


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaldavServer]:
    with caldav_server("xandikos", tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaldavServer]:
    with caldav_server("radicale", tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(params=caldav_servers.NAMES)
def caldav(request: pytest.FixtureRequest, settings: Any) -> CaldavServer:
    """Returns each of the two servers, to which Waymark may connect, with one empty calendar named Family."""
    server: CaldavServer = request.getfixturevalue(request.param)
    settings.CALENDARS_TRUSTED = [f"127.0.0.1:{server.port}"]
    server.empty()
    return server


@pytest.fixture
def ada(db: None) -> User:
    """Returns Ada, a builder."""
    return make_builder_person("Ada Moreno", headline="App coach for first releases")


@pytest.fixture
def cleo(db: None) -> User:
    """Returns Cleo, a client."""
    return make_person("Cleo Park")


@pytest.fixture
def suri(db: None) -> User:
    """Returns Suri, who has the support role."""
    return make_staff("Suri Support", Role.SUPPORT)


@pytest.fixture
def alex(db: None) -> User:
    """Returns Alex, an admin."""
    return make_staff("Alex Admin", Role.ADMIN)


@pytest.fixture
def browser_of() -> Callable[[User | None], Client]:
    """Returns a function that opens a browser in which a person is signed in, or nobody for None."""

    def open_browser(person: User | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return open_browser


@pytest.fixture
def adas(client: Client, ada: User) -> Client:
    """Returns a browser in which Ada, the builder, is signed in."""
    client.force_login(ada)
    return client


@pytest.fixture
def cleos(client: Client, cleo: User) -> Client:
    """Returns a browser in which Cleo, the client, is signed in."""
    client.force_login(cleo)
    return client


@pytest.fixture
def confirmed() -> Callable[[User], Client]:
    """Returns a function that opens a browser in which a person has just confirmed their password."""

    def open_browser(person: User) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return open_browser


@pytest.fixture(autouse=True)
def isolation() -> None:
    """Lets each test begin with an empty cache and nothing that an earlier one left in this process."""
    forget_earlier_tests()


@pytest.fixture(autouse=True)
def media_folder(tmp_path: Path, settings: Any, request: pytest.FixtureRequest) -> Path:
    """Gives each test a place of its own for files: a folder, or one in a bucket with `--files=s3`."""
    settings.MEDIA_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "public"
    settings.PRIVATE_ROOT = tmp_path / "private"
    if request.config.getoption("files") == "s3":
        request.getfixturevalue("bucket")
    return tmp_path


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Returns the address of an S3 server: that of the whole run, or one of this worker."""
    if address := os.environ.get(s3_server.ADDRESS):
        yield address
        return
    with s3_server.s3_server() as address:
        yield address


@pytest.fixture
def bucket(s3_address: str, settings: Any) -> str:
    """Lets this test keep its files in a bucket, in a folder of its own, and returns the folder."""
    return s3_server.use_bucket(settings, s3_address)


@pytest.fixture(autouse=True)
def mail_folder(tmp_path: Path, settings: Any) -> Path:
    """Gives each test a folder of its own for emails."""
    settings.EMAIL_BACKEND = "core.demo_mail.FolderBackend"
    settings.DEMO_MAIL_FOLDER = tmp_path / "mail"
    return tmp_path / "mail"
