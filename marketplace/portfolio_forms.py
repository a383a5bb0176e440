"""Forms of the portfolio. Validating a picture also resizes it and drops its metadata."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms

from accounts.models import BuilderProfile
from core import images
from core.form_fields import LineFormField
from core.forms import LinkField, UploadField
from core.images import Picture
from core.uploads import PICTURES
from marketplace import portfolio
from marketplace.models import PortfolioAsset
from marketplace.portfolio import PieceText

RECORDINGS = {".mp3", ".m4a", ".wav", ".flac"}


class WordsForm(forms.Form):
    """Title, alternative text and description of a piece."""

    title = LineFormField(label="Title", max_length=80, error_messages={"required": "Give it a title."})
    alt = forms.CharField(
        label="What a picture shows", max_length=200, required=False,
        help_text="For people who cannot see it. Recordings, videos and files do not need it.",
    )  # fmt: skip
    description = forms.CharField(
        label="The story behind it", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, is_picture: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_picture = is_picture

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_picture and not cleaned.get("alt"):
            self.add_error("alt", "Say in a few words what the picture shows.")
        return cleaned

    @property
    def text(self) -> PieceText:
        return PieceText(**{name: self.cleaned_data[name] for name in ("title", "alt", "description")})


class PieceForm(WordsForm):
    """A new piece: a file, or the link to a video."""

    file = UploadField(
        label="A picture, a recording or a file", required=False, makes_pictures=True,
        help_text="JPEG, PNG, WebP, MP3, M4A, WAV, FLAC, PDF and more. Where a picture was taken is removed from it.",
    )  # fmt: skip
    url = LinkField(
        label="Or the link to a video", required=False, example="https://vimeo.com/76979871",
        help_text="YouTube, Vimeo or another site. It opens there.",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ["file", "url", "title", "alt", "description"]

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.pictures: list[Picture] = []
        if upload and PurePath(upload.name).suffix.lower() in PICTURES:
            self.is_picture = True
            try:
                self.pictures = images.shrunk(upload, portfolio.SIDES)
            except images.BadImage as bad:
                raise forms.ValidationError(str(bad)) from None
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "file" in cleaned and bool(cleaned["file"]) == bool(cleaned.get("url")) and "url" not in self.errors:
            message = (
                "Choose a file or enter a link, not both." if cleaned["file"] else "Choose a file, or enter a link."
            )
            self.add_error("file", message)
        return cleaned

    def add_to(self, profile: BuilderProfile) -> PortfolioAsset:
        file, url = self.cleaned_data["file"], self.cleaned_data["url"]
        if url:
            return portfolio.add_link(profile=profile, text=self.text, url=url)
        if self.pictures:
            large, small = self.pictures
            return portfolio.add_picture(profile=profile, text=self.text, large=large, small=small, name=file.name)
        is_audio = PurePath(file.name).suffix.lower() in RECORDINGS
        return portfolio.add_file(profile=profile, text=self.text, file=file, is_audio=is_audio)
