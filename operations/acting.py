"""The pages that staff may open while they act as a person: what shows and arranges sessions, and nothing about money,
messages, sign-in, tokens, downloads of data or other staff pages. An address that is not listed is refused."""

from __future__ import annotations

from core.acting import allow_while_acting

PAGES: dict[str, str] = {
    "core": "security_txt media theme close_banner styleguide help privacy terms live",
    "accounts": "start stop_acting places hour_format bell",
    "marketplace": (
        "home sitemap sitemap_section robots discover counts languages pins towns teachers guides leaders builder keep "
        "piece small_piece favourites dashboard listing preview short portfolio reorder own_piece"
    ),
    "pathways": "overview pathway welcome mine mine_on skill badges teaching award",
    "bookings": (
        "choose times hold extend release details review series wait waiting leave offer as_client as_builder today day "
        "client_entries builder_calendar calendar_entries block_time blocked_time calendar_move calendar_starts "
        "calendar_length calendar_undo booking booked calendar act end move agenda checks proposals suggest skills projects "
        "project"
    ),
    "scheduling": (
        "availability new_schedule preview take_time_off end_time_off schedule make_default delete set_exception "
        "work_on_holiday"
    ),
    "coaching": "offers preview",
}  # fmt: skip


def names() -> frozenset[str]:
    """Returns the URL names of all these pages."""
    return frozenset(f"{app}:{name}" for app, listed in PAGES.items() for name in listed.split())


def register() -> None:
    """Registers the pages. Called once, from `AppConfig.ready()`."""
    allow_while_acting(names())
