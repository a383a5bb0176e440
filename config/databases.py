"""The settings of the databases: PostgreSQL, perhaps behind PgBouncer, and its replicas."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url

from config.environment import Environment
from core.replica_connections import ReplicaConnection

# Django joins the tables of a list in an order that is good already. PostgreSQL tries out all orders of up to eight tables,
# which takes forty times as long as the query itself; with this it tries those of six at a time. And it compiles a query that
# looks long to it, which a table without statistics is enough for: saving the first builders' listings took 1.4 s each.
FOR_SHORT_QUERIES = "-c join_collapse_limit=6 -c jit=off"
REPLICA_WAIT = 1  # seconds for a connection to a replica; the primary is asked after that
# A replica that is gone must not hold up pages, also when its machine dies after it has taken a query: without keepalives, the
# system waits two hours for the answer. ReplicaConnection does the same for one that is there and frozen.
GIVEN_UP_AFTER = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}


def of(env: Environment) -> dict[str, dict[str, Any]]:
    """Returns Django's DATABASES: `default` is the primary, `replica`, `replica2` and so on are its replicas."""
    urls = [env.database_url, *(url.get_secret_value() for url in env.database_replica_url)]
    names = ["default", "replica", *(f"replica{number}" for number in range(2, len(urls)))]
    pool = {"min_size": 1, "max_size": env.database_pool_max, "timeout": 3, "max_lifetime": 600}
    replicas_pool = pool | {"min_size": 0, "timeout": REPLICA_WAIT, "connection_class": ReplicaConnection}
    is_pooled = env.database_pooler == "transaction"
    return {
        name: _database(url, pool if name == "default" else replicas_pool, is_pooled=is_pooled)
        for name, url in zip(names, urls, strict=False)
    }


def direct(env: Environment) -> dict[str, Any]:
    """Returns how PostgreSQL itself is reached, past a pooler, without a pool of this process."""
    return _parsed(direct_url(env.database_url, env.database_direct_url))


def direct_url(url: str, past_the_pooler: str) -> str:
    """Returns the address of the database of `url` on the server of the other, which is the same one if that is empty."""
    if not past_the_pooler:
        return url
    return urlunsplit(urlsplit(past_the_pooler)._replace(path=urlsplit(url).path))


def _database(url: str, pool: dict[str, Any], *, is_pooled: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"pool": pool}
    if pool["timeout"] == REPLICA_WAIT:
        options |= GIVEN_UP_AFTER
    database = _parsed(url)
    if is_pooled:
        # A named cursor and a prepared statement belong to a session, which PgBouncer gives to others after each
        # transaction.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        options["prepare_threshold"] = None
    else:  # PgBouncer takes no options; docs/databases.md says where this is set then
        options["options"] = f"{FOR_SHORT_QUERIES} {database['OPTIONS'].get('options', '')}".strip()
    return {**database, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": {**database["OPTIONS"], **options}}


def _parsed(url: str) -> dict[str, Any]:
    parsed: dict[str, Any] = {**dj_database_url.parse(url), "ENGINE": "django.db.backends.postgresql"}
    return {**parsed, "OPTIONS": parsed.get("OPTIONS", {})}
