"""Forms for profiles, pictures, API tokens and applications."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.http import HttpRequest

from accounts import places
from accounts.applications import SHORTEST_MESSAGE
from accounts.models import BuilderApplication, BuilderProfile, Place, ProfessionalRole, User, UserManager
from accounts.tokens.services import DEFAULT_DAYS, LIFETIMES
from core import images
from core.errors import Refused
from core.form_fields import LineFormField, NameFormField
from core.forms import ZoneField
from core.languages import LANGUAGES
from core.scopes import Scope

AVATAR_SIDE = 320


class NameForm(forms.Form):
    """The name that sign-up asks for beside address and password (ACCOUNT_SIGNUP_FORM_CLASS of allauth)."""

    display_name = NameFormField(
        label="Your name",
        max_length=80,
        help_text="The name that others see when you book.",
        error_messages={"required": "Enter your name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Does nothing: allauth requires the method, and `accounts.sign_up` saves the name with the sign-up."""


class PlaceField(forms.CharField):
    """A town, typed by its name. With JavaScript, the field suggests towns while one types."""

    def __init__(self, *, placeholder: str = "Berlin", **options: Any) -> None:
        widget = forms.TextInput(attrs={"data-places": "/places/", "autocomplete": "off", "placeholder": placeholder})
        super().__init__(max_length=160, required=False, widget=widget, **options)

    def clean(self, value: Any) -> Place | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return places.named(text)
        except Refused as refused:
            raise forms.ValidationError(f"{refused.text} {_similar_towns(text)}") from None


def _similar_towns(text: str) -> str:
    """Returns a sentence with towns whose name begins like the text, or is spelt like it. Three queries at most."""
    near = places.suggest(text) or places.suggest(text.partition(",")[0]) or places.similar(text)
    names = " or ".join(str(place) for place in near[:3])
    return f"Did you mean {names}?" if names else "Try a larger town nearby."


class PersonForm(forms.ModelForm[User]):
    place = PlaceField(label="Where you are", help_text="The nearest town. Builders show it on their profile.")
    about = forms.CharField(
        label="What builders should know about you",
        max_length=2000,
        required=False,
        help_text="Only the builders you book can read it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["display_name", "timezone", "hour_format", "place", "about"]
    timezone = ZoneField(help_text="Every time you see is shown in this zone.")

    class Meta:
        model = User
        fields = [
            "display_name",
            "timezone",
            "hour_format",
            "place",
            "wants_notifications",
            "wants_mail",
            "wants_reminders",
        ]
        labels = {"display_name": "Your name", "hour_format": "Hours"}
        error_messages: dict[str, Any] = {"display_name": {"required": "Enter your name."}}
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "name"}), "hour_format": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form that is sent without the field keeps the hour format that the person has.
        self.fields["hour_format"].required = not self.is_bound or "hour_format" in self.data


class AvatarForm(forms.Form):
    """A picture. Cleaning it decodes the file and returns a square WebP."""

    picture = forms.FileField(
        label="A picture of you",
        help_text="JPEG, PNG or WebP, up to 8 MB. We crop it to a square, and remove where it was taken.",
        error_messages={"required": "Choose a picture.", "empty": "This file is empty."},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_picture(self) -> ContentFile[bytes]:
        try:
            return images.square(self.cleaned_data["picture"], side=AVATAR_SIDE)
        except images.BadImage as bad:
            raise forms.ValidationError(str(bad)) from None


class EraseForm(forms.Form):
    """Erases the account once the person has typed its email address, so that nobody does it by accident."""

    email = forms.CharField(
        label="Your email address",
        help_text="Type it to confirm.",
        error_messages={"required": "Enter your email address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_email(self) -> str:
        email = UserManager.normalize_email(self.cleaned_data["email"])
        if email != self.user.email:
            raise forms.ValidationError("This is not the address of this account.")
        return email


class TokenForm(forms.Form):
    name = LineFormField(
        label="What is it for?",
        max_length=80,
        help_text="So that you know which one to revoke, such as “calendar script on my laptop”.",
        error_messages={"required": "Say what it is for."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.ChoiceField(
        label="What may it do?",
        choices=[
            (Scope.READ, "Read: see what you can see, and change nothing"),
            (Scope.BOOK, "Read and book: also hold, book, move, cancel and pay for sessions as you"),
            (Scope.MANAGE, "Everything you may do"),
        ],
        help_text="Choose only what it needs.",
        error_messages={"required": "Choose what it may do.", "invalid_choice": "Choose what it may do."},
        widget=forms.RadioSelect(attrs={"class": "one-a-line"}),
    )
    days = forms.TypedChoiceField(
        label="How long should it work?",
        choices=list(LIFETIMES.items()),
        coerce=int,
        initial=DEFAULT_DAYS,
        help_text="We will mail you two weeks before it expires.",
        error_messages={"required": "Choose how long it should work.", "invalid_choice": "Choose from the list."},
    )


class ApplicationForm(forms.ModelForm[BuilderApplication]):
    message = forms.CharField(
        label="What you do, and for whom",
        min_length=SHORTEST_MESSAGE,
        max_length=2000,
        help_text="Tell us who you have worked with, and what they achieved with your help.",
        error_messages={
            "required": "Tell us what you do.",
            "min_length": f"Tell us a little more, in at least {SHORTEST_MESSAGE} characters.",
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = BuilderApplication
        fields = ["headline", "message"]
        help_texts = {"headline": "The line under your name, such as “Mixing engineer for bands that play loud”."}
        error_messages: dict[str, Any] = {"headline": {"required": "Enter a headline."}}


class BuilderForm(forms.ModelForm[BuilderProfile]):
    roles = forms.ModelMultipleChoiceField(
        label="What you are",
        queryset=ProfessionalRole.objects.filter(is_offered=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = PlaceField(
        label="Where you work",
        placeholder="Berlin, Germany",
        help_text="Type a town and choose it. Clients find you when they search near it.",
    )
    languages = forms.MultipleChoiceField(
        label="Languages you speak in sessions",
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = BuilderProfile
        fields = ["headline", "bio", "roles", "place", "languages", "is_published"]
        labels = {"bio": "About your work", "is_published": "Show my profile to everyone"}
        help_texts = {
            "headline": "One line under your name, such as “Mixing engineer for bands that play loud”.",
            "bio": "Who you work with, and what they get from it. Leave a blank line between paragraphs.",
        }
        error_messages: dict[str, Any] = {"headline": {"required": "Enter a headline."}}
        widgets = {"bio": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        place = self.instance.user.place
        self.fields["place"].initial = str(place) if place else ""
        spoken = self.instance.languages
        cast("forms.MultipleChoiceField", self.fields["languages"]).choices = sorted(
            LANGUAGES, key=lambda language: language[0] not in spoken
        )
