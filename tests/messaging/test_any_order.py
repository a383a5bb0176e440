"""Any order of what two people do gives a page that listens the same list as a fresh page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core import clock
from messaging import services
from messaging.integrity import wrong_numbers
from messaging.models import Message, Participant
from tests.bookings.cast import forgotten
from tests.messaging.cast import conversation_of, say, seen_by

pytestmark = pytest.mark.django_db
ACTS = st.lists(
    st.tuples(st.sampled_from(["send", "resend", "edit", "delete", "read", "load"]), st.booleans(), st.integers(0, 5)),
    max_size=25,
)


class OpenPage:
    """The page of one participant, which loads its list again when a change is announced, or was missed."""

    def __init__(self, participant: Participant) -> None:
        assert participant.user is not None
        self.browser = Client()
        self.browser.force_login(participant.user)
        self.path = reverse("messaging:conversation", args=[participant.conversation_id])
        self.items: list[str] = []

    def load(self) -> None:
        headers = {"HX-Request": "true", "HX-Target": "stream"}
        self.items = shown(self.browser.get(self.path, {"first": "1"}, headers=headers))

    def fresh(self) -> list[str]:
        return shown(self.browser.get(self.path))


def shown(response: Any) -> list[str]:
    """Returns the texts of the messages in the response, in their order."""
    return re.findall(r'id="m-(\d+)".*?<(?:p class="bubble|div class="bubble)[^>]*>\s*(.*?)\s*</(?:p|div)>', response.content.decode(), re.DOTALL)  # fmt: skip


def act(kind: str, person: Participant, number: int, keys: list[str]) -> None:
    own = list(Message.objects.filter(sender=person, deleted_at__isnull=True))
    if kind == "send":
        keys.append(str(len(keys)))
        say(person, f"text {len(keys)}", client_key=keys[-1])
    elif kind == "resend" and keys:
        say(person, "again", client_key=keys[number % len(keys)])
    elif kind == "edit" and own:
        services.edit(message=own[number % len(own)], by=person, text=f"edited {number}")
    elif kind == "delete" and own:
        services.delete(message=own[number % len(own)], by=person)
    elif kind == "read":
        services.read(by=seen_by(person).me, up_to=number, now=clock.now())


@given(acts=ACTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_that_missed_events_shows_what_a_fresh_page_shows(
    acts: list[tuple[str, bool, int]], ada: User, cleo: User
) -> None:
    with forgotten():
        people = conversation_of(cleo, ada)
        pages = [OpenPage(person) for person in (*people, people[0])]  # the first has two devices
        keys: list[str] = []
        for kind, is_first, number in acts:
            if kind == "load":
                pages[number % len(pages)].load()
            else:
                act(kind, people[is_first], number, keys)
        for page in pages:
            page.load()

            assert page.items == page.fresh()
        assert len(pages[0].items) == Message.objects.count()
        assert list(wrong_numbers(clock.now())) == []
