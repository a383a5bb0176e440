"""One effect for a request that is sent twice: the first answer is kept for a day, and given again.

The row of a running request is committed before the work, so that a second one finds it; the answer is written
in the transaction that does the work, so that a crash leaves both or neither.
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
LEASE = timedelta(seconds=60)  # a request that is silent for longer has died
LONGEST = 255


def once(request: HttpRequest, *, caller: str, work: Callable[[], BaseModel]) -> HttpResponse:
    """201 with what `work` answers, done once per key and caller; without a key it is simply done.

    `work` runs in a transaction. Whatever it raises frees the key, and is raised.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with transaction.atomic():
            return _created(_plain(work()))
    if not 1 <= len(key) <= LONGEST:
        raise Refused(Refusal.INVALID, fields={HEADER: [f"This takes 1 to {LONGEST} characters."]})
    claimed = _claim(_hash(caller, key), _hash(request.path, request.body.decode("utf-8", "replace")))
    if isinstance(claimed, HttpResponse):
        return claimed
    try:
        with transaction.atomic():
            body = _plain(work())
            if not IdempotencyKey.objects.filter(pk=claimed, answer__isnull=True).update(answer=body):
                raise Refused(Refusal.IN_PROGRESS, retry_after=1)  # so slow that another took over
    except BaseException:
        IdempotencyKey.objects.filter(pk=claimed, answer__isnull=True).delete()
        raise
    return _created(body)


def _claim(key: str, request: str) -> Any:
    """The id of a fresh row for this request, or the answer that an earlier one leads to."""
    mine = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_idempotencykey AS held (id, key, request, answer, leased_until, expires_at)
            VALUES (%(id)s, %(key)s, %(request)s, NULL, clock_timestamp() + make_interval(secs => %(lease)s),
                    clock_timestamp() + make_interval(secs => %(kept)s))
            ON CONFLICT (key) DO UPDATE SET
                id = excluded.id, request = excluded.request, answer = NULL,
                leased_until = excluded.leased_until, expires_at = excluded.expires_at
            WHERE held.expires_at <= clock_timestamp()
               OR (held.answer IS NULL AND held.leased_until <= clock_timestamp() AND held.request = excluded.request)
            RETURNING id
            """,
            {
                "id": mine,
                "key": key,
                "request": request,
                "lease": LEASE.total_seconds(),
                "kept": KEPT_FOR.total_seconds(),
            },
        )
        if cursor.fetchone():
            return mine
    held = IdempotencyKey.objects.filter(key=key).first()
    if held is None:
        raise Refused(Refusal.IN_PROGRESS, retry_after=1)  # it was freed this very moment
    if held.request != request:
        raise Refused(Refusal.IDEMPOTENCY_MISMATCH)
    if held.answer is None:
        raise Refused(Refusal.IN_PROGRESS, retry_after=1)
    again = _created(held.answer)
    again["Idempotent-Replayed"] = "true"
    return again


def _created(body: Any) -> HttpResponse:
    response = JsonResponse(body, status=201)
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(answer: BaseModel) -> Any:
    return json.loads(answer.model_dump_json(by_alias=True))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
