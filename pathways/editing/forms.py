"""The forms beside the tree: a skill, the texts of a pathway, and the file of an import."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.form_fields import LineFormField
from pathways.catalogue.interchange import MAX_LENGTH, is_web_link
from pathways.models import Pathway, Skill

TITLE_AND_LINK = " | "
OFF = {"autocomplete": "off"}


class SkillsField(forms.ModelMultipleChoiceField[Skill]):
    """Skills by their slugs, each shown with its tier."""

    def label_from_instance(self, obj: Skill) -> str:
        return f"{obj} (tier {obj.tier})"


class SkillForm(forms.Form):
    """A skill with its prerequisites and pathways."""

    name = LineFormField(
        label="Name", max_length=60, widget=forms.TextInput(attrs=OFF), error_messages={"required": "Give it a name."}
    )
    tier = forms.TypedChoiceField(
        label="Tier", choices=[(tier, f"Tier {tier}") for tier in Skill.Tier.values], coerce=int
    )
    summary = LineFormField(
        label="In one line", max_length=140, widget=forms.TextInput(attrs=OFF),
        error_messages={"required": "Say in one line what it is."},
    )  # fmt: skip
    description = forms.CharField(
        label="Description", max_length=4000, help_text="Why it matters, and how one begins.",
        widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say why it matters and how one begins."},
    )  # fmt: skip
    is_fundamental = forms.BooleanField(label="Fundamental", required=False)
    needs_builder = forms.BooleanField(label="A builder has to verify it", required=False)
    needs = SkillsField(
        label="Comes after", queryset=Skill.objects.none(), required=False, to_field_name="slug",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "one-a-line"}),
        help_text="Skills that have to be completed before it.",
    )  # fmt: skip
    resources = forms.CharField(
        label="Resources", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, with its title and its link: Pro Git, the book | https://git-scm.com/book",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, pathway: Pathway, skill: Skill | None = None) -> None:
        super().__init__(data, initial=_values_of(skill) if skill else {"tier": 1}, auto_id="skill_%s")
        listed = Skill.objects.filter(pathways=pathway, is_active=True)
        if skill is not None:
            listed = (listed | Skill.objects.filter(opens=skill)).exclude(pk=skill.pk).distinct()
        needs = cast("SkillsField", self.fields["needs"])
        needs.queryset = listed.order_by("tier", "order", "name")

    def clean_resources(self) -> list[dict[str, str]]:
        resources = []
        for line in self.cleaned_data["resources"].splitlines():
            title, separator, url = line.strip().rpartition("|")
            if not line.strip():
                continue
            if not separator or not title.strip() or not is_web_link(url.strip()):
                raise forms.ValidationError(f"Write “{line.strip()[:60]}” as a title, a | and a link with https.")
            resources.append({"title": title.strip(), "url": url.strip()})
        return resources

    @property
    def values(self) -> dict[str, Any]:
        """Returns the cleaned values as `editing.services` takes them, with slugs for prerequisites."""
        return self.cleaned_data | {"needs": [need.slug for need in self.cleaned_data["needs"]]}


def _values_of(skill: Skill) -> dict[str, Any]:
    names = ("name", "tier", "summary", "description", "is_fundamental", "needs_builder")
    return {
        **{name: getattr(skill, name) for name in names},
        "needs": [need.slug for need in skill.needs.all()],
        "resources": "\n".join(f"{resource['title']}{TITLE_AND_LINK}{resource['url']}" for resource in skill.resources),
    }


class PathwayForm(forms.ModelForm[Pathway]):
    """The texts and the look of a pathway. Only parses: `editing.services` saves."""

    class Meta:
        model = Pathway
        fields = ("name", "tagline", "description", "for_whom", "tier1", "tier2", "tier3", "look", "order", "is_active")
        labels = {
            "tagline": "Line below the name",
            "for_whom": "Whom it is for",
            "tier1": "First tier",
            "tier2": "Second tier",
            "tier3": "Third tier",
            "order": "Place in the list",
            "is_active": "Clients can begin it",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "for_whom": forms.Textarea(attrs={"rows": 4}),
        }

    def _post_clean(self) -> None:
        """Leaves the instance as it is, so that the service sees what changes."""


class CatalogueImportForm(forms.Form):
    """A document of pathways and skills."""

    file = forms.FileField(
        label="File", help_text="JSON, or YAML with the same content.",
        widget=forms.FileInput(attrs={"accept": ".json,.yaml,.yml"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )  # fmt: skip

    def clean_file(self) -> str:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size and file.size > MAX_LENGTH:
            raise forms.ValidationError("This is too large for a catalogue.")
        try:
            text: str = file.read().decode()
        except UnicodeDecodeError:
            raise forms.ValidationError("This file is not UTF-8 text.") from None
        return text
