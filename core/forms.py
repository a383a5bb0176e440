"""How forms look and speak: every field with its label, hint and error tied together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import uploads
from core.characters import validate_characters
from core.dates import validate_date
from core.names import tidy, validate_name
from core.zones import known_zone, zone_choices, zone_names


class Renderer(TemplatesSetting):
    """Renders each field with our own group template."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"


class QuickSelect(forms.Select):
    """A list of plain choices, joined in Python: a template for each of hundreds costs more than the rest of a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(each) for each in self.format_value(value)}
        rows = ((each, mark_safe(" selected" if str(each) in chosen else ""), label) for each, label in self.choices)  # noqa: S308  (ours)
        told = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html("<select{}>{}</select>", flatatt(told), options)


class ZoneSelect(QuickSelect):
    """Lists the zones, and whichever is chosen now even if the list lacks it: no other may look as if it were chosen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        self.choices = zone_choices(str(value or ""))
        return super().render(name, value, attrs, renderer)


class ZoneField(forms.ChoiceField):
    """A time zone, by its present name."""

    widget = ZoneSelect

    def __init__(self, *, label: str = "Time zone", **options: Any) -> None:
        super().__init__(label=label, choices=zone_choices, **options)

    def prepare_value(self, value: Any) -> Any:
        return known_zone(value) or value if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return known_zone(text) or text

    def valid_value(self, value: str) -> bool:
        return value in zone_names()


class LineFormField(forms.CharField):
    """One line of text, such as a title."""

    def clean(self, value: Any) -> Any:
        """The validators look at what was typed; what is kept is tidied."""
        text = super().clean(value)
        text = tidy(text) if isinstance(text, str) else text
        if self.required and not text:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return text


class NameFormField(LineFormField):
    """A person's name."""

    default_validators = [validate_characters, validate_name]


class DateField(forms.DateField):
    """A date of those that we take."""

    default_validators = [validate_date]


def check_characters_everywhere() -> None:
    """Makes each text field of every form, also of Django's and of other packages, refuse what cannot be saved.

    A field copies the list when it is made, so this comes before any form is loaded.
    """
    forms.CharField.default_validators = [validate_characters]


class UploadField(forms.FileField):
    """A file that we take."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if not found:
            return found
        try:
            return uploads.checked(found)
        except uploads.BadUpload as error:
            raise forms.ValidationError(str(error)) from None


class SampleForm(forms.Form):
    """The style guide's form: one field of each kind."""

    name = forms.CharField(
        label="Your name", help_text="As you would say it.", error_messages={"required": "Enter your name."}
    )
    email = forms.EmailField(
        label="Email address",
        error_messages={"invalid": "Enter an email address like name@example.com."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    zone = forms.ChoiceField(
        label="Time zone", choices=[("Europe/Berlin", "Berlin"), ("Asia/Kathmandu", "Kathmandu")], required=False
    )
    about = forms.CharField(label="About you", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    way = forms.ChoiceField(
        label="Where", choices=[("remote", "Remote"), ("person", "In person")], widget=forms.RadioSelect, required=False
    )
    news = forms.BooleanField(label="Remind me an hour before", required=False)
