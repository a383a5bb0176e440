"""The forms of the review: for each session type of a plan, what its builder needs to know, asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from accounts.models import User
from bookings.agreement.requests import BookingRequest
from bookings.models import SessionPlan
from bookings.session_plans.booking import TypeDetails
from bookings.wizard.forms import DetailsForm
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from scheduling.claims import Visitor


class TypeDetailsForm(DetailsForm):
    """What a builder needs to know about all sessions of one type. The pathway is that of the plan."""

    def __init__(self, data: Any = None, *, plan: SessionPlan, session_type: SessionType, **options: Any) -> None:
        self.plan = plan
        prefix = f"type-{session_type.pk}"
        super().__init__(data, session_type=session_type, person=plan.client, prefix=prefix, **options)
        del self.fields["website"]

    def _add_pathway(self) -> None:
        """Asks for none."""

    def _add_project(self) -> None:
        """Asks for none."""

    @property
    def is_asking(self) -> bool:
        """Whether there is more to fill in than notes."""
        return len(self.fields) > 1

    @property
    def typed(self) -> dict[str, str]:
        return {
            name: str(self.data[self.add_prefix(name)]) for name in self.fields if self.add_prefix(name) in self.data
        }

    @property
    def details(self) -> TypeDetails:
        """The valid form as what the services of plans take."""
        request = self._request()
        return TypeDetails(
            answers=request.answers,
            is_remote=request.is_remote,
            in_person_at=request.in_person_at,
            location=request.location,
            notes=request.notes,
        )

    def _request(self) -> BookingRequest:
        return self.booking_request(
            start=clock.now(), minutes=0, rate_type=None, timezone=self.plan.timezone, form_key=uuid4()
        )

    def booking_request(self, **fields: Any) -> BookingRequest:
        return replace(super().booking_request(**fields), pathway=self.plan.pathway)

    def add_refusal(self, refused: Refused) -> None:
        """Shows what a service refused about this session type, whose fields are named `SESSION_TYPE.FIELD`."""
        lead = f"{self.session_type.pk}."
        for name, problems in (refused.fields or {}).items():
            if name.startswith(lead):
                self.add_error(self._field_of(name.removeprefix(lead)), problems)


def typed_details(plan: SessionPlan, session_type: SessionType) -> dict[str, Any] | None:
    """Returns what was typed last for the sessions of this type; None if nothing was."""
    details = plan.details.get(str(session_type.pk))
    return details if isinstance(details, dict) else None


def details_forms(plan: SessionPlan, session_types: Sequence[SessionType], data: Any = None) -> list[TypeDetailsForm]:
    """Returns a form for each session type, filled in with what was sent or with what was typed before."""
    return [
        TypeDetailsForm(data, plan=plan, session_type=row, initial=typed_details(plan, row)) for row in session_types
    ]


def are_complete(forms: Sequence[TypeDetailsForm], person: User) -> bool:
    """Whether all forms have what a booking needs. What is wrong or missing is shown beside its field."""
    visitor = Visitor(f"person:{person.pk}", person, "")
    answers = [form.is_complete(visitor) for form in forms]  # all of them, so that each shows its errors
    return all(answers)
