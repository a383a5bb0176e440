"""The form of a project."""

from __future__ import annotations

from django import forms

from core.form_fields import LineFormField


class ProjectForm(forms.Form):
    title = LineFormField(label="What is it called?", max_length=80, error_messages={"required": "Give it a name."})
    about = forms.CharField(
        label="What is it about?", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Builders whose sessions belong to this project will see this.",
    )  # fmt: skip
