"""Tests that a migration since the last release neither stops the site nor breaks the release before it: docs/migrations.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pytest_django.plugin import DjangoDbBlocker

from config.embedded.paths import PROJECT
from operations.upgrades.schema import conflicts, read_schema
from tests.conventions.migration_sql import faults
from waymark.versions import order_of

RELEASES = sorted((PROJECT / "docs" / "releases").glob("*.json"), key=lambda path: order_of(path.stem))


def last_release() -> dict[str, Any]:
    release: dict[str, Any] = json.loads(RELEASES[-1].read_text())
    return release


@pytest.fixture
def outside_of_transactions(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Lets a test read the database without a transaction, in which Django refuses to plan a concurrent index."""
    with django_db_blocker.unblock():
        yield


def test_new_migrations_hold_no_lock_for_long(outside_of_transactions: None) -> None:
    loader = MigrationLoader(connection)
    former = set(last_release()["migrations"])
    new = [migration for key, migration in loader.graph.nodes.items() if ".".join(key) not in former]

    problems = {
        f"{migration.app_label}.{migration.name}": sentences
        for migration in new
        if (sentences := faults(loader.collect_sql([(migration, False)])))
    }

    assert problems == {}, "docs/migrations.md says how to do it instead"


@pytest.mark.django_db
def test_the_last_release_can_run_on_these_tables() -> None:
    assert conflicts(last_release()["tables"], read_schema()) == []


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX "by_state" ON "bookings_booking" ("state");',
        'ALTER TABLE "bookings_booking" ALTER COLUMN "title" TYPE text;',
        'ALTER TABLE "accounts_user" ALTER COLUMN "email" SET NOT NULL;',
        'ALTER TABLE "scheduling_seat" ADD CONSTRAINT "positive" CHECK ("number" > 0);',
        'ALTER TABLE "payments_payment" ADD CONSTRAINT "once" UNIQUE ("intent_id");',
        'ALTER TABLE "core_outboxmessage" ADD COLUMN "key" uuid DEFAULT gen_random_uuid() NOT NULL;',
        'UPDATE "bookings_booking" SET "state" = \'CONFIRMED\';',
        'ALTER TABLE "accounts_place" ALTER COLUMN "names" DROP DEFAULT;',
        'ALTER TABLE "accounts_place" RENAME COLUMN "names" TO "words";',
    ],
)
def test_a_statement_that_stops_the_site_is_refused(statement: str) -> None:
    assert len(faults([statement])) == 1


@pytest.mark.parametrize(
    "statements",
    [
        ['CREATE INDEX CONCURRENTLY "by_state" ON "bookings_booking" ("state");'],
        ['ALTER TABLE "bookings_booking" ADD COLUMN "size" integer DEFAULT 1 NOT NULL;'],
        ['ALTER TABLE "scheduling_seat" ADD CONSTRAINT "positive" CHECK ("number" > 0) NOT VALID;'],
        ['ALTER TABLE "payments_payment" ADD CONSTRAINT "once" UNIQUE USING INDEX "by_intent";'],
        ['CREATE TABLE "core_auditentry" ("id" bigint);', 'CREATE INDEX "i" ON "core_auditentry" ("id");'],
        ['CREATE INDEX "by_name" ON "accounts_professionalrole" ("name");'],
    ],
)
def test_a_statement_that_takes_a_moment_is_allowed(statements: list[str]) -> None:
    assert faults(statements) == []


def test_a_table_that_a_release_could_not_use_is_named() -> None:
    release = {"guest": {"name": {"null": True, "default": False}, "email": {"null": False, "default": False}}}
    now = deepcopy(release)
    now["guest"]["name"]["null"] = False
    del now["guest"]["email"]
    now["guest"]["phone"] = {"null": False, "default": False}

    assert conflicts(release | {"seat": {}}, now) == [
        "guest.name can no longer be empty",
        "guest.email is gone",
        "guest.phone is new, cannot be empty and has no default",
        "seat is gone",
    ]
    assert conflicts(release, release) == []
