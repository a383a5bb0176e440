"""Runs the examples of docs/api.md and compares their answers.

After an intended change, `FILL=1 .venv/bin/pytest -n0 tests/docs` writes the answers again.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.tokens import services as tokens
from bookings.agreement import services
from bookings.billing import services as billing
from bookings.models import Booking
from coaching.models import Service, SessionType
from coaching.services import QuestionInput, SessionTypeParts, save_session_type
from config.embedded.paths import PROJECT
from core import clock
from core.ids import uuid7
from marketplace import listings
from payments.models import Payment
from payments.states import Method
from sandbox.server import Sandbox
from scheduling import free_times
from tests.api import SCHEMA
from tests.bookings.cast import builder_of, confirmed
from tests.calendly import TOKEN, calendly_server
from tests.cast import make_builder_person, make_person, make_staff
from tests.factories.accounts import MemberFactory, MemberImportFactory
from tests.factories.invoices import InvoiceFactory, InvoiceSeriesFactory
from tests.factories.payments import PlanFactory, SavedCardFactory, SubscriptionFactory
from tests.factories.referrals import ReferralCodeFactory, RewardRuleFactory
from tests.outside import outside_server
from tests.payments.stripe.cast import KEY
from tests.scheduling.calendars import calendar
from tests.scheduling.cast import open_hours, rates

pytestmark = pytest.mark.django_db
DOCUMENT = PROJECT / "docs" / "api.md"
EXAMPLE = re.compile(
    r"^`(?P<method>[A-Z]+) (?P<address>/api/\S+)`(?:, by (?P<who>\w+))?[^\n]*\n\n"
    r"(?:```(?P<kind>json|csv)\n(?P<body>(?:(?!```).)*?)\n```\n\n)?→ (?P<status>\d+)\n\n```json\n(?P<answer>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)
ANYTHING = "…"
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{27}$")
FILES = frozenset({"application/pdf", "application/xml", "text/csv"})
WRITTEN_NOW = frozenset({"leadTimeDays", "reference", "manageUrl", "nextAvailable", "nextCursor", "slots"})


@dataclass(frozen=True)
class Example:
    method: str
    address: str
    who: str | None
    kind: str | None
    body: str | None
    status: int
    answer: str
    span: tuple[int, int]


def examples() -> Iterator[Example]:
    for match in EXAMPLE.finditer(DOCUMENT.read_text()):
        parts = match.groupdict()
        yield Example(
            parts["method"], parts["address"], parts["who"], parts["kind"], parts["body"], int(parts["status"]), parts["answer"],
            match.span("answer"),
        )  # fmt: skip


class World:
    """The people of the document, Ada's offers, her calendar elsewhere, and the ids in earlier answers."""

    def __init__(self, feed: str) -> None:
        ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
        self.people = {"Ada": ada, "Cleo": cleo, "Alex": make_staff("Alex Reyes", Role.ADMIN)}
        self.tokens = {name: tokens.issue(user=person, name="examples") for name, person in self.people.items()}
        self.names = {"ada": str(ada.pk), "cleo": str(cleo.pk), "feed": feed, "calendly": TOKEN}
        rates(ada)
        open_hours(ada, [(weekday, 9 * 60, 17 * 60) for weekday in range(5)], horizon_days=9_000)
        self.names["hour"] = str(self.offer(ada, "App review", 60, service=Service.objects.get(slug="app-review")).pk)
        review = SessionType.objects.get(pk=self.names["hour"])
        done = self.completed(review, cleo)
        self.names |= {"done": str(done.pk), "payment": str(self.paid(done).pk)}
        questions = [QuestionInput("How far are you?", "dropdown", ["An idea", "An app"], is_required=True)]
        free = self.offer(ada, "Getting started", 30, questions, category="FREE", auto_confirm=True)
        self.names |= {"free": str(free.pk), "question": str(free.questions.get().pk)}
        self.names |= self.subscribed(ada)
        series = InvoiceSeriesFactory.create(owner=ada, prefix="ADA")
        self.names["invoice"] = str(InvoiceFactory.create(series=series, buyer=cleo).pk)
        other = MemberFactory.create(
            member_key="88", full_name="A. Moreno", license_number="TX 0712345", company_name="Bay Homes",
            license_expires=date(2030, 5, 31),
        )  # fmt: skip
        done_import = MemberImportFactory.create(imported_by=self.people["Alex"], state="done", rows=2, added=2)
        self.names |= {"other": str(other.pk), "import": str(done_import.pk)}
        RewardRuleFactory.create()
        self.names["code"] = ReferralCodeFactory.create(owner=ada).code
        free_times.refresh([ada.pk])
        listings.recount([ada.pk])

    def completed(self, hour: SessionType, cleo: User) -> Booking:
        """Returns a completed booking, for reviews and deliverables."""
        booking = confirmed(hour, cleo, datetime(2030, 3, 4, 9, tzinfo=UTC))
        by = builder_of(booking)
        return services.complete(booking=services.start(booking=booking, by=by), by=by)

    def paid(self, booking: Booking) -> Payment:
        """Returns the payment of the booking, of which Ada has received a part."""
        return billing.record_receipt(
            booking=booking, amount=Decimal(60), method=Method.BANK_TRANSFER, received_on=date(2026, 3, 5), note="",
            key=uuid7(), by=builder_of(booking),
        )  # fmt: skip

    def subscribed(self, ada: User) -> dict[str, str]:
        """Returns the ids of Ada's subscription to a plan of the platform, of a larger plan, and of her two cards."""
        now = clock.now()
        pro = PlanFactory.create(name="Pro", price=Decimal(20), currency="USD")
        larger = PlanFactory.create(name="Studio", price=Decimal(200), currency="USD", interval="year")
        running = SubscriptionFactory.create(
            subscriber=ada, plan=pro, timezone=ada.timezone, status="trialing", anchor_at=now + timedelta(days=5),
            current_period_start=now, current_period_end=now + timedelta(days=5), started_at=now, period_number=-1,
        )  # fmt: skip
        card = SavedCardFactory.create(person=ada, is_default=True)
        spare = SavedCardFactory.create(person=ada, last4="1881")
        rows = {"running": running, "larger": larger, "card": card, "spare": spare}
        return {name: str(row.pk) for name, row in rows.items()}

    def offer(self, ada: User, title: str, minutes: int, questions: Any = (), **fields: Any) -> SessionType:
        session_type = SessionType(builder=ada, title=title, default_minutes=minutes, **fields)
        parts = SessionTypeParts(durations={minutes: None}, questions=list(questions))
        return save_session_type(session_type=session_type, parts=parts, by=ada)

    def run(self, example: Example) -> Any:
        body = self.filled(example.body) if example.body else ""
        headers = {"Authorization": f"Bearer {self.tokens[example.who]}"} if example.who else {}
        kind = "text/csv" if example.kind == "csv" else "application/json"
        answer = Client().generic(
            example.method, self.filled(example.address), body, kind, headers=headers
        )  # fmt: skip
        assert answer.status_code == example.status, (example.method, example.address, answer.content)
        content = answer.json()
        for name in (
            "booking", "schedule", "enrolment", "proposal", "calendar", "sync", "conversation", "message", "package",
            "plan", "subscription", "merge", "goal", "sessionPlan", "savedSearch",
        ):  # fmt: skip
            if isinstance(content, dict) and isinstance(content.get(name), dict):
                self.names[name] = content[name]["id"]
        return content

    def filled(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


@contextmanager
def stripe_server(settings: Any) -> Iterator[None]:
    """Runs the stand-in for Stripe beside the other servers."""
    with Sandbox() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = f"{running.address}/stripe", KEY
        settings.OUTSIDE_TRUSTED = [*settings.OUTSIDE_TRUSTED, running.address.removeprefix("http://")]
        yield
        running.shutdown()


def steady(value: Any, name: str = "") -> Any:
    """Returns the answer with `…` in place of values that differ each time."""
    if isinstance(value, dict):
        value = value | ({"code": ANYTHING, "link": ANYTHING} if {"code", "link"} <= value.keys() else {})
        return {ANYTHING if UUID.match(key) else key: steady(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [steady(item, name) for item in value]
    if isinstance(value, str) and value.startswith("http://127.0.0.1:"):
        return ANYTHING
    is_new = isinstance(value, str) and (UUID.match(value) or (re.match(r"^20\d\d-", value) and value[:4] != "2030"))
    return ANYTHING if is_new or (name in WRITTEN_NOW and value is not None) else value


def test_each_example_gets_the_documented_answer(settings: Any) -> None:
    text = DOCUMENT.read_text()
    with outside_server(settings) as server, calendly_server(settings), stripe_server(settings):
        lunch = clock.now() + timedelta(days=3)
        world = World(server.answer("/family.ics", calendar(("lunch", lunch, lunch + timedelta(hours=1)))))
        answers = [(example, steady(world.run(example))) for example in examples()]
    for example, answer in reversed(answers):
        if os.environ.get("FILL"):
            first, last = example.span
            text = text[:first] + json.dumps(answer, indent=2, ensure_ascii=False) + text[last:]
        else:
            assert answer == json.loads(example.answer), (example.method, example.address)
    assert answers
    if os.environ.get("FILL"):
        DOCUMENT.write_text(text)


def test_each_endpoint_has_an_example() -> None:
    shown = [(example.method, example.address.partition("?")[0]) for example in examples()]
    for address, item in SCHEMA["paths"].items():
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", address) + "$")
        for method, operation in item.items():
            if FILES & {kind for answer in operation["responses"].values() for kind in answer.get("content", {})}:
                continue
            assert any(verb == method.upper() and pattern.match(path) for verb, path in shown), (method, address)
