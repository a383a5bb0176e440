"""The figures of the whole place by day, added up each night, and until which day they are."""

from __future__ import annotations

from django.db import models

from pathways.models import Pathway


class DailyFigure(models.Model):
    """The sum of the amounts of one figure and key on one day in UTC, of all bookings, or of those on one pathway or of one
    kind."""

    day = models.DateField()
    pathway = models.ForeignKey(Pathway, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, blank=True, default="")  # of session; empty for all
    name = models.CharField(max_length=20)
    key = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "kind", "name", "day", "key"],
                name="one_sum_a_day",
                nulls_distinct=False,
                include=["amount"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name} {self.key}: {self.amount}"


class DailyFigureRun(models.Model):
    """When the sums were last added up. Days before `until` are in them; later ones are counted when they are read."""

    until = models.DateField()
    finished_at = models.DateTimeField()

    class Meta:
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return f"until {self.until}"
