"""Tests that no page answers 500: each is sent garbage for every parameter that it reads."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement.signed_links import Purpose, token_for
from tests.bookings.cast import forgotten
from tests.conventions.addresses import ADDRESSES, PAGES, ROLES
from tests.conventions.parameters import SWITCHES, Reads, reads_of
from tests.conventions.world import World
from tests.garbage import a_few_or_all, some_of

# On one worker, since what the views read is found out once for all tests.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("input")]

# One value of each kind that some parser or column does not accept.
VALUES = {
    "a NUL": "a\0b",
    "a late date": "9999-12-31",
    "an early date": "0001-01-01",
    "no number": "nan",
    "many digits": "9" * 5000,
    "an id of nothing": str(UUID(int=1)),
    "long": "ü" * 3000,
    "punctuation": "//[]{}%&?#\\\"'\r\n",
}
IN_QUERIES = ("a late date", "no number", "punctuation")
IN_FORMS = ("a NUL", "an early date", "many digits", "an id of nothing", "long")
FEW = ("a NUL",)
OF_OTHERS = (
    "a NUL",
    "punctuation",
)  # for allauth's pages, and for guests' versions of pages that are tested themselves
NEVER_ENDS = {"core:live"}  # streams have tests of their own


@pytest.fixture
def world(ada: User, cleo: User, settings: Any) -> World:
    for name in dir(settings):
        if name.startswith("LIMIT_"):
            setattr(settings, name, 0)
    return World(cleo, ada)


@dataclass
class Visitor:
    """A browser whose requests are rolled back."""

    role: str
    client: Client

    def __post_init__(self) -> None:
        self.cookies = self.client.cookies.output(header="", sep=";")

    def send(self, method: str, address: str, values: dict[str, Any]) -> str | None:
        """Returns a server error with its traceback, "" for none, or None if the address does not take the method."""
        with forgotten():
            answer = self._answer(method, address, values)
        if self.client.cookies.output(header="", sep=";") != self.cookies:
            self.client.cookies = SimpleCookie(self.cookies)
        if answer.status_code < 500:
            return None if answer.status_code == 405 else ""
        exc_info = getattr(answer, "exc_info", None)
        last = traceback.format_exception(*exc_info)[-3:] if exc_info else [answer.content.decode()[:300]]
        return f"{answer.status_code} {''.join(last)}"

    def _answer(self, method: str, address: str, values: dict[str, Any]) -> Any:
        if method == "GET":
            return self.client.get(f"{address}?{urlencode(values)}")
        return self.client.post(address, values)


@pytest.fixture
def visitors(browser_of: Callable[[User | None], Client], request: pytest.FixtureRequest) -> dict[str, Visitor]:
    """Returns a browser for each role, signed in once."""
    people = {role: None if role == "stranger" else request.getfixturevalue(role) for role in ROLES}
    browsers = {role: browser_of(person) for role, person in people.items()}
    for browser in browsers.values():
        browser.raise_request_exception = False
    return {role: Visitor(role, browser) for role, browser in browsers.items()}


def arguments_of(name: str, world: World) -> list[dict[str, Any]]:
    """Returns URL arguments of existing rows: one for each state that the view treats differently."""
    usual = PAGES[name][0]
    app, page = name.split(":") if ":" in name else ("", name)
    if "token" in usual and app == "bookings":
        booking, purpose = (world.for_answer, Purpose.ANSWER) if page == "answer" else (world.guests, Purpose.MAIL)
        usual = usual | {"token": token_for(booking, purpose)}
    if "pk" in usual:
        usual = usual | {"pk": world.key_of(name)}
    if "reference" in usual:
        bookings = world.bookings if page in ("booking", "end", "move", "act", "dispute") else [world.booking_of(page)]
        return [usual | {"reference": booking.reference} for booking in bookings]
    if "session" in usual:
        return [{"pk": world.session_plan.pk, "session": world.planned_session.pk}]
    if name == "pathways:skill":
        return [{"slug": world.skill.slug}]
    if name.startswith("pathways:award"):
        return [{"token": world.award.token}]
    if name == "scheduling:calendar":
        return [{"secret": world.feed}]
    return [usual]


def addresses(world: World) -> Iterator[tuple[str, str, Reads]]:
    for name in PAGES:
        if not name.startswith("api") and name not in NEVER_ENDS:
            for arguments in arguments_of(name, world):
                yield name, reverse(name, kwargs=arguments), reads_of(ADDRESSES[name])


def roles_for(name: str) -> list[str]:
    """Returns the roles that pass the guard of the view, those with the most to do there first."""
    passing = [role for role, status in zip(ROLES, PAGES[name][1:], strict=True) if status in (200, 404, 405)]
    if not passing:
        return ["cleo"]
    return sorted(passing, key=("cleo", "ada", "stranger", "suri", "alex").index)


def queries_of(reads: Reads, number: int, *, is_all: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields queries with all parameters for each kind of value, then with each parameter alone.

    Alone, because one bad value may stop the view before it reads another; every fourth one unless `is_all`.
    """
    for kind in some_of(IN_QUERIES, number, 1, is_all=is_all):
        yield f"all: {kind}", dict.fromkeys(reads.queried, VALUES[kind])
    for name in reads.queried if is_all else list(reads.queried)[number % 4 :: 4]:
        yield f"{name} alone", {name: VALUES["an early date"]}


def forms_of(reads: Reads, kinds: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields forms with garbage in all fields, also with each word that selects what the view does."""
    for kind in kinds if reads.names else FEW:
        yield f"all: {kind}", dict.fromkeys(reads.names, VALUES[kind])
    for word, kind in itertools.product(reads.words, FEW):
        yield f"{word}, all: {kind}", dict.fromkeys(reads.names, VALUES[kind]) | dict.fromkeys(SWITCHES, word)


@a_few_or_all
def test_no_query_string_causes_a_server_error(world: World, visitors: dict[str, Visitor], is_all: bool) -> None:
    """Sends them as the role that sees most of the page; test_guards.py tests all roles."""
    broken = []
    seen = set()
    for name, address, reads in addresses(world):
        if not reads.queried or name in seen:
            continue
        seen.add(name)
        role = roles_for(name)[0]
        for what, values in queries_of(reads, len(seen), is_all=is_all):
            error = visitors[role].send("GET", address, values)
            if error is None:
                break  # this address takes forms only
            if error:
                broken.append(f"{name} as {role}, {what}: {error}")

    assert not broken, "\n".join(broken)


@a_few_or_all
def test_no_form_causes_a_server_error(world: World, visitors: dict[str, Visitor], is_all: bool) -> None:
    """Sends one kind of value as the first role that may, all with `is_all`; a NUL as other roles, and for each further booking."""
    broken = []
    seen: set[str] = set()
    for name, address, reads in addresses(world):
        is_another = ":" not in name or "guest_" in name
        usual = some_of(IN_FORMS, len(seen), 1, is_all=is_all)
        kinds = FEW if name in seen else OF_OTHERS if is_another else usual
        seen.add(name)
        roles = roles_for(name)
        for role in roles if is_all else roles[:2]:
            forms = forms_of(reads, kinds)
            for what, values in forms if role in ("cleo", "ada") else itertools.islice(forms, 1):
                error = visitors[role].send("POST", address, values)
                if error is None:
                    break  # this address takes no forms
                if error:
                    broken.append(f"{name} as {role}, {what}: {error}")
            kinds = FEW

    assert not broken, "\n".join(broken)
