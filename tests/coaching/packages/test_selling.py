"""The pages and the API with which builders sell packages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from coaching.models import SessionType
from coaching.packages.models import Package
from sandbox.stripe.service import StripeSandbox
from tests.bookings.wire import Caller
from tests.factories.coaching import SessionDurationFactory, SessionTypeFactory
from tests.factories.payments import CreditGrantFactory

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
NEW = {"title": "Five hours", "minutes": "60", "sessions": "5", "price": "10 %", "valid_days": "365"}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&nbsp;", " ").split())


def test_a_builder_sells_five_sessions_for_ten_per_cent_less(hour: SessionType, ada: User, browser_of: Browser) -> None:
    browser_of(ada).post("/dashboard/packages/new/", NEW)

    package = Package.objects.get()
    assert (package.price, package.currency, package.is_active) == (Decimal(405), "USD", True)
    page = text(browser_of(ada).get("/dashboard/packages/"))
    assert "for <strong>$405.00</strong> instead of $450.00, $81.00 each" in page


def test_the_preview_says_what_clients_will_see(hour: SessionType, ada: User, browser_of: Browser) -> None:
    page = text(browser_of(ada).post("/dashboard/packages/new/", NEW | {"act": "preview"}))

    assert "$405" in page
    assert "<s>$450.00</s>" in page
    assert "10 % less" in page
    assert not Package.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"price": "500"}, "more than the sessions cost singly: $450"),
        ({"price": "a lot"}, "Enter an amount"),
        ({"minutes": "45"}, "None of your published sessions"),
        ({"sessions": "1"}, "greater than or equal to 2"),
    ],
    ids=["dearer than singly", "no price", "another length", "one session"],
)
def test_a_package_that_cannot_be_is_refused(
    wrong: dict[str, str], words: str, hour: SessionType, ada: User, browser_of: Browser
) -> None:
    answer = browser_of(ada).post("/dashboard/packages/new/", NEW | wrong)

    assert answer.status_code == 422
    assert words in text(answer)
    assert not Package.objects.exists()


def test_an_archived_package_is_on_no_page(
    five: Package, ada: User, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    assert f"/packages/{five.pk}/" in text(browser_of(cleo).get("/builders/ada-moreno/"))

    browser_of(ada).post(f"/dashboard/packages/{five.pk}/archive/")

    assert f"/packages/{five.pk}/" not in text(browser_of(cleo).get("/builders/ada-moreno/"))
    assert browser_of(cleo).get(f"/packages/{five.pk}/").status_code == 404


def test_a_package_is_on_the_page_of_its_session_type(
    five: Package, hour: SessionType, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    page = text(browser_of(cleo).get(f"/book/ada-moreno/{hour.pk}/"))

    assert "5 sessions for $405.00 instead of <s>$450.00</s>, $81.00 each" in page


def test_where_nothing_can_be_paid_online_packages_are_not_shown(
    five: Package, cleo: User, browser_of: Browser
) -> None:
    assert "Packages" not in text(browser_of(cleo).get("/builders/ada-moreno/"))


def test_a_stranger_cannot_change_it(five: Package, hour: SessionType, browser_of: Browser, ada: User) -> None:
    other = CreditGrantFactory.create().builder

    assert browser_of(other).get(f"/dashboard/packages/{five.pk}/").status_code == 403


def test_packages_over_the_api(hour: SessionType, ada: User) -> None:
    api = Caller(ada)
    body = {"title": "Five", "sessionTypeIds": [str(hour.pk)], "sessions": 5, "price": "405.00", "durationMinutes": 60}

    package = api.post("/api/coach/packages", body).json()["package"]
    assert (package["price"], package["active"], package["validDays"]) == ("405.00", True, 365)

    changed = api.send("PATCH", f"/api/coach/packages/{package['id']}", {"price": "400.00"}).json()["package"]
    assert changed["price"] == "400.00"
    assert Package.objects.get().price == Decimal(400)

    dear = api.send("PATCH", f"/api/coach/packages/{package['id']}", {"price": "999.00"})
    assert (dear.status_code, list(dear.json()["error"]["fields"])) == (422, ["price"])


def test_the_preview_warns_where_sessions_cost_differently(hour: SessionType, ada: User, browser_of: Browser) -> None:
    SessionDurationFactory.create(
        session_type=SessionTypeFactory.create(builder=ada, title="Clinic"), minutes=60, price=Decimal(25)
    )

    page = text(browser_of(ada).post("/dashboard/packages/new/", NEW | {"act": "preview"}))

    assert "cost $25.00 to $90.00 singly" in page
    assert "<s>$125.00</s>" in page
