"""Factories for the models of insights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory

from core import clock
from insights.models import DailyFigure, DailyFigureRun


class DailyFigureFactory(DjangoModelFactory[DailyFigure]):
    class Meta:
        model = DailyFigure

    day = date(2026, 1, 5)
    name = "sessions"
    key = Sequence(str)
    amount = Decimal(1)


class DailyFigureRunFactory(DjangoModelFactory[DailyFigureRun]):
    class Meta:
        model = DailyFigureRun

    until = date(2026, 1, 6)
    finished_at = LazyFunction(clock.now)
