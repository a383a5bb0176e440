"""Is the process up, and is it ready for work?"""

from __future__ import annotations

import threading
from datetime import timedelta
from ipaddress import ip_address

import redis
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from core import clock
from core import metrics as numbers
from core.access import public
from core.models import Heartbeat
from core.requests import exact_address

SILENCE = timedelta(seconds=45)  # several missed heartbeats
_migrated = threading.Event()


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only without PostgreSQL or with migrations to run; the rest is named and merely degrades."""
    try:
        migrated = _is_migrated()
        hearts = _hearts() if migrated else {}
        postgres = "up"
    except DatabaseError:
        postgres, migrated, hearts = "down", False, {}
    state = {
        "postgres": postgres,
        "migrations": "applied" if migrated else "pending" if postgres == "up" else "unknown",
        "redis": _redis(),
        "worker": hearts.get("worker", "down"),
        "beat": hearts.get("beat", "down"),
    }
    ready = postgres == "up" and migrated
    degraded = any(state[name] == "down" for name in ("redis", "worker", "beat"))
    status = ("degraded" if degraded else "ready") if ready else "unavailable"
    response = JsonResponse({"status": status, "degraded": degraded, **state}, status=200 if ready else 503)
    response["Cache-Control"] = "no-store"
    return response


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: from this machine itself, or with the token that the environment names."""
    if not _may_measure(request):
        raise PermissionDenied
    return HttpResponse(numbers.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_measure(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(told, settings.METRICS_TOKEN):
        return True
    try:
        return ip_address(exact_address(request)).is_loopback and "X-Forwarded-For" not in request.headers
    except ValueError:
        return False


def _is_migrated() -> bool:
    """Whether nothing is left to apply; asked until it is so, then remembered: code never un-migrates."""
    if _migrated.is_set():
        connection.ensure_connection()
        return True
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        _migrated.set()
    return _migrated.is_set()


def _hearts() -> dict[str, str]:
    now = clock.now()
    return {heart.name: "up" if now - heart.seen_at < SILENCE else "down" for heart in Heartbeat.objects.all()}


def _redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "down"
    finally:
        client.close()
    return "up"
