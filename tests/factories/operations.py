"""Factories for the models of operations."""

from __future__ import annotations

from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from operations.models import AlarmState, BackupRecord, ErrorCount, StaffNote
from tests.factories.accounts import UserFactory


class ErrorCountFactory(DjangoModelFactory[ErrorCount]):
    class Meta:
        model = ErrorCount
        django_get_or_create = ("minute", "area")

    minute = LazyFunction(lambda: clock.now().replace(second=0, microsecond=0))
    area = ErrorCount.Area.PAGES
    count = 1


class AlarmStateFactory(DjangoModelFactory[AlarmState]):
    """Makes the state of an alarm that is off."""

    class Meta:
        model = AlarmState

    name = Sequence(lambda number: f"alarm_{number}")
    checked_at = LazyFunction(clock.now)


class BackupRecordFactory(DjangoModelFactory[BackupRecord]):
    """Records a good backup that was just made."""

    class Meta:
        model = BackupRecord

    kind = BackupRecord.Kind.BACKUP
    finished_at = LazyFunction(clock.now)
    is_good = True


class StaffNoteFactory(DjangoModelFactory[StaffNote]):
    class Meta:
        model = StaffNote

    person = SubFactory(UserFactory)
    author = SubFactory(UserFactory)
    text = "Called about the first session."
