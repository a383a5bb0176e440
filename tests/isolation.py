"""Resets what a test could leave behind in this process and in Redis, where no transaction is rolled back."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.utils import timezone, translation

from core import hour_format, kept, pending_migrations, redis_outage, replica_lag, services, tracing
from core.policies import state as policies

# Left alone: `functools.cache` in the application, whose functions depend on nothing but code and files, and the
# registries that apps fill at start-up, from which a test takes its own entry again.


def forget_earlier_tests() -> None:
    """Empties the cache, closes the circuit breakers and returns to the default zone, language and hour format.

    waffle keeps flags in the cache, also those whose row was rolled back: without this, a page takes one query less, or
    looks different, after a test that asked for the same flag.
    """
    redis_outage.forget()
    replica_lag.forget()
    kept.forget()
    cache.clear()
    services._last_beat.clear()
    policies.keep(policies.PolicyState())
    pending_migrations.forget()
    ContentType.objects.clear_cache()
    timezone.deactivate()
    translation.deactivate()
    hour_format._current.set(hour_format.HourFormat.TWENTY_FOUR)
    tracing.request_id.set("-")
