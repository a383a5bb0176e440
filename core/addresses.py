"""Addresses of pages, remembered: finding the pattern of one takes longer than reading its row."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=32_768, typed=True)
def address_of(name: str, *arguments: object) -> str:
    """Returns the address of the page with this name, as `reverse` does."""
    return reverse(name, args=arguments)
