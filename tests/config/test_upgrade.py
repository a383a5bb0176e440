"""Tests that a database of an earlier version, with demo data, can be migrated and used."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.test import Client

from accounts.models import ApiToken, User
from accounts.tokens import services as tokens
from bookings.models import Booking
from config.embedded.paths import PROJECT
from core import clock
from core.scopes import Scope
from tests import databases, environment

# Of 150 migrations it takes a minute; `.ci/run` upgrades the wheel by one more migration, with data.
pytestmark = [pytest.mark.deep, pytest.mark.slow]

EARLIER = Path(__file__).parent / "data" / "before_renames.sql.gz"
PAGES = {
    "client@demo.test": [
        "/",
        "/bookings/",
        "/bookings/?show=past",
        "/me/pathways/",
        "/me/badges/",
        "/waiting/",
        "/projects/",
    ],
    "builder@demo.test": [
        "/dashboard/",
        "/dashboard/bookings/",
        "/dashboard/clients/",
        "/dashboard/offers/",
        "/dashboard/skills/",
    ],
    "support@demo.test": ["/builders/", "/builders/ada-moreno/"],
}
OLD_TOKEN = "wm_from-before-tokens-had-scopes"


@pytest.fixture
def earlier_database(committed: None) -> None:
    """Replaces this worker's database by an earlier one, migrated by `manage.py migrate`."""
    name = f"waymark_earlier_{environment.WORKER}"
    databases.clone("template0", name)
    with psycopg.connect(databases.server(), dbname=name, autocommit=True) as earlier:
        earlier.execute(gzip.decompress(EARLIER.read_bytes()))
        earlier.execute(
            """
            INSERT INTO public.accounts_apitoken (changed_at, id, name, digest, hint, user_id)
            SELECT now(), gen_random_uuid(), 'old', %s, 'wm_old', id
            FROM public.accounts_user WHERE email = 'client@demo.test'
            """,
            [hashlib.sha256(OLD_TOKEN.encode()).hexdigest()],
        )
    url = environment.database_url(name)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
    )
    databases.clone(name, f"waymark_{environment.WORKER}")
    databases.drop(name)


def test_an_earlier_database_migrates_and_works(earlier_database: None) -> None:
    """Migrating takes longer than all that is checked here, so one test checks it all."""
    assert_every_table_can_be_read()
    assert_old_tokens_keep_every_scope_and_end_in_a_year()
    assert_pages_open_and_cleo_can_book()


def assert_every_table_can_be_read() -> None:
    """Each model can select all its columns, if its table or a column was renamed too."""
    rows = {model: list(model._base_manager.all()[:1]) for model in apps.get_models() if model._meta.managed}

    assert rows[User]


def assert_old_tokens_keep_every_scope_and_end_in_a_year() -> None:
    token = ApiToken.objects.get(name="old")
    assert token.scopes == Scope.values
    assert abs(token.expires_at - clock.now() - timedelta(days=365)) < timedelta(hours=1)
    assert tokens.person_of(OLD_TOKEN) == token.user


def assert_pages_open_and_cleo_can_book() -> None:
    """Everybody can open their pages, the bookings are there, and Cleo can book Ada's next free time."""
    assert Booking.objects.count() == 68
    browsers = {email: Client() for email in PAGES}
    for email, browser in browsers.items():
        browser.force_login(User.objects.get(email=email))
        for path in PAGES[email]:
            assert browser.get(path).status_code == 200, path

    browser = browsers["client@demo.test"]
    offered = browser.get("/api/scheduling/sessions/available", {"builderId": "ada-moreno", "category": "FREE"}).json()
    session = offered["sessions"][0]
    start = clock.now().date() + timedelta(days=2)
    slots = browser.get(
        "/api/coaching/sessions/available",
        {
            "coachId": "ada-moreno",
            "sessionTypeId": session["id"],
            "from": start.isoformat(),
            "to": (start + timedelta(days=7)).isoformat(),
        },
    ).json()["availableSlots"]
    token = tokens.issue(user=User.objects.get(email="client@demo.test"), name="test")
    answer = Client().post(
        "/api/bookings/create",
        {
            "builderId": "ada-moreno",
            "sessionTypeId": session["id"],
            "scheduledTime": slots[0]["startTime"],
            "customQuestionResponse": {
                question["id"]: (question["options"] or ["An app"])[0] for question in session["questions"]
            },
        },
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201, answer.content
