"""Form fields for names and titles, which the model fields in `core.fields` use as well."""

from __future__ import annotations

from typing import Any

from django import forms

from core.characters import validate_characters
from core.names import tidy, validate_name


class LineFormField(forms.CharField):
    """One line of text, such as a title."""

    def clean(self, value: Any) -> Any:
        """Validates what was typed, then returns it tidied."""
        text = super().clean(value)
        text = tidy(text) if isinstance(text, str) else text
        if self.required and not text:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return text


class NameFormField(LineFormField):
    """A person's name, which may contain no address."""

    default_validators = [validate_characters, validate_name]
