"""The forms for the skills a builder teaches, and for the questions that suggest a pathway."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from pathways.models import Skill


class BuilderSkillsForm(forms.Form):
    skills = forms.ModelMultipleChoiceField(queryset=Skill.objects.none(), required=False, to_field_name="slug")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelMultipleChoiceField[Skill]", self.fields["skills"]).queryset = Skill.objects.open()


QUESTIONS = (
    (
        "why", "What brings you here?",
        (
            ("ship", "I am good at something and want to be known for it", "accelerate"),
            ("change", "I want to work in another field", "pivot"),
            ("joy", "I want to make something for the joy of it", "play"),
        ),
    ),
    (
        "stuck", "What is in the way?",
        (
            ("finish", "I begin a lot and finish little", "accelerate"),
            ("prove", "Nobody believes yet that I can do it", "pivot"),
            ("begin", "I do not know where to begin", "play"),
        ),
    ),
    (
        "year", "A year from now, what has happened?",
        (
            ("users", "People use what I made, and pay for it", "accelerate"),
            ("job", "I am paid for the new work", "pivot"),
            ("shown", "I have shown it to others, and we had fun", "play"),
        ),
    ),
)  # fmt: skip


class WelcomeForm(forms.Form):
    """Three questions, of which each answer counts for one pathway."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label, answers in QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[(key, words) for key, words, _ in answers], widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the three.", "invalid_choice": "Choose one of the three."},
            )  # fmt: skip

    @property
    def suggested(self) -> str:
        """Returns the slug of the pathway with the most answers; at a tie the first answer decides."""
        slugs = [
            slug for name, _, answers in QUESTIONS for key, _, slug in answers if self.cleaned_data.get(name) == key
        ]
        return max(slugs, key=slugs.count)
