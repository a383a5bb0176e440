"""Model fields for names and titles. Migrations describe them as plain CharFields, which they are in the database."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from core.form_fields import LineFormField, NameFormField
from core.names import tidy, validate_name


class LineField(models.CharField[str, str]):
    """One line of text, such as a title, which `core.names.tidy` cleans whenever it is saved."""

    form_class: type[forms.CharField] = LineFormField

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", list(args), options

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return tidy(text) if isinstance(text, str) else text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  (Django's signature)
        text = getattr(model_instance, self.attname)
        if isinstance(text, str):
            text = tidy(text)
            setattr(model_instance, self.attname, text)
        return text

    def formfield(self, *args: Any, **options: Any) -> Any:
        return super().formfield(**{"form_class": self.form_class, **options})


class NameField(LineField):
    """A person's name, which may contain no address."""

    form_class = NameFormField
    default_validators = [*models.CharField.default_validators, validate_name]
