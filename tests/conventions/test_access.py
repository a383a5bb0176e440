"""Tests that every view has a guard, and what each address answers to each role. An address without a row fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User

ROLES = ("stranger", "cleo", "ada", "suri", "alex")

# name: (arguments, GET as stranger, client, builder, support, admin)
# 302: to the sign-in page for anonymous visitors, else to a page for the person; 405: the view takes only POST.
PAGES: dict[str, tuple[dict[str, Any], int, int, int, int, int]] = {
    "core:healthz": ({}, 200, 200, 200, 200, 200),
    "core:readyz": ({}, 200, 200, 200, 200, 200),
    "core:metrics": ({}, 200, 200, 200, 200, 200),
    "core:live": ({}, 204, 204, 204, 204, 204),
    "core:media": ({"folder": "avatars", "name": "n" * 22, "kind": "webp"}, 404, 404, 404, 404, 404),
    "core:theme": ({}, 405, 405, 405, 405, 405),
    "core:styleguide": ({}, 200, 200, 200, 200, 200),
    "core:mail": ({}, 200, 200, 200, 200, 200),
    "core:mail_detail": ({"name": "nothing"}, 404, 404, 404, 404, 404),
    "core:mail_html": ({"name": "nothing"}, 404, 404, 404, 404, 404),
    "core:mail_attachment": ({"name": "nothing", "number": 1}, 404, 404, 404, 404, 404),
    "accounts:hour_format": ({}, 405, 405, 405, 405, 405),
    "accounts:zone": ({}, 302, 405, 405, 405, 405),
    "marketplace:home": ({}, 200, 200, 200, 200, 200),
    "marketplace:sitemap": ({}, 200, 200, 200, 200, 200),
    "marketplace:sitemap_section": ({"section": "builders"}, 200, 200, 200, 200, 200),
    "marketplace:robots": ({}, 200, 200, 200, 200, 200),
    "marketplace:discover": ({}, 200, 200, 200, 200, 200),
    "marketplace:builder": ({"slug": "ada-moreno"}, 200, 200, 200, 200, 200),
    "marketplace:keep": ({"slug": "ada-moreno"}, 302, 405, 405, 405, 405),
    "marketplace:favourites": ({}, 302, 200, 200, 200, 200),
    "marketplace:counts": ({}, 200, 200, 200, 200, 200),
    "marketplace:pins": ({}, 200, 200, 200, 200, 200),
    "marketplace:towns": ({}, 200, 200, 200, 200, 200),
    "marketplace:piece": ({"pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "marketplace:small_piece": ({"pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "marketplace:preview": ({}, 302, 403, 405, 403, 403),
    "marketplace:portfolio": ({}, 302, 403, 200, 403, 403),
    "marketplace:reorder": ({}, 302, 403, 405, 403, 403),
    "marketplace:own_piece": ({"pk": UUID(int=1)}, 302, 403, 404, 403, 403),
    "marketplace:listing": ({}, 302, 403, 200, 403, 403),
    "marketplace:dashboard": ({}, 302, 403, 200, 403, 403),
    "marketplace:teachers": ({"slug": "take-critique"}, 200, 200, 200, 200, 200),
    "marketplace:guides": ({"slug": "play"}, 200, 200, 200, 200, 200),
    "marketplace:leaders": ({"slug": "play"}, 302, 200, 200, 200, 200),
    "bookings:choose": ({"slug": "ada-moreno"}, 200, 200, 200, 200, 200),
    "bookings:times": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:hold": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 405, 405, 405, 405, 405),
    "bookings:extend": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 405, 405, 405, 405, 405),
    "bookings:release": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 405, 405, 405, 405, 405),
    "bookings:details": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:review": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:link": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:as_client": ({}, 302, 200, 200, 200, 200),
    "bookings:as_builder": ({}, 302, 403, 200, 403, 403),
    "bookings:unconfirmed": ({}, 302, 403, 200, 403, 403),
    "bookings:clients": ({}, 302, 403, 200, 403, 403),
    "bookings:clients_table": ({}, 302, 403, 200, 403, 403),
    "bookings:client": ({"pk": UUID(int=1)}, 302, 403, 404, 403, 403),
    "bookings:skills": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:answer": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:renew_link": ({"token": "0" * 72}, 405, 405, 405, 405, 405),
    "bookings:link_renewed": ({}, 200, 200, 200, 200, 200),
    "bookings:guest_booking": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:guest_booked": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:guest_calendar": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:guest_act": ({"token": "0" * 72}, 405, 405, 405, 405, 405),
    "bookings:guest_end": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:guest_move": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:join": ({"token": "0" * 72}, 405, 405, 405, 405, 405),
    "bookings:guest_reminders": ({"token": "0" * 72}, 405, 405, 405, 405, 405),
    "bookings:booking": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:booked": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:calendar": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:act": ({"reference": "WM-222222"}, 302, 405, 405, 405, 405),
    "bookings:end": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:move": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:guest_reviews": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:reviews": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:guest_deliverables": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:deliverables": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:guest_no_show": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:no_show": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:guest_dispute": ({"token": "0" * 72}, 404, 404, 404, 404, 404),
    "bookings:dispute": ({"reference": "WM-222222"}, 302, 404, 404, 404, 404),
    "bookings:guest_file": ({"token": "0" * 72, "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:file": ({"reference": "WM-222222", "pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:guest_evidence": ({"token": "0" * 72, "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:evidence": ({"reference": "WM-222222", "pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:guest_reply": ({"token": "0" * 72, "pk": UUID(int=1)}, 405, 405, 405, 405, 405),
    "bookings:reply": ({"reference": "WM-222222", "pk": UUID(int=1)}, 302, 405, 405, 405, 405),
    "bookings:remove": ({"reference": "WM-222222", "pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:put": ({"reference": "WM-222222"}, 302, 405, 405, 405, 405),
    "bookings:report": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:wait": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:plan": ({"slug": "ada-moreno", "pk": UUID(int=1)}, 404, 404, 404, 404, 404),
    "bookings:series": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:waiting": ({}, 302, 200, 200, 200, 200),
    "bookings:leave": ({"pk": UUID(int=1)}, 302, 405, 405, 405, 405),
    "bookings:offer": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:projects": ({}, 302, 200, 200, 200, 200),
    "bookings:new_project": ({}, 302, 200, 200, 200, 200),
    "bookings:project": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:edit_project": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "bookings:close_project": ({"pk": UUID(int=1)}, 302, 405, 405, 405, 405),
    "coaching:offers": ({}, 302, 403, 200, 403, 403),
    "coaching:meetings": ({}, 302, 403, 200, 403, 403),
    "coaching:new_offer": ({}, 302, 403, 200, 403, 403),
    "coaching:offer": ({"pk": UUID(int=1)}, 302, 403, 404, 403, 403),
    "coaching:preview": ({}, 302, 403, 405, 403, 403),
    "coaching:reorder": ({}, 302, 403, 405, 403, 403),
    "coaching:duplicate": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "coaching:switch": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "coaching:rates": ({}, 302, 403, 200, 403, 403),
    "scheduling:availability": ({}, 302, 403, 200, 403, 403),
    "scheduling:zone": ({}, 302, 403, 302, 403, 403),  # redirects where no schedule has to be asked about
    "scheduling:new_schedule": ({"kind": "holiday"}, 302, 403, 200, 403, 403),
    "scheduling:preview": ({}, 302, 403, 200, 403, 403),
    "scheduling:take_time_off": ({}, 302, 403, 405, 403, 403),
    "scheduling:end_time_off": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "scheduling:feed_address": ({}, 302, 403, 405, 403, 403),
    "scheduling:schedule": ({"pk": UUID(int=1)}, 302, 403, 404, 403, 403),
    "scheduling:make_default": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "scheduling:delete": ({"pk": UUID(int=1)}, 302, 403, 404, 403, 403),
    "scheduling:set_exception": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "scheduling:work_on_holiday": ({"pk": UUID(int=1)}, 302, 403, 405, 403, 403),
    "scheduling:calendar": ({"secret": "nonsense"}, 404, 404, 404, 404, 404),
    "pathways:overview": ({}, 200, 200, 200, 200, 200),
    "pathways:pathway": ({"slug": "pivot"}, 200, 200, 200, 200, 200),
    "accounts:settings": ({}, 302, 200, 200, 200, 200),
    "accounts:start": ({}, 302, 302, 302, 302, 302),
    "marketplace:profile": ({}, 302, 403, 302, 403, 403),
    "accounts:tokens": ({}, 302, 200, 200, 200, 200),
    "accounts:revoke_all_tokens": ({}, 302, 405, 405, 405, 405),
    "accounts:revoke_token": ({"pk": UUID(int=1)}, 302, 405, 405, 405, 405),
    "accounts:picture": ({}, 302, 200, 200, 200, 200),
    "accounts:remove_picture": ({}, 302, 405, 405, 405, 405),
    "accounts:data": ({}, 302, 200, 200, 200, 200),
    "accounts:request_export": ({}, 302, 302, 302, 302, 302),  # this and the next two first ask for the password
    "accounts:download": ({"pk": UUID(int=1)}, 302, 302, 302, 302, 302),
    "accounts:erase": ({}, 302, 302, 302, 302, 302),
    "accounts:erased": ({}, 200, 200, 200, 200, 200),
    "accounts:places": ({}, 200, 200, 200, 200, 200),
    "accounts:apply": ({}, 302, 200, 302, 200, 200),
    "accounts:notifications": ({}, 302, 200, 200, 200, 200),
    "accounts:bell": ({}, 302, 200, 200, 200, 200),
    "accounts:read_all": ({}, 302, 405, 405, 405, 405),
    "accounts:open_notification": ({"pk": UUID(int=1)}, 302, 405, 405, 405, 405),
    "accounts:send_link": ({}, 200, 200, 200, 200, 200),
    "accounts:confirm_address": ({"key": "nonsense"}, 302, 200, 200, 200, 200),
    "account_login": ({}, 200, 302, 302, 302, 302),
    "account_logout": ({}, 302, 200, 200, 200, 200),
    "account_inactive": ({}, 200, 200, 200, 200, 200),
    "account_signup": ({}, 200, 302, 302, 302, 302),
    "account_reauthenticate": ({}, 302, 200, 200, 200, 200),
    "account_email": ({}, 302, 200, 200, 200, 200),
    "account_email_verification_sent": ({}, 200, 200, 200, 200, 200),
    "account_confirm_email": ({"key": "nonsense"}, 200, 200, 200, 200, 200),
    "account_confirm_login_code": ({}, 302, 302, 302, 302, 302),
    "account_change_password": ({}, 302, 200, 200, 200, 200),
    "account_set_password": ({}, 302, 302, 302, 302, 302),
    "account_reset_password": ({}, 200, 200, 200, 200, 200),
    "account_reset_password_done": ({}, 200, 200, 200, 200, 200),
    "account_reset_password_from_key": ({"uidb36": "x", "key": "y"}, 200, 200, 200, 200, 200),
    "account_reset_password_from_key_done": ({}, 200, 200, 200, 200, 200),
    "mfa_index": ({}, 302, 200, 200, 200, 200),
    "mfa_authenticate": ({}, 302, 302, 302, 302, 302),
    "mfa_reauthenticate": ({}, 302, 302, 302, 302, 302),
    "mfa_activate_totp": ({}, 302, 302, 302, 302, 302),
    "mfa_deactivate_totp": ({}, 302, 404, 404, 404, 404),
    "mfa_view_recovery_codes": ({}, 302, 404, 404, 404, 404),
    "mfa_generate_recovery_codes": ({}, 302, 302, 302, 302, 302),
    "mfa_download_recovery_codes": ({}, 302, 404, 404, 404, 404),
    "usersessions_list": ({}, 302, 200, 200, 200, 200),
    "api:openapi-json": ({}, 200, 200, 200, 200, 200),
    "api:openapi-view": ({}, 200, 200, 200, 200, 200),
    "api:api-root": ({}, 404, 404, 404, 404, 404),
    "api:me": ({}, 401, 200, 200, 200, 200),
    "api:roles": ({}, 401, 200, 200, 200, 200),
    "api:change_roles": ({}, 401, 200, 200, 200, 200),
    "api:pathways": ({}, 200, 200, 200, 200, 200),
    "api:config": ({}, 401, 403, 200, 403, 403),
    "api:save_config": ({}, 401, 403, 200, 403, 403),
    "api:sessions_available": ({}, 422, 422, 422, 422, 422),
    "api:slots_available": ({}, 422, 422, 422, 422, 422),
    "api:schedules": ({}, 401, 403, 200, 403, 403),
    "api:create_schedule": ({}, 401, 403, 200, 403, 403),
    "api:schedule": ({"id": "x"}, 401, 403, 404, 403, 403),
    "api:replace_schedule": ({"id": "x"}, 401, 403, 404, 403, 403),
    "api:delete_schedule": ({"id": "x"}, 401, 403, 404, 403, 403),
    "api:make_default": ({"id": "x"}, 405, 405, 405, 405, 405),
    "api:create": ({}, 405, 405, 405, 405, 405),
    "api:create_by_type": ({}, 405, 405, 405, 405, 405),
    "api:book": ({}, 405, 405, 405, 405, 405),
    "api:my_bookings": ({}, 401, 200, 200, 200, 200),
    "api:booking": ({"id": "x"}, 401, 404, 404, 404, 404),
    "api:change": ({"id": "x"}, 401, 404, 404, 404, 404),
    "api:cancel": ({"id": "x"}, 401, 404, 404, 404, 404),
    "api:review": ({"id": "x"}, 405, 405, 405, 405, 405),
    "api:deliverable": ({"id": "x"}, 405, 405, 405, 405, 405),
    "pathways:enrol": ({"slug": "play"}, 302, 405, 405, 405, 405),
    "pathways:welcome": ({}, 200, 200, 200, 200, 200),
    "pathways:mine": ({}, 302, 200, 200, 200, 200),
    "pathways:mine_on": ({"slug": "play"}, 302, 302, 302, 302, 302),
    "pathways:change": ({"slug": "play"}, 302, 404, 404, 404, 404),
    "pathways:skill": ({"slug": "take-critique"}, 302, 302, 302, 302, 302),
    "pathways:badges": ({}, 302, 200, 200, 200, 200),
    "pathways:evidence": ({"pk": UUID(int=1)}, 302, 404, 404, 404, 404),
    "pathways:award": ({"token": "nobodys"}, 404, 404, 404, 404, 404),
    "pathways:teaching": ({}, 302, 403, 200, 403, 403),
    "api:my_enrolments": ({}, 401, 200, 200, 200, 200),
    "api:begin_pathway": ({}, 401, 200, 200, 200, 200),
    "api:change_enrolment": ({"id": UUID(int=1)}, 405, 405, 405, 405, 405),
    "api:my_progress": ({}, 401, 200, 200, 200, 200),
    "api:move_skill": ({}, 401, 200, 200, 200, 200),
    "api:pathway": ({"id": "play"}, 200, 200, 200, 200, 200),
    "api:coach": ({}, 401, 403, 200, 403, 403),
    "api:change_coach": ({}, 401, 403, 200, 403, 403),
    "api:builders": ({}, 200, 200, 200, 200, 200),
    "api:providers": ({}, 200, 200, 200, 200, 200),
    "api:builder_pathways": ({"id": "ada-moreno"}, 200, 200, 200, 200, 200),
    "api:builder_metrics": ({"id": "ada-moreno"}, 200, 200, 200, 200, 200),
    "api:builder": ({"id": "ada-moreno"}, 200, 200, 200, 200, 200),
    "api:session_types": ({"id": "ada-moreno"}, 200, 200, 200, 200, 200),
    "api_unknown": ({"path": "nope"}, 404, 404, 404, 404, 404),
}
# The admin checks on each page that the person is staff. Its index represents all of them.
ADMIN: dict[str, tuple[dict[str, Any], int, int, int, int, int]] = {"admin:index": ({}, 302, 302, 302, 200, 200)}
GUARDED_ELSEWHERE = ("account_", "mfa_", "usersessions_", "api:", "admin:")


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name or entry.callback.__name__}", entry


ADDRESSES = dict(patterns(get_resolver()))


def test_every_address_has_a_row() -> None:
    unknown = [name for name in ADDRESSES if name not in PAGES and not name.startswith("admin:")]

    assert unknown == [], "add what each role gets to PAGES"


def test_every_view_of_ours_declares_its_guard() -> None:
    unguarded = [
        name
        for name, entry in ADDRESSES.items()
        if not name.startswith(GUARDED_ELSEWHERE) and not hasattr(entry.callback, "guard")
    ]

    assert unguarded == []


def test_the_admin_uses_the_normal_sign_in_page(cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    anonymous = browser_of(None).get("/admin/", follow=True)
    client = browser_of(cleo).get("/admin/", follow=True)

    assert anonymous.redirect_chain[-1][0] == "/account/login/?next=/admin/"
    assert client.status_code == 403


@pytest.mark.parametrize("number", range(len(ROLES)), ids=ROLES)
@pytest.mark.parametrize("name", [*PAGES, *ADMIN])
def test_an_address_answers_each_role_as_listed(
    name: str,
    number: int,
    ada: User,
    request: pytest.FixtureRequest,
    browser_of: Callable[[User | None], Client],
) -> None:
    arguments, *expected = (PAGES | ADMIN)[name]
    role = ROLES[number]
    person = None if role == "stranger" else request.getfixturevalue(role)

    answer = browser_of(person).get(reverse(name, kwargs=arguments))

    assert answer.status_code == expected[number]
