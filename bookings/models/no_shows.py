"""Whether somebody did not come to a session, and what was said about that."""

from __future__ import annotations

from django.db import models

from bookings.states import Side


class NoShowColumns(models.Model):
    """The side that is reported not to have come, and when that was reported, contested and decided."""

    no_show_by = models.CharField(
        max_length=8, choices=[(Side.CLIENT, "Client"), (Side.BUILDER, "Builder")], blank=True
    )
    no_show_at = models.DateTimeField(null=True)  # when it was reported
    contested_at = models.DateTimeField(null=True)  # when the reported person contested it
    upheld_at = models.DateTimeField(null=True)  # when support decided that the contested report stays

    class Meta:
        abstract = True
