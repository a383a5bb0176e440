"""Calendly's API as the stand-in answers it. Each function takes the state and the call, and returns a status and a body."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.calendly.state import API, TRACKING, Refusal, Resource, State, invalid, missing, moment, stamp

MOST = 100
EVENTS = {
    "invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted", "event_type.created",
    "event_type.updated", "event_type.deleted", "routing_form_submission.created",
}  # fmt: skip
DENIED = "You do not have permission to access this resource."
UPGRADE = "Please upgrade your Calendly account to Standard"
Result = tuple[int, Resource | None]


@dataclass
class Call:
    """A request: the user whose token it carries, the query, the JSON body, and what the path named."""

    user: Resource
    query: dict[str, str]
    body: Resource
    names: tuple[str, ...] = ()

    def uri(self, name: str, kind: str, *, required: bool = False) -> str:
        """Returns the query's full URI of a kind. Refuses a bare id, as Calendly does."""
        value = self.query.get(name, "")
        if (value or required) and not re.fullmatch(rf"https?://[^/]+/(?:[^?]*/)?{kind}/[\w-]+", value):
            raise invalid(f"{name} must be a full URI.", parameter=name)
        return value


def answer(state: State, method: str, path: str, call: Call) -> Result:
    """Returns what Calendly answers. Raises Refusal."""
    for verb, pattern, work in ROUTES:
        if verb == method and (match := re.fullmatch(pattern, path)):
            call.names = match.groups()
            with state.lock:
                return work(state, call)
    raise missing()


def listed(state: State, call: Call, rows: list[Resource], path: str) -> Result:
    """Returns one page of the rows. Page tokens are opaque, and only good for this list."""
    try:
        size = int(call.query.get("count", "20"))
        start = int(call.query["page_token"].removeprefix(f"p-{path}-")) if "page_token" in call.query else 0
    except ValueError:
        raise invalid() from None
    if not 1 <= size <= MOST:
        raise invalid("count must be between 1 and 100.", parameter="count")
    page = rows[start : start + size]
    following = f"p-{path}-{start + size}" if start + size < len(rows) else None
    former = f"p-{path}-{max(0, start - size)}" if start else None
    pagination = {
        "count": len(page), "next_page": f"{API}/{path}?page_token={following}" if following else None,
        "previous_page": f"{API}/{path}?page_token={former}" if former else None, "next_page_token": following,
        "previous_page_token": former,
    }  # fmt: skip
    return 200, {"collection": page, "pagination": pagination}


def _me(state: State, call: Call) -> Result:
    return 200, {"resource": call.user}


def _user(state: State, call: Call) -> Result:
    user = state.users.get(f"{API}/users/{call.names[0]}")
    if user is None or user["current_organization"] != call.user["current_organization"]:
        raise missing()
    return 200, {"resource": user}


def _memberships(state: State, call: Call) -> Result:
    organization = call.uri("organization", "organizations", required=True)
    if organization != call.user["current_organization"]:
        raise Refusal(403, "Permission Denied", DENIED)
    rows = [
        {
            "uri": user["uri"].replace("users", "organization_memberships"), "role": "user", "user": user,
            "organization": organization, "created_at": user["created_at"], "updated_at": user["updated_at"],
        }
        for user in state.users.values()
        if user["current_organization"] == organization and call.query.get("email", user["email"]) == user["email"]
    ]  # fmt: skip
    return listed(state, call, rows, "organization_memberships")


def _event_types(state: State, call: Call) -> Result:
    user, organization = call.uri("user", "users"), call.uri("organization", "organizations")
    if not user and not organization:
        raise invalid("Please specify either user or organization.", parameter="user")
    _check_reach(state, call, user, organization)
    rows = [
        row
        for row in state.event_types.values()
        if row["deleted_at"] is None and _is_of(state, row, user, organization)
    ]
    if "active" in call.query:
        rows = [row for row in rows if row["active"] == (call.query["active"] == "true")]
    rows.sort(key=lambda row: (row["name"] or "", row["uri"]), reverse=call.query.get("sort") == "name:desc")
    return listed(state, call, rows, "event_types")


