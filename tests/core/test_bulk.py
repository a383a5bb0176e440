"""Tests inserting rows with COPY, and the progress bar."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management.base import OutputWrapper

from accounts.models import Notification, RoleGrant, User
from accounts.roles import Role
from core import clock
from core.bulk import copy_rows, copy_values
from core.progress_bar import ProgressBar
from core.registry import DemoPlan
from scheduling.models import Reservation

pytestmark = pytest.mark.django_db


def test_copied_rows_have_the_same_values_as_saved_ones(ada: User) -> None:
    people = [User(email=f"p{number}@example.test", display_name="A\tB\\\n√ü", password="") for number in range(3)]
    copy_rows(User, people)
    person = User.objects.get(email="p0@example.test")
    assert person == people[0]
    assert person.display_name == "A\tB\\\n√ü"
    assert person.timezone == User(email="x").timezone
    assert person.avatar == ""

    long_ago = clock.now() - timedelta(days=9)
    copy_rows(
        RoleGrant, [RoleGrant(user=user, role=Role.BUILDER, reason="demo", created_at=long_ago) for user in people]
    )
    grants = RoleGrant.objects.filter(user__in=people)
    assert {(grant.role, grant.created_at) for grant in grants} == {("builder", long_ago)}

    notifications = [Notification(person=ada, kind="welcome", event=f"e{number}", title="Hello") for number in range(2)]
    copy_rows(Notification, notifications)
    assert Notification.objects.filter(event__in=["e0", "e1"]).count() == 2

    start = clock.now()
    copy_rows(Reservation, [Reservation(builder=ada, during=(start, start + timedelta(hours=1)), kind="TIME_OFF")])
    assert Reservation.objects.get(builder=ada).during.lower == start
    copy_rows(User, [])


def test_copied_values_get_the_defaults_of_what_they_do_not_name(ada: User) -> None:
    start = clock.now()
    during = (start, start + timedelta(hours=1))
    copy_values(
        Reservation, [{"builder_id": ada.pk, "during": during, "kind": "TIME_OFF", "note": note} for note in "ab"]
    )

    reservations = Reservation.objects.filter(builder=ada).order_by("note")
    assert [reservation.note for reservation in reservations] == ["a", "b"]
    assert len({reservation.pk for reservation in reservations}) == 2
    for reservation in reservations:
        assert reservation.during.lower == start
        assert (reservation.capacity, reservation.source_key, reservation.expires_at) == (1, "", None)
        assert reservation.changed_at >= start
    copy_values(Reservation, [])


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "lines"),
    [(StringIO(), 11), (Terminal(), 1)],
    ids=["a line for each tenth into a file", "one bar on a terminal"],
)
def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(out: StringIO, lines: int) -> None:
    progress = ProgressBar(OutputWrapper(out))
    for done in range(0, 10_001, 100):
        progress("offers", done, 10_000)

    output = out.getvalue()
    assert output.count("\n") == lines
    assert "10,000 of 10,000" in output


def test_no_progress_is_shown_for_few_rows() -> None:
    out = StringIO()
    progress: Any = ProgressBar(OutputWrapper(out))
    plan = DemoPlan(builders=1, bookings=1, seed=1, now=clock.now(), tell=progress)

    assert [list(batch) for batch in plan.batches("few", [1, 2, 3], 2)] == [[1, 2], [3]]
    assert out.getvalue() == ""
