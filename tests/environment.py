"""Sets the environment variables of the tests before the settings read them. Imported first, by tests/settings.py."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.embedded.paths import PROJECT, Instance
from tests import pooler

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
MEDIA = PROJECT / "var" / "media-of-tests"
MAIL = PROJECT / "var" / "mail-of-tests"  # the emails of the servers that tests start
DEMO_MEDIA = MEDIA / "demo"  # the files of the demo template
IS_POOLED = os.environ.get("DATABASE_POOLER") == "transaction"  # then all goes through PgBouncer, but what cannot
NUMBER = int(WORKER.removeprefix("gw")) if WORKER.startswith("gw") else 15


def prepare() -> None:
    """Gives this worker a database and a Redis number of its own, on the configured servers or the embedded ones."""
    instance = Instance("test")
    os.environ["EMBEDDED_INSTANCE"] = "test"
    os.environ["DEMO"] = "1"
    database_server = os.environ.setdefault(
        "TEST_DATABASE_URL", os.environ.get("DATABASE_URL") or instance.database_url
    )
    redis_server = os.environ.setdefault("TEST_REDIS_URL", os.environ.get("REDIS_URL") or instance.redis_url)
    os.environ["TEST_SERVER"] = maintenance(database_server)
    os.environ["DATABASE_URL"] = database_url(f"waymark_{WORKER}")
    if IS_POOLED:
        os.environ["DATABASE_DIRECT_URL"] = direct_url(f"waymark_{WORKER}")
    os.environ["REDIS_URL"] = redis_url(redis_server, NUMBER)
    os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
    os.environ["SITE_URL"] = "http://testserver"
    os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
    os.environ["LIVE_CHANNEL"] = WORKER
    os.environ["CELERY_EAGER"] = "1"
    os.environ["DATABASE_POOL_MAX"] = "80"  # the races need a connection each
    os.environ["MEDIA_ROOT"] = str(MEDIA / WORKER)
    if os.environ.get("TEST_S3_ADDRESS"):  # of `--files=s3`
        os.environ["MEDIA_BUCKET"] = f"files/{WORKER}"
    os.environ["LOG_LEVEL"] = "ERROR"


def embedded() -> bool:
    instance = Instance("test")
    return (
        instance.database_url == os.environ["TEST_DATABASE_URL"] or instance.redis_url == os.environ["TEST_REDIS_URL"]
    )


def database_url(name: str) -> str:
    """Returns the address of a database as the site opens it: through PgBouncer, if the tests run over it."""
    if IS_POOLED:
        user = urlsplit(os.environ["TEST_DATABASE_URL"]).username or "waymark"
        return pooler.url_of(pooler_folder(), user, name)
    return direct_url(name)


def database_variables(name: str) -> dict[str, str]:
    """Returns the variables by which a site with an environment of its own opens a database."""
    behind = {"DATABASE_POOLER": "transaction", "DATABASE_DIRECT_URL": direct_url(name)} if IS_POOLED else {}
    return {"DATABASE_URL": database_url(name), **behind}


def pooler_folder() -> Path:
    """Returns the folder of PgBouncer's socket, beside those of the embedded servers."""
    return Instance("test").sockets.with_name(f"{Instance('test').sockets.name}-pooler")


def direct_url(name: str) -> str:
    """Returns the address of a database on PostgreSQL itself."""
    parts = urlsplit(os.environ["TEST_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def maintenance(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))


def redis_url(url: str, number: int) -> str:
    """Returns the URL with another database number."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