def _is_of(state: State, row: Resource, user: str, organization: str) -> bool:
    owner = state.users[row["profile"]["owner"]]
    return bool(owner["uri"] == user if user else owner["current_organization"] == organization)


def _check_reach(state: State, call: Call, user: str, organization: str) -> None:
    """Refuses other people's data, unless the organization is named as well."""
    if organization and organization != call.user["current_organization"]:
        raise Refusal(403, "Permission Denied", DENIED)
    if user and user != call.user["uri"]:
        other = state.users.get(user)
        if other is None or other["current_organization"] != call.user["current_organization"]:
            raise Refusal(403, "Permission Denied", "This user is not in your organization")


def _event_type(state: State, call: Call) -> Result:
    row = state.event_types.get(f"{API}/event_types/{call.names[0]}")
    if row is None:
        raise missing()
    return 200, {"resource": row}


def _available(state: State, call: Call) -> Result:
    row = state.event_types.get(call.uri("event_type", "event_types", required=True))
    if row is None:
        raise missing()
    start, end = _window(state, call, state.window_days)
    if start < state.now():
        raise invalid("start_time must be in the future.", parameter="start_time")
    return 200, {"collection": state.free_times(row, start, end) if row["active"] else []}


def _window(state: State, call: Call, days: int) -> tuple[Any, Any]:
    if "start_time" not in call.query or "end_time" not in call.query:
        raise invalid("start_time and end_time are required.", parameter="start_time")
    start, end = moment(call.query["start_time"]), moment(call.query["end_time"])
    if end <= start:
        raise invalid("end_time must be after start_time.", parameter="end_time")
    if end - start > timedelta(days=days):
        raise invalid(f"The date range can be no greater than {days} days.", parameter="end_time")
    return start, end


def _busy_times(state: State, call: Call) -> Result:
    user = call.uri("user", "users", required=True)
    _check_reach(state, call, user, "")
    start, end = _window(state, call, 7)
    rows: list[Resource] = [
        {"type": "external", "start_time": stamp(first), "end_time": stamp(last)}
        for first, last in state.busy.get(user, [])
        if first < end and start < last
    ]
    for event in state.events_of(user):
        first, last = moment(event["start_time"]), moment(event["end_time"])
        if event["status"] == "active" and first < end and start < last:
            rows.append({
                "type": "calendly", "start_time": stamp(first), "end_time": stamp(last),
                "buffered_start_time": stamp(first), "buffered_end_time": stamp(last), "event": {"uri": event["uri"]},
            })  # fmt: skip
    return 200, {"collection": sorted(rows, key=lambda row: row["start_time"])}


def _scheduled_events(state: State, call: Call) -> Result:
    user, organization = call.uri("user", "users"), call.uri("organization", "organizations")
    if not user and not organization:
        raise invalid("Please specify user or organization.", parameter="user")
    if user and user != call.user["uri"] and not organization:
        message = "Please also specify organization when requesting events for a user within your organization."
        raise Refusal(403, "Permission Denied", message)
    _check_reach(state, call, user, organization)
    rows = [row for row in state.events.values() if _event_fits(state, row, call, user)]
    rows.sort(key=lambda row: (row["start_time"], row["uri"]), reverse=call.query.get("sort") == "start_time:desc")
    return listed(state, call, [state.shown_event(row) for row in rows], "scheduled_events")


def _event_fits(state: State, event: Resource, call: Call, user: str) -> bool:
    members = {member["user"] for member in event["event_memberships"]}
    reach = {user} if user else {
        other["uri"] for other in state.users.values()
        if other["current_organization"] == call.user["current_organization"]
    }  # fmt: skip
    query = call.query
    emails = {row["email"] for row in state.invitees.values() if row["event"] == event["uri"]}
    return (
        bool(members & reach)
        and query.get("status", event["status"]) == event["status"]
        and ("invitee_email" not in query or query["invitee_email"] in emails)
        and ("min_start_time" not in query or moment(event["start_time"]) >= moment(query["min_start_time"]))
        and ("max_start_time" not in query or moment(event["start_time"]) <= moment(query["max_start_time"]))
    )


