"""The form of a badge, whose rule reads as a sentence."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.badges.definitions import clear_unused, level_problems
from pathways.models import Badge


class BadgeForm(forms.ModelForm[Badge]):
    """Who gets the badge for what. What the chosen rule does not use is emptied."""

    class Meta:
        model = Badge
        fields = (
            "name", "slug", "description", "audience", "rule", "count", "further_counts", "window_days", "pathway",
            "tier", "skill", "is_hidden", "is_active", "order",
        )  # fmt: skip
        labels = {
            "slug": "Short name in addresses", "audience": "Who can earn it", "rule": "Award it for", "count": "How many",
            "further_counts": "How many for further levels", "window_days": "Within so many days",
            "pathway": "On the pathway", "tier": "Tier", "skill": "Skill", "is_hidden": "Hidden until it is earned",
            "is_active": "Award it", "order": "Place in lists",
        }  # fmt: skip
        help_texts = {
            "count": "Of sessions, hours, weeks in a row, skills, goals or answers.",
            "further_counts": "Separated by commas, such as 10, 25. Without any, the badge has one level.",
            "window_days": "For sessions, hours and skills. If you leave it empty, all of them count. Answers need it.",
            "pathway": "Needed for a tier, fundamentals and a pathway. For sessions, hours, weeks and skills it limits what counts.",
            "is_active": "Leave it off to see first, with the command award_badges, how many people would get it.",
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "further_counts" in values and values["further_counts"] is None:
            values["further_counts"] = []
        clear_unused(values)
        for problem in level_problems(values.get("count"), values.get("further_counts") or []):
            self.add_error("further_counts", problem)
        return values
