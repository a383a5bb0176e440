"""With Redis away the cache forgets; it never fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.cache import ForgivingRedisCache


@pytest.fixture(autouse=True)
def breaker() -> Iterator[None]:
    yield
    ForgivingRedisCache._paused_until = 0.0


def cache_at(address: str) -> ForgivingRedisCache:
    return ForgivingRedisCache(address, {})


def test_it_remembers_while_redis_is_there(settings: object) -> None:
    cache = cache_at(settings.REDIS_URL)  # type: ignore[attr-defined]
    cache.set("a", 1)

    assert cache.get("a") == 1


def test_it_forgets_while_redis_is_away() -> None:
    cache = cache_at("unix:///nowhere/redis.sock")

    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True, "nobody has it, as far as anyone can know"
    assert cache.delete("a") is False


def test_after_a_failure_nothing_is_asked_for_a_while(settings: object) -> None:
    cache_at("unix:///nowhere/redis.sock").get("a")

    assert cache_at(settings.REDIS_URL).get("a", "closed") == "closed"  # type: ignore[attr-defined]
