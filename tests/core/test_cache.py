"""Tests that the cache misses instead of failing while Redis is down."""

from __future__ import annotations

from typing import Any

from core.cache import ForgivingRedisCache


def cache_at(address: str) -> ForgivingRedisCache:
    return ForgivingRedisCache(address, {})


def test_the_cache_keeps_values_while_redis_is_up(settings: Any) -> None:
    cache = cache_at(settings.REDIS_URL)
    cache.set("a", 1)

    assert cache.get("a") == 1


def test_the_cache_misses_while_redis_is_down() -> None:
    cache = cache_at("unix:///nowhere/redis.sock")

    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True, "as if no other process had added it"
    assert cache.delete("a") is False


def test_redis_is_not_asked_for_a_while_after_a_failure(settings: Any) -> None:
    cache_at("unix:///nowhere/redis.sock").get("a")

    assert cache_at(settings.REDIS_URL).get("a", "closed") == "closed"
