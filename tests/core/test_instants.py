"""Times of rows are read as Django reads them, only faster."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, connection
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st
from psycopg.pq import Format

from accounts.models import User
from core.instants import InstantLoader

INSTANTS = st.datetimes(timezones=st.just(UTC))
TIMESTAMPTZ = 1184  # the type's number in PostgreSQL


@pytest.mark.django_db
def test_connections_use_the_loader() -> None:
    connection.ensure_connection()
    assert connection.connection.adapters.get_loader(TIMESTAMPTZ, Format.TEXT) is InstantLoader


@given(INSTANTS, st.integers(0, 6))
def test_every_instant_is_read_as_by_django(instant: datetime, digits: int) -> None:
    fraction = f".{instant.microsecond:06}"[: digits + 1] if digits else ""
    text = f"{instant:%H:%M:%S}{fraction}+00"
    written = f"{instant.year:04}-{instant:%m-%d} {text}".encode()

    loaded = InstantLoader(TIMESTAMPTZ).load(written)

    django_loader = type("UtcLoader", (BaseTzLoader,), {"timezone": UTC})
    assert loaded == django_loader(TIMESTAMPTZ).load(written)
    assert loaded.tzinfo is UTC


@pytest.mark.django_db
def test_a_row_keeps_its_microseconds(cleo: User) -> None:
    instant = datetime(2027, 3, 28, 1, 30, 0, 120, tzinfo=UTC)
    User.objects.filter(pk=cleo.pk).update(created_at=instant)
    assert User.objects.get(pk=cleo.pk).created_at == instant
    assert abs(User.objects.values_list(Now()).get(pk=cleo.pk)[0] - datetime.now(UTC)) < timedelta(hours=1)


@pytest.mark.django_db
def test_what_python_cannot_hold_is_refused_in_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz 'infinity'")
        with pytest.raises(DataError, match="timestamp too large"):
            cursor.fetchone()
