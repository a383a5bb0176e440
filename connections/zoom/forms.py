"""The form for what a builder wants of their Zoom meetings."""

from __future__ import annotations

from django import forms

from connections.zoom.models import ZoomSettings


class ZoomSettingsForm(forms.ModelForm[ZoomSettings]):
    class Meta:
        model = ZoomSettings
        fields = [
            "waiting_room", "join_before_host", "needs_passcode", "host_video", "participant_video", "mute_upon_entry",
            "recording",
        ]  # fmt: skip
