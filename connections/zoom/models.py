"""What a builder wants of the meetings that are made for them at Zoom."""

from __future__ import annotations

from django.db import models

from connections.oauth.models import LinkedAccount
from core.models import TimedModel


class ZoomSettings(TimedModel):
    """The settings of an account's meetings. Without a row the defaults apply."""

    class Recording(models.TextChoices):
        NONE = "none", "Do not record"
        LOCAL = "local", "Record on my computer"
        CLOUD = "cloud", "Record in Zoom’s cloud"

    account = models.OneToOneField(LinkedAccount, primary_key=True, on_delete=models.CASCADE, related_name="zoom")
    waiting_room = models.BooleanField("Clients wait until I let them in", default=True)
    join_before_host = models.BooleanField("Clients can join before me, without a waiting room", default=False)
    needs_passcode = models.BooleanField("Meetings have a passcode", default=True)
    host_video = models.BooleanField("My video is on when I join", default=True)
    participant_video = models.BooleanField("Clients’ video is on when they join", default=True)
    mute_upon_entry = models.BooleanField("Clients are muted when they join", default=False)
    recording = models.CharField("Recording", max_length=5, choices=Recording.choices, default=Recording.NONE)

    class Meta:
        verbose_name_plural = "Zoom settings"

    def __str__(self) -> str:
        return "settings of meetings"