def _visible_event(state: State, call: Call, identity: str) -> Resource:
    event = state.events.get(f"{API}/scheduled_events/{identity}")
    if event is None:
        raise missing()
    owners = [state.users[member["user"]] for member in event["event_memberships"]]
    if all(owner["current_organization"] != call.user["current_organization"] for owner in owners):
        raise Refusal(403, "Permission Denied", DENIED)
    return state.shown_event(event)


def _scheduled_event(state: State, call: Call) -> Result:
    return 200, {"resource": _visible_event(state, call, call.names[0])}


def _invitees(state: State, call: Call) -> Result:
    event = _visible_event(state, call, call.names[0])
    rows = [
        row
        for row in state.invitees.values()
        if row["event"] == event["uri"]
        and call.query.get("status", row["status"]) == row["status"]
        and call.query.get("email", row["email"]) == row["email"]
    ]
    return listed(state, call, rows, f"scheduled_events/{call.names[0]}/invitees")


def _invitee(state: State, call: Call) -> Result:
    event = _visible_event(state, call, call.names[0])
    row = state.invitees.get(f"{event['uri']}/invitees/{call.names[1]}")
    if row is None:
        raise missing()
    return 200, {"resource": row}


def _cancellation(state: State, call: Call) -> Result:
    event = _visible_event(state, call, call.names[0])
    if event["status"] == "canceled":
        raise Refusal(403, "Permission Denied", "Event is already canceled")
    if moment(event["start_time"]) < state.now():
        raise Refusal(403, "Permission Denied", "Event in the past")
    for row in list(state.invitees.values()):
        if row["event"] == event["uri"] and row["status"] == "active":
            state.cancel(row, by="host", reason=str(call.body.get("reason") or ""))
    return 201, {"resource": event["cancellation"]}


def _create_invitee(state: State, call: Call) -> Result:
    """Books by API. What it does not know in the body it ignores, without a word."""
    if not state.is_paid:
        raise Refusal(403, "Permission Denied", UPGRADE)
    body, invitee = call.body, call.body.get("invitee") or {}
    row = state.event_types.get(body.get("event_type") or "")
    if row is None:
        raise invalid("event_type is missing", parameter="event_type")
    name = invitee.get("name") or invitee.get("first_name")
    for parameter, value in (("email", invitee.get("email")), ("timezone", invitee.get("timezone")), ("name", name)):
        if not value:
            raise invalid(f"invitee.{parameter} is missing", parameter=f"invitee.{parameter}")
    tracking = body.get("tracking")
    for key in TRACKING if tracking is not None else ():
        if key not in (tracking or {}):
            raise invalid(f"tracking.{key} is missing", parameter=f"tracking.{key}")
    if row["locations"] and not body.get("location"):
        raise invalid("location is missing", parameter="location")
    start = moment(str(body.get("start_time") or ""))
    if start < state.now():
        raise invalid("start_time must be in the future.", parameter="start_time")
    invitee_row = state.book(
        row, start, {**invitee, "name": name}, tracking=tracking, scheduling_method="api",
        questions_and_answers=body.get("questions_and_answers"), invitee_scheduled_by=call.user["uri"],
    )  # fmt: skip
    return 201, {"resource": invitee_row}


def _create_no_show(state: State, call: Call) -> Result:
    invitee = state.invitees.get(call.body.get("invitee") or "")
    if invitee is None:
        raise invalid(parameter="invitee")
    return 201, {"resource": state.mark_no_show(invitee)}


def _no_show(state: State, call: Call) -> Result:
    row = state.no_shows.get(f"{API}/invitee_no_shows/{call.names[0]}")
    if row is None:
        raise missing()
    return 200, {"resource": row}


