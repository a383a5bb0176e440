"""Idempotency keys: a request that is sent twice has one effect, and gets the first response again for a day.

The row of a running request is committed before the work, so that a second request finds it. The response is saved in
the transaction of the work, so that a crash leaves both or neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import BaseModel

from core.errors import Refusal, Refused
from core.ids import uuid7
from core.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)  # after this long without a response, the process of the request is taken to have died
MAX_LENGTH = 255


def once(request: HttpRequest, *, caller: str, work: Callable[[], BaseModel]) -> HttpResponse:
    """Calls `work` once per key and caller and returns 201 with its result; without a key, it just calls it.

    With a key, `work` runs in the transaction that saves its result. An exception of it frees the key and is raised
    again.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return _created(work().model_dump(mode="json", by_alias=True))
    if not 1 <= len(key) <= MAX_LENGTH:
        raise Refused(Refusal.INVALID, fields={HEADER: [f"This must have 1 to {MAX_LENGTH} characters."]})
    claimed = _claim(_hash(caller, key), _hash(request.path, request.body.decode("utf-8", "replace")))
    if isinstance(claimed, HttpResponse):
        return claimed
    try:
        with transaction.atomic():
            body = _plain(work())
            if not IdempotencyKey.objects.filter(pk=claimed, answer__isnull=True).update(answer=body):
                raise Refused(Refusal.IN_PROGRESS, retry_after=1)  # it took so long that another request took over
    except BaseException:
        IdempotencyKey.objects.filter(pk=claimed, answer__isnull=True).delete()
        raise
    return _created(body)


def _claim(key: str, request: str) -> Any:
    """Returns the id of a new row for this request, or the saved response of an earlier one.

    Refuses if the earlier request is still running, or was another request with the same key.
    """
    row_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_idempotencykey AS existing (id, key, request, answer, leased_until, expires_at)
            VALUES (%(id)s, %(key)s, %(request)s, NULL, clock_timestamp() + make_interval(secs => %(lease)s),
                    clock_timestamp() + make_interval(secs => %(kept)s))
            ON CONFLICT (key) DO UPDATE SET
                id = excluded.id, request = excluded.request, answer = NULL,
                leased_until = excluded.leased_until, expires_at = excluded.expires_at
            WHERE existing.expires_at <= clock_timestamp()
               OR (existing.answer IS NULL AND existing.leased_until <= clock_timestamp()
                   AND existing.request = excluded.request)
            RETURNING id
            """,
            {
                "id": row_id,
                "key": key,
                "request": request,
                "lease": LEASE.total_seconds(),
                "kept": KEPT_FOR.total_seconds(),
            },
        )
        if cursor.fetchone():
            return row_id
    existing = IdempotencyKey.objects.filter(key=key).first()
    if existing is None:
        raise Refused(Refusal.IN_PROGRESS, retry_after=1)  # the key was freed since the INSERT
    if existing.request != request:
        raise Refused(Refusal.IDEMPOTENCY_MISMATCH)
    if existing.answer is None:
        raise Refused(Refusal.IN_PROGRESS, retry_after=1)
    response = _created(existing.answer)
    response["Idempotent-Replayed"] = "true"
    return response


def _created(body: Any) -> HttpResponse:
    response = JsonResponse(body, status=201)
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(answer: BaseModel) -> Any:
    return json.loads(answer.model_dump_json(by_alias=True))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
