"""Tests who sees which links in the menus of every page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import User
from core.navigation import Menu, links_of

pytestmark = pytest.mark.django_db


def labels(menu: Menu, user: User | AnonymousUser, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = user
    return [link.label for link in links_of(menu, request)]


def test_the_main_menu_by_role(cleo: User, ada: User, suri: User) -> None:
    assert labels(Menu.MAIN, AnonymousUser()) == ["Find a builder", "Pathways"]
    assert labels(Menu.MAIN, cleo) == ["Find a builder", "Pathways", "My progress", "Bookings"]
    assert labels(Menu.MAIN, ada) == ["Find a builder", "Pathways", "My progress", "Bookings", "Dashboard"]
    assert labels(Menu.MAIN, suri) == ["Find a builder", "Pathways", "My progress", "Bookings", "Operations"]


def test_the_account_menu_of_clients_and_builders(cleo: User, ada: User) -> None:
    assert labels(Menu.ACCOUNT, cleo) == [
        "Your favourites", "Saved searches", "Your goals", "Your account", "Become a builder", "Invite friends",
    ]  # fmt: skip
    assert labels(Menu.ACCOUNT, ada) == [
        "Your favourites", "Saved searches", "Your goals", "Your account", "Your dashboard", "Your listing", "Invite friends",
    ]  # fmt: skip


def test_the_tabs_of_the_dashboard(ada: User) -> None:
    assert labels(Menu.DASHBOARD, ada) == [
        "Overview",
        "Calendar",
        "Bookings",
        "Clients",
        "Offers",
        "Availability",
        "Connections",
        "Insights",
        "Skills",
        "Listing",
        "Share",
        "What clients see",
    ]


def test_the_tabs_of_operations(suri: User) -> None:
    assert labels(Menu.OPERATIONS, suri) == [
        "Today", "People", "Bookings", "Health", "Alarms", "Mail", "Messages", "Audit", "Members", "Insights", "Referrals",
        "Badges", "Policies", "Admin",
    ]  # fmt: skip


def test_a_link_is_marked_on_its_own_pages(cleo: User) -> None:
    request = RequestFactory().get("/pathways/accelerate/")
    request.user = cleo

    assert [link.label for link in links_of(Menu.MAIN, request) if link.is_here] == ["Pathways"]
