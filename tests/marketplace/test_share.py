"""The page for sharing: short links that last, QR codes that can be read, and nothing of another builder."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from coaching.models import SessionType
from core.ids import uuid7
from marketplace.share import LENGTH, code_of, qr_code, session_type_with
from tests.cast import make_builder_person
from tests.factories.coaching import SessionTypeFactory
from tests.scheduling.cast import free_session

pytestmark = pytest.mark.django_db


def test_the_page_has_a_link_and_a_qr_code_for_the_builder_and_each_session(adas: Client, ada: User) -> None:
    session_type = free_session(ada)

    page = adas.get("/dashboard/share/").content.decode()

    assert "/builders/ada-moreno/" in page
    assert f"/s/{code_of(session_type)}/" in page
    assert adas.get("/dashboard/share/qr.svg").content.startswith(b"<?xml")
    image = adas.get(f"/dashboard/share/qr.png?session={session_type.pk}&download")
    assert image.content.startswith(b"\x89PNG")
    assert image["Content-Disposition"].endswith('.png"')


def test_a_short_link_leads_to_the_times_also_after_the_session_was_renamed(client: Client, ada: User) -> None:
    session_type = free_session(ada)
    link = f"/s/{code_of(session_type)}/"
    SessionType.objects.filter(pk=session_type.pk).update(title="Another name")

    assert client.get(link)["Location"] == f"/book/ada-moreno/{session_type.pk}/"


def test_the_link_of_a_session_that_is_not_offered_any_more_leads_to_its_builder(client: Client, ada: User) -> None:
    session_type = free_session(ada)
    SessionType.objects.filter(pk=session_type.pk).update(is_active=False)

    assert client.get(f"/s/{code_of(session_type)}/")["Location"] == "/builders/ada-moreno/"


@pytest.mark.parametrize("code", ["0", "00000000", "u" * LENGTH, "0" * 40, "a-b-c-d-"])
def test_a_code_that_belongs_to_nothing_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/s/{code}/").status_code == 404


def test_letters_that_look_like_digits_are_read_as_digits(ada: User) -> None:
    session_type = SessionTypeFactory.create(builder=ada, id=UUID("01890000-0000-7000-8000-000000000021"))
    assert code_of(session_type) == "00000011"

    assert session_type_with("OOOOOOIl") == session_type


def test_the_code_of_any_id_leads_back_to_it(ada: User) -> None:
    for _ in range(20):
        session_type = free_session(ada)
        assert session_type_with(code_of(session_type)) == session_type


def test_a_short_link_is_looked_up_by_an_index(ada: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM coaching_sessiontype WHERE right(id::varchar, 10) = %s", [str(uuid7())[-10:]]
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "session_types_by_short_link" in plan


def test_a_builder_gets_no_qr_code_of_the_session_of_another(
    browser_of: Callable[[User | None], Client], ada: User
) -> None:
    session_type = free_session(ada)
    bo = browser_of(make_builder_person("Bo Lind"))

    assert bo.get(f"/dashboard/share/qr.svg?session={session_type.pk}").status_code == 404
    assert bo.get("/dashboard/share/qr.svg?session=nonsense").status_code == 404


def test_a_qr_code_holds_the_longest_address() -> None:
    assert qr_code("https://waymark.example/builders/" + "a" * 200 + "/", "svg").startswith(b"<?xml")
