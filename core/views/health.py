"""Health checks and metrics: /healthz, /readyz and /metrics."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

import redis
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from core import clock
from core import metrics as numbers
from core.access import public
from core.draining import is_draining
from core.models import Heartbeat
from core.pending_migrations import pending_migrations
from core.redis_outage import CLIENT_OPTIONS
from core.requests import exact_address

PROCESSES = ("worker", "outbox", "beat")
SILENCE = timedelta(seconds=45)  # after several missed heartbeats a process counts as down


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answers 200 while the process runs, and 503 once it is about to stop, so that a proxy chooses another one."""
    if is_draining():
        return _draining()
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answers 503 without PostgreSQL, with migrations to run, or before it stops; others that are down degrade it."""
    if is_draining():
        return _draining()
    try:
        migrated = _is_migrated()
        processes = _process_states() if migrated else {}
        postgres = "up"
    except DatabaseError:
        postgres, migrated, processes = "down", False, {}
    state = {
        "postgres": postgres,
        "migrations": "applied" if migrated else "pending" if postgres == "up" else "unknown",
        "redis": _redis_state(),
        **{name: processes.get(name, "down") for name in PROCESSES},
    }
    ready = postgres == "up" and migrated
    degraded = any(state[name] == "down" for name in ("redis", *PROCESSES))
    status = ("degraded" if degraded else "ready") if ready else "unavailable"
    response = JsonResponse({"status": status, "degraded": degraded, **state}, status=200 if ready else 503)
    response["Cache-Control"] = "no-store"
    return response


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Returns the metrics for Prometheus, to requests from this machine or with METRICS_TOKEN."""
    if not _may_read_metrics(request):
        raise PermissionDenied
    return HttpResponse(numbers.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _draining() -> JsonResponse:
    response = JsonResponse({"status": "draining"}, status=503, headers={"Cache-Control": "no-store"})
    setattr(response, "_has_been_logged", True)  # noqa: B010  (Django's types lack it; this 503 is no error)
    return response


def _may_read_metrics(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(token, settings.METRICS_TOKEN):
        return True
    try:
        return ip_address(exact_address(request)).is_loopback and "X-Forwarded-For" not in request.headers
    except ValueError:
        return False


def _is_migrated() -> bool:
    """Whether all migrations are applied. Once they are, later calls only check the connection."""
    connection.ensure_connection()
    return not pending_migrations()


def _process_states() -> dict[str, str]:
    now = clock.now()
    return {beat.name: "up" if now - beat.seen_at < SILENCE else "down" for beat in Heartbeat.objects.all()}


def _redis_state() -> str:
    client = redis.Redis(connection_pool=redis.ConnectionPool.from_url(settings.REDIS_URL, **CLIENT_OPTIONS))
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "down"
    finally:
        client.close()
    return "up"