def _delete_no_show(state: State, call: Call) -> Result:
    uri = f"{API}/invitee_no_shows/{call.names[0]}"
    if uri not in state.no_shows:
        raise missing()
    state.clear_no_show(uri)
    return 204, None


def _subscriptions(state: State, call: Call) -> Result:
    organization = call.uri("organization", "organizations", required=True)
    if call.query.get("scope") not in ("user", "organization", "group"):
        raise invalid(parameter="scope")
    user = call.uri("user", "users", required=call.query["scope"] == "user")
    rows = [
        row
        for row in state.subscriptions.values()
        if row["organization"] == organization
        and row["scope"] == call.query["scope"]
        and (not user or row["user"] == user)
    ]
    return listed(state, call, rows, "webhook_subscriptions")


def _create_subscription(state: State, call: Call) -> Result:
    if not state.is_paid:
        raise Refusal(403, "Permission Denied", UPGRADE)
    body = call.body
    events = body.get("events") or []
    needed = ("url", "events", "organization", "scope", *(("user",) if body.get("scope") == "user" else ()))
    for name in needed:
        if not body.get(name):
            raise invalid(f"{name} is missing", parameter=name)
    if len(set(events)) != len(events) or set(events) - EVENTS:
        raise invalid(parameter="events")
    for row in state.subscriptions.values():
        if (row["callback_url"], row["scope"], row["user"]) == (body["url"], body["scope"], body.get("user")):
            raise Refusal(409, "Already Exists", "Hook with this url already exists")
    uri, now = state.uri("webhook_subscriptions"), stamp(state.now())
    state.subscriptions[uri] = {
        "uri": uri, "callback_url": body["url"], "created_at": now, "updated_at": now, "retry_started_at": None,
        "state": "active", "events": events, "scope": body["scope"], "organization": body["organization"],
        "user": body.get("user"), "group": body.get("group"), "creator": call.user["uri"],
    }  # fmt: skip
    state.keys[uri] = body.get("signing_key")
    return 201, {"resource": state.subscriptions[uri]}


def _subscription(state: State, call: Call) -> Result:
    row = state.subscriptions.get(f"{API}/webhook_subscriptions/{call.names[0]}")
    if row is None:
        raise missing()
    return 200, {"resource": row}


def _delete_subscription(state: State, call: Call) -> Result:
    if state.subscriptions.pop(f"{API}/webhook_subscriptions/{call.names[0]}", None) is None:
        raise missing()
    return 204, None


def parsed(body: bytes) -> Resource:
    """Returns the JSON object of a body; refuses anything else."""
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise invalid("The request body is not JSON.") from None
    if not isinstance(value, dict):
        raise invalid()
    return value


ROUTES: tuple[tuple[str, str, Callable[[State, Call], Result]], ...] = (
    ("GET", "users/me", _me),
    ("GET", r"users/([\w-]+)", _user),
    ("GET", "organization_memberships", _memberships),
    ("GET", "event_types", _event_types),
    ("GET", r"event_types/([\w-]+)", _event_type),
    ("GET", "event_type_available_times", _available),
    ("GET", "user_busy_times", _busy_times),
    ("GET", "scheduled_events", _scheduled_events),
    ("GET", r"scheduled_events/([\w-]+)", _scheduled_event),
    ("GET", r"scheduled_events/([\w-]+)/invitees", _invitees),
    ("GET", r"scheduled_events/([\w-]+)/invitees/([\w-]+)", _invitee),
    ("POST", r"scheduled_events/([\w-]+)/cancellation", _cancellation),
    ("POST", "invitees", _create_invitee),
    ("POST", "invitee_no_shows", _create_no_show),
    ("GET", r"invitee_no_shows/([\w-]+)", _no_show),
    ("DELETE", r"invitee_no_shows/([\w-]+)", _delete_no_show),
    ("GET", "webhook_subscriptions", _subscriptions),
    ("POST", "webhook_subscriptions", _create_subscription),
    ("GET", r"webhook_subscriptions/([\w-]+)", _subscription),
    ("DELETE", r"webhook_subscriptions/([\w-]+)", _delete_subscription),
)
