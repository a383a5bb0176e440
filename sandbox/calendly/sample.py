"""The account that the demo begins with: Ada's, with one event type of each kind."""

from __future__ import annotations

from datetime import timedelta

from sandbox.calendly.state import Resource, State

TOKEN = "sandbox-calendly-token-of-ada"  # noqa: S105  (opens nothing but the stand-in)


def fill(state: State) -> Resource:
    """Adds Ada with her event types and with something in another calendar of hers."""
    ada = state.add_user(TOKEN, "Ada Moreno", "builder@demo.test", zone="Europe/Berlin")
    state.add_event_type(
        ada, "Quick call", duration=15, color="#0099ff", locations=[{"kind": "zoom_conference"}],
        description_plain="Fifteen minutes to see whether we fit.", start_time_increment=15,
    )  # fmt: skip
    state.add_event_type(
        ada, "App review", duration=60, duration_options=[30, 60, 90], color="#8247f5", before_buffer=5,
        after_buffer=15, locations=[{"kind": "google_conference"}],
        description_plain="We go through your app together, screen by screen.",
        custom_questions=[
            question("Where can I see the app?", "string", 0, required=True),
            question("Which platform?", "single_select", 1, choices=["iOS", "Android", "Web"]),
        ],
    )  # fmt: skip
    state.add_event_type(
        ada, "Launch workshop", duration=90, seats=6, color="#17e885",
        locations=[{"kind": "physical", "location": "Oranienstraße 12, Berlin"}],
        description_plain="For up to six people who launch soon.",
    )  # fmt: skip
    state.add_event_type(ada, "Old consultation", duration=45, active=False)
    noon = state.now().replace(hour=12, minute=0, second=0, microsecond=0)
    state.busy[ada["uri"]] = [(noon + timedelta(days=day), noon + timedelta(days=day, hours=1)) for day in (1, 3, 8)]
    return ada


def question(
    name: str, kind: str, position: int, *, required: bool = False, choices: list[str] | None = None
) -> Resource:
    return {
        "name": name, "type": kind, "position": position, "enabled": True, "required": required,
        "answer_choices": choices or [], "include_other": False,
    }  # fmt: skip
