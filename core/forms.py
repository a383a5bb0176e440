"""Form rendering and form fields. Each field is rendered together with its label, hint and error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import links, uploads
from core.characters import validate_characters
from core.dates import validate_date
from core.errors import Refused
from core.links import EXAMPLE, LONGEST, BadLink, parse_link
from core.options import options_html
from core.zones import known_zone, zone_choices, zone_names


class Renderer(TemplatesSetting):
    """Renders forms and fields with our own templates."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"


class QuickSelect(forms.Select):
    """A select whose options are ready HTML; with hundreds, a template for each takes longer than the whole page."""

    choices: Any = ()  # without Django's property, which looks at each choice whenever they are set or copied

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        options = options_html(self.choices, {str(chosen) for chosen in self.format_value(value)})
        return format_html("<select{}>{}</select>", flatatt(attributes), options)


class ZoneSelect(QuickSelect):
    """Lists the zones, and also the chosen one if the list lacks it; otherwise the browser would show another as chosen."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        self.choices = zone_choices(str(value or ""))
        return super().render(name, value, attrs, renderer)


class ZoneField(forms.ChoiceField):
    """A time zone. A former name, such as Asia/Calcutta, is saved as the present one."""

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


class LinkField(forms.URLField):
    """The link to a page, with http or https. One that is typed without them gets https."""

    default_validators = [links.validate_link]

    def __init__(self, *, example: str = "https://example.com/page", **options: Any) -> None:
        options.setdefault("error_messages", {"invalid": f"Enter a link like {example}."})
        super().__init__(max_length=links.LONGEST, assume_scheme="https", **options)


class MeetingLinkField(forms.CharField):
    """A link that other people will click, checked by `core.links`. It is empty if nothing was typed."""

    def __init__(self, **options: Any) -> None:
        # Not type="url": browsers would refuse a link without its scheme, which is added here.
        widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": EXAMPLE})
        super().__init__(**{"max_length": LONGEST, "required": False, "widget": widget, **options})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return parse_link(text) if text else ""
        except BadLink as error:
            raise forms.ValidationError(str(error), code="link") from None


class DateField(forms.DateField):
    """A date between the years 1900 and 2200."""

    default_validators = [validate_date]


class LocalTimeField(forms.DateTimeField):
    """A day and a time of day in the zone of whoever enters it, to the minute."""

    default_validators = [validate_date]

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        options.setdefault("error_messages", {"invalid": "Enter a day and a time, such as 2026-05-04 10:00."})
        super().__init__(**{"widget": widget, **options})

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except OverflowError:  # a year that no time zone reaches
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def check_characters_everywhere() -> None:
    """Makes the text fields of all forms, also those of Django and of packages, refuse characters that cannot be saved.

    A field copies the list of validators when it is created, so this has to run before any form is imported.
    """
    forms.CharField.default_validators = [validate_characters]


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Adds what a service refused to the form: to the fields that it has, and otherwise to the form as a whole."""
    for name, messages in (refused.fields or {"": [refused.sentence]}).items():
        form.add_error(name if name in form.fields else None, messages)


class UploadField(forms.FileField):
    """An uploaded file, checked by `core.uploads`. Pictures lose their metadata, unless the form itself makes new pictures
    of them."""

    def __init__(self, *, makes_pictures: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.accept = uploads.checked if makes_pictures else uploads.accepted

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload:
            return upload
        try:
            return self.accept(upload)
        except uploads.BadUpload as error:
            raise forms.ValidationError(str(error)) from None


class SampleForm(forms.Form):
    """The style guide's form: one field of each kind."""

    name = forms.CharField(
        label="Your name", help_text="The way you would say it.", error_messages={"required": "Enter your name."}
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
    place = forms.ChoiceField(
        label="Where", choices=[("remote", "Remote"), ("person", "In person")], widget=forms.RadioSelect, required=False
    )
    news = forms.BooleanField(label="Remind me an hour before", required=False)
