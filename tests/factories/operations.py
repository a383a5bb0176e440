"""Factories for the models of operations."""

from __future__ import annotations

from factory.declarations import SubFactory
from factory.django import DjangoModelFactory

from operations.models import StaffNote
from tests.factories.accounts import UserFactory


class StaffNoteFactory(DjangoModelFactory[StaffNote]):
    class Meta:
        model = StaffNote

    person = SubFactory(UserFactory)
    author = SubFactory(UserFactory)
    text = "Called about the first session."
