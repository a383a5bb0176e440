"""Accounts v2 of people who receive transfers, links to their onboarding, and the thin events about them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sandbox.stripe.books import Books
from sandbox.stripe.wire import Failure, Record

MISSING = {
    "identity.individual.given_name": "Name",
    "identity.individual.date_of_birth": "Date of birth",
    "configuration.recipient.default_outbound_destination": "Bank account",
    "identity.attestations.terms_of_service": "Agreement to the terms",
}
NAMES = {
    "accounts": ("display_name", "contact_email", "dashboard", "identity", "configuration", "defaults", "metadata"),
    "account_links": ("account", "use_case"),
    "event_destinations": (
        "name", "description", "type", "event_payload", "enabled_events", "webhook_endpoint", "events_from", "metadata",
    ),
}  # fmt: skip
LINK_SECONDS = 300


class Accounts:
    """What can be done with accounts through the second version of the API, and on their pages."""

    def __init__(self, books: Books, address: str) -> None:
        self.books, self.address = books, address

    def run(self, method: str, path: str, body: Record) -> Record:
        """Does one operation of `/v2/core/…`."""
        match = re.fullmatch(r"core/(accounts|account_links|event_destinations)(?:/(\w+))?", path)
        if match is None:
            raise Failure(f"Unrecognized request URL ({method}: /v2/{path}).", status=404)
        plural, pk = match[1], match[2]
        if method == "POST" and pk is None:
            unknown = set(body) - {*NAMES[plural], "include"}
            if unknown:
                raise Failure(f"Received unknown parameter: {min(unknown)}", code="parameter_unknown")
            create = {
                "accounts": self._create,
                "account_links": self._create_link,
                "event_destinations": self._create_destination,
            }
            return create[plural](body)
        if method == "GET" and plural == "accounts" and pk is not None:
            included = {value for name, value in body.items() if name.startswith("include")}
            return self._shown(self.books.get("v2.core.account", pk), included)
        raise Failure(f"Unrecognized request URL ({method}: /v2/{path}).", status=404)

    def _create(self, body: Record) -> Record:
        recipient = (body.get("configuration") or {}).get("recipient") or {}
        wanted = recipient.get("capabilities", {}).get("stripe_balance", {}).get("stripe_transfers", {})
        if not wanted.get("requested"):
            raise Failure("This stand-in only has accounts that receive transfers.", param="configuration")
        if not (body.get("identity") or {}).get("country"):
            raise Failure("Missing required param: identity.country.", code="parameter_missing")
        account = self.books.add(
            "v2.core.account", created=self._now(), display_name=body.get("display_name"),
            contact_email=body.get("contact_email"), dashboard=body.get("dashboard"), identity=body["identity"],
            defaults=body.get("defaults"), metadata=body.get("metadata") or {}, closed=False,
            applied_configurations=["recipient"],
        )  # fmt: skip
        account["sandbox"] = {"status": "restricted", "missing": list(MISSING), "balance": {}}
        return self._shown(account, set(body.get("include") or []))

    def _create_link(self, body: Record) -> Record:
        account = self.books.get("v2.core.account", body.get("account"))
        use_case = body.get("use_case") or {}
        details = use_case.get(use_case.get("type") or "") or {}
        if "recipient" not in details.get("configurations", []) or not details.get("refresh_url"):
            raise Failure("The use case needs its configurations and a refresh_url.", param="use_case")
        link = self.books.add(
            "v2.core.account_link", created=self._now(), account=account["id"], use_case=use_case,
            expires_at=self._now(LINK_SECONDS),
        )  # fmt: skip
        link["sandbox"] = {"ends": self.books.now() + LINK_SECONDS, "return_url": details.get("return_url")}
        link["sandbox"]["refresh_url"] = details["refresh_url"]
        return link | {"url": f"{self.address}/onboard/{link['id']}"}

    def _create_destination(self, body: Record) -> Record:
        endpoint = body.get("webhook_endpoint") or {}
        if body.get("event_payload") != "thin" or not endpoint.get("url"):
            raise Failure("This stand-in only has destinations of thin events.", param="event_payload")
        return self.add_destination(endpoint["url"], body.get("enabled_events") or [], "whsec_of_a_destination")

    def add_destination(self, url: str, events: list[str], secret: str) -> Record:
        """Adds where thin events are sent to."""
        destination = self.books.add(
            "v2.core.event_destination", created=self._now(), event_payload="thin", type="webhook_endpoint",
            enabled_events=events, status="enabled", url=url,
        )  # fmt: skip
        destination["sandbox"] = {"secrets": [secret]}
        return destination

    def complete(self, account_id: str, *, leaves_out: str = "") -> None:
        """Enters all that is missing, or all but one, as a person does on the onboarding page."""
        account = self.books.get("v2.core.account", account_id)
        account["sandbox"]["missing"] = [leaves_out] if leaves_out else []
        self._set_status(account, "restricted" if leaves_out else "active")

    def restrict(self, account_id: str) -> None:
        """Lets the account need a detail again, as after a check that failed."""
        account = self.books.get("v2.core.account", account_id)
        account["sandbox"]["missing"] = ["configuration.recipient.default_outbound_destination"]
        self._set_status(account, "restricted")

    def close(self, account_id: str) -> None:
        """Closes the account for good, as Stripe or its owner can."""
        account = self.books.get("v2.core.account", account_id)
        account["closed"] = True
        account["sandbox"]["status"] = "restricted"
        self.books.add_thin_event("v2.core.account.closed", account)

    def _set_status(self, account: Record, status: str) -> None:
        account["sandbox"]["status"] = status
        self.books.add_thin_event("v2.core.account[requirements].updated", account)
        self.books.add_thin_event("v2.core.account[configuration.recipient].capability_status_updated", account)

    def _shown(self, account: Record, included: set[str]) -> Record:
        """Returns the account with the parts that were asked for; the others are null."""
        own = account["sandbox"]
        capability = {"status": own["status"], "status_details": [], "requested": True}
        recipient = {"applied": True, "capabilities": {"stripe_balance": {"stripe_transfers": capability}}}
        entries = [{"description": name, "awaiting_action_from": "user", "errors": []} for name in own["missing"]]
        shown = {key: value for key, value in account.items() if key != "sandbox"}
        shown["configuration"] = {"recipient": recipient} if "configuration.recipient" in included else None
        shown["requirements"] = {"entries": entries, "summary": None} if "requirements" in included else None
        return shown

    def _now(self, later: int = 0) -> str:
        return datetime.fromtimestamp(self.books.now() + later, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
