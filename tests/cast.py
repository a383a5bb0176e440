"""Creates the people of the tests: ada the builder, cleo and sam the clients, suri from support, alex the admin."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from accounts.services import free_slug, grant, sort_name
from marketplace import listings
from tests.factories.accounts import PASSWORD, BuilderFactory, UserFactory

__all__ = ["PASSWORD", "make_builder_person", "make_person", "make_staff", "with_all_roles"]


def make_person(name: str, *, password: str = PASSWORD, timezone: str = "Europe/London") -> User:
    """Creates a person with a confirmed email address."""
    return UserFactory.create(display_name=name, password=password, timezone=timezone)


def make_builder_person(name: str, *, headline: str = "Builds things", bio: str = "With care.") -> User:
    """Creates a builder whose profile is published and listed, by the rows that `make_builder` would leave."""
    user = BuilderFactory.create(
        display_name=name, profile__headline=headline, profile__bio=bio,
        profile__slug=free_slug(name), profile__sort_name=sort_name(name),
    )  # fmt: skip
    listings.refresh([user.pk])  # a test's transaction is never committed, so the refresh after commit does not run
    return user


def make_staff(name: str, role: Role) -> User:
    user = make_person(name)
    grant(user=user, role=role, by=None, reason="test")
    return user


def with_all_roles(user: User) -> User:
    for role in Role:
        grant(user=user, role=role, by=None, reason="test")
    return user
