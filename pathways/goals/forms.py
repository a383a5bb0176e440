"""The form of a goal, with the fields that its kind needs."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from core.form_fields import LineFormField
from core.forms import DateField
from core.ids import parse_uuid
from pathways.goals.queries import open_rows
from pathways.goals.services import COUNTED, MOST_TARGET, WITH_PATHWAY, GoalDetails
from pathways.models import Goal, Pathway, Skill

Kind = Goal.Kind
REMINDERS = [
    ("14", "Two weeks before"), ("7", "A week before"), ("3", "Three days before"), ("1", "The day before"),
    ("0", "On the day"),
]  # fmt: skip
DATE = {"type": "date"}


class GoalForm(forms.Form):
    """What to reach, by when, who sees it, and when to be reminded. Fields that the kind does not need are left out."""

    title = LineFormField(label="What do you want to reach?", max_length=120, required=False)
    skill = forms.ModelChoiceField(Skill.objects.none(), label="Skill", empty_label="Choose a skill")
    pathway = forms.ModelChoiceField(Pathway.objects.none(), label="Pathway", empty_label="Choose a pathway")
    tier = forms.TypedChoiceField(label="Tier", choices=Skill.Tier.choices, coerce=int)
    target = forms.IntegerField(label="How many", min_value=1, max_value=MOST_TARGET)
    starts_on = DateField(
        label="Count from", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text="Sessions from this day on count.",
    )  # fmt: skip
    steps = forms.CharField(
        label="Steps", required=False, max_length=12_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One step on each line. You tick them as you go.",
    )  # fmt: skip
    deadline = DateField(
        label="Deadline", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text="The goal has until the end of this day, in your time zone. You can move it at any time.",
    )  # fmt: skip
    remind_days = forms.TypedMultipleChoiceField(
        label="Remind me", choices=REMINDERS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="In the morning. Without a choice there are no reminders.",
    )  # fmt: skip
    shared_with = forms.ChoiceField(label="Share it with", required=False, help_text="They can see your progress.")

    def __init__(self, data: Any = None, *, kind: str, goal: Goal | None = None, builders: list[User] | None) -> None:
        """`builders` are those with whom it can be shared; None for a goal that a builder suggests."""
        super().__init__(data, initial=_initial(goal))
        self.kind, self.builders = kind, builders or []
        for name in _unused(kind, has_sharing=builders is not None):
            del self.fields[name]
        self._set_choices(goal)
        if builders is None:
            self.fields["deadline"].help_text = "The goal has until the end of this day, in your client’s time zone."
            self._keep_for_client()
        if kind != Kind.CUSTOM:
            self.order_fields(["skill", "target", "tier", "pathway", "starts_on"])
        if kind == Kind.CUSTOM:
            self.fields["title"].required = True
            self.fields["title"].error_messages["required"] = "Say what you want to reach."
        else:
            self.fields["title"].label = "Name"
            self.fields["title"].help_text = "If you leave this empty, the goal is named after what it counts."

    def _keep_for_client(self) -> None:
        """Leaves out what only the client decides."""
        self.fields.pop("remind_days")

    def _set_choices(self, goal: Goal | None) -> None:
        open_skills, open_pathways = open_rows(goal)
        skills: Any = self.fields.get("skill")
        pathways: Any = self.fields.get("pathway")
        sharing: Any = self.fields.get("shared_with")
        if skills:
            skills.queryset = open_skills.order_by("name")
        if pathways:
            pathways.queryset = open_pathways
        if pathways and self.kind in COUNTED:
            pathways.required, pathways.empty_label = False, "Any sessions"
            pathways.label = "Sessions that count"
        if sharing:
            sharing.choices = [("", "Nobody"), *((str(person.pk), person.display_name) for person in self.builders)]

    def details(self) -> GoalDetails:
        """Returns what was typed, for the service."""
        values = self.cleaned_data
        shared_with = parse_uuid(values.get("shared_with") or None)
        return GoalDetails(
            kind=self.kind,
            title=values["title"],
            skill=values.get("skill"),
            pathway=values.get("pathway"),
            tier=values.get("tier") or None,
            target=values.get("target"),
            starts_on=values.get("starts_on"),
            deadline=values["deadline"],
            remind_days=values.get("remind_days", ()),
            steps=[line.strip() for line in values.get("steps", "").splitlines() if line.strip()],
            shared_with=next((person for person in self.builders if person.pk == shared_with), None),
        )


def _unused(kind: str, *, has_sharing: bool) -> set[str]:
    used = {"title", "deadline", "remind_days"} | ({"shared_with"} if has_sharing else set())
    if kind == Kind.SKILL:
        used |= {"skill"}
    elif kind in WITH_PATHWAY:
        used |= {"pathway"} | ({"tier"} if kind == Kind.TIER else set())
    elif kind in COUNTED:
        used |= {"target", "pathway", "starts_on"}
    else:
        used |= {"steps"}
    return set(GoalForm.base_fields) - used


def _initial(goal: Goal | None) -> dict[str, Any]:
    if goal is None:
        return {"remind_days": [7, 1]}
    names = ("title", "skill", "pathway", "tier", "target", "starts_on", "deadline", "remind_days")
    values = {name: getattr(goal, name) for name in names}
    shared_with = str(goal.shared_with_id or "")
    return values | {"steps": "\n".join(step.text for step in goal.steps.all()), "shared_with": shared_with}
