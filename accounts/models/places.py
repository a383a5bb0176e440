"""Towns."""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """A town with at least 15,000 people, from GeoNames, or one that admins have added."""

    id = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=60)
    country_code = models.CharField(max_length=2)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    timezone = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    is_offered = models.BooleanField("can be chosen", default=True, db_default=True)
    names = models.TextField()  # its names without accents and capitals, to search in: |munich|munchen|

    class Meta:
        ordering = ["-population", "id"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.region, self.country) if part)
