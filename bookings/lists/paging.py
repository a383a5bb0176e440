"""Pages of the lists of bookings, by keyset: the hundredth page takes as long as the first."""

from __future__ import annotations

from dataclasses import dataclass

from bookings.lists.filters import ListFilters
from bookings.models import Booking, BookingQuerySet
from core.cursors import cursor_of, page_of
from core.errors import Refused

PAGE_SIZE = 20


@dataclass(frozen=True)
class ListPage:
    """The bookings of one page, with the cursors of the pages before and after it."""

    rows: list[Booking]
    before: str | None
    after: str | None

    @property
    def has_others(self) -> bool:
        return bool(self.before or self.after)


def list_page(rows: BookingQuerySet, filters: ListFilters, *, after: str, before: str) -> ListPage:
    """Returns a page of the list: the first one, that after a cursor, or that before one. A cursor of another list leads
    to the first page. One query, besides those for what is prefetched."""
    try:
        if before:
            return _page_before(rows, filters, before)
        return _page_after(rows, filters, after or None)
    except Refused:
        return _page_after(rows, filters, None)


def _page_after(rows: BookingQuerySet, filters: ListFilters, after: str | None) -> ListPage:
    page = page_of(rows, order=filters.order, limit=PAGE_SIZE, cursor=after, filters=filters.key)
    back = cursor_of(page.rows[0], order=_reversed(filters.order), filters=filters.key) if after and page.rows else None
    return ListPage(page.rows, back, page.next_cursor)


def _page_before(rows: BookingQuerySet, filters: ListFilters, before: str) -> ListPage:
    page = page_of(rows, order=_reversed(filters.order), limit=PAGE_SIZE, cursor=before, filters=filters.key)
    bookings = page.rows[::-1]
    on = cursor_of(bookings[-1], order=filters.order, filters=filters.key) if bookings else None
    return ListPage(bookings, page.next_cursor, on)


def _reversed(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)
