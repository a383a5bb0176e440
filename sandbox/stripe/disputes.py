"""Disputes at a client's bank, their evidence and its files; and a page on which a developer plays the bank."""

from __future__ import annotations

import email
from email.message import Message
from html import escape

from sandbox.requests import Reply, Request, redirect
from sandbox.stripe.books import Books
from sandbox.stripe.pages import page
from sandbox.stripe.wire import Failure, Record, check_names, chosen

DAYS_TO_ANSWER = 7
FEE = 1500  # in minor units, for each dispute, which Stripe keeps
MOST_BYTES = 5 * 1024 * 1024
MOST_CHARACTERS = 150_000
REASONS = (
    "bank_cannot_process", "credit_not_processed", "duplicate", "fraudulent", "general", "product_not_received",
    "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip
TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "uncategorized_text",
)  # fmt: skip
FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt",
    "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip
ANSWERABLE = ("needs_response", "warning_needs_response")
OPEN = (*ANSWERABLE, "under_review", "warning_under_review")
KINDS = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
PURPOSES = ("dispute_evidence",)


class Disputes:
    """What can be done with disputes; all of it changes the books and adds events."""

    def __init__(self, books: Books, address: str) -> None:
        self.books, self.address = books, address

    # What the bank does ---------------------------------------------------------------------------------------

    def open(self, pk: str, *, reason: str = "general", amount: int | None = None, is_inquiry: bool = False) -> Record:
        """Opens a dispute about a payment intent or a charge. An inquiry takes no money yet."""
        charge = self._charge(pk)
        if not charge["captured"]:
            raise Failure("Only a charge that was captured can be disputed.")
        now = self.books.now()
        details = {
            "due_by": now + DAYS_TO_ANSWER * 86_400, "has_evidence": False, "past_due": False, "submission_count": 0,
        }  # fmt: skip
        dispute = self.books.add(
            "dispute", amount=amount or charge["amount_captured"], currency=charge["currency"], charge=charge["id"],
            payment_intent=charge["payment_intent"], reason=chosen(reason, "reason", REASONS),
            status="warning_needs_response" if is_inquiry else "needs_response", is_charge_refundable=is_inquiry,
            balance_transactions=[], evidence=dict.fromkeys((*TEXTS, *FILES)), evidence_details=details, metadata={},
        )  # fmt: skip
        charge["disputed"] = True
        self.books.add_event("charge.dispute.created", dispute)
        if not is_inquiry:
            self.withdraw(dispute["id"])
        return dispute

    def withdraw(self, pk: str) -> Record:
        """Takes the money of a dispute, and the fee, from the balance."""
        dispute = self._open_dispute(pk)
        self._move(dispute, -dispute["amount"], FEE)
        if dispute["status"].startswith("warning_"):
            dispute["status"] = dispute["status"].removeprefix("warning_")
        dispute["is_charge_refundable"] = False
        self.books.add_event("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def reinstate(self, pk: str) -> Record:
        """Gives the money of a dispute back; the fee is kept."""
        dispute = self.books.get("dispute", pk)
        taken = -sum(transaction["amount"] for transaction in dispute["balance_transactions"])
        if taken > 0:
            self._move(dispute, taken, 0)
            self.books.add_event("charge.dispute.funds_reinstated", dispute)
        return dispute

    def win(self, pk: str) -> Record:
        """Closes a dispute in favour of the account, with its money back."""
        dispute = self._open_dispute(pk)
        was_inquiry = dispute["status"].startswith("warning_")
        self.reinstate(pk)
        return self._close(dispute, "warning_closed" if was_inquiry else "won")

    def win_on_appeal(self, pk: str) -> Record:
        """Decides a dispute that was lost for the account after all, with its money back."""
        dispute = self.books.get("dispute", pk)
        if dispute["status"] != "lost":
            raise Failure("Only a dispute that was lost can be appealed.", has_begun=True)
        self.reinstate(pk)
        dispute["status"] = "won"
        self.books.add_event("charge.dispute.updated", dispute)
        return dispute

    def lose(self, pk: str) -> Record:
        """Closes a dispute in favour of the client; what was not taken yet is taken."""
        dispute = self._open_dispute(pk)
        if not dispute["balance_transactions"]:
            self.withdraw(pk)
        return self._close(dispute, "lost")

    # What the account does ------------------------------------------------------------------------------------

    def update(self, pk: str, form: Record) -> Record:
        """Keeps evidence, or submits it: by default at once, after which it cannot be changed."""
        check_names(form, "evidence", "submit", "metadata")
        dispute = self.books.get("dispute", pk)
        if dispute["status"] not in ANSWERABLE:
            raise Failure("This dispute is already closed or under review.", code="dispute_closed", has_begun=True)
        if dispute["evidence_details"]["due_by"] <= self.books.now():
            raise Failure("The time for evidence is over.", has_begun=True)
        evidence = dispute["evidence"] | self._checked(form.get("evidence") or {})
        self._check_size(evidence)
        dispute["evidence"] = evidence
        dispute["evidence_details"]["has_evidence"] = any(evidence.values())
        if form.get("submit", "true") == "true":
            dispute["evidence_details"]["submission_count"] += 1
            is_inquiry = dispute["status"].startswith("warning_")
            dispute["status"] = "warning_under_review" if is_inquiry else "under_review"
        self.books.add_event("charge.dispute.updated", dispute)
        return dispute

    def accept(self, pk: str) -> Record:
        """Gives a dispute up: Stripe's own operation `close`."""
        return self.lose(pk)

    def add_file(self, request: Request) -> Record:
        """Keeps an uploaded file, of a kind that Stripe takes as evidence."""
        fields, name, content = _parts(request)
        chosen(fields.get("purpose"), "purpose", PURPOSES)
        kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
        if kind is None:
            raise Failure("Evidence is a JPEG, PNG or PDF file.", code="invalid_file", param="file")
        if len(content) > MOST_BYTES:
            raise Failure("The file is too large.", code="file_too_large", param="file")
        return self.books.add(
            "file", purpose=fields["purpose"], size=len(content), type=kind, filename=name, title=None, url=None,
            expires_at=None, links={"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
        )  # fmt: skip

    # The page -------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Shows the payments that can be disputed and the disputes, with a button for each thing that a bank does."""
        acts = {
            "withdraw": self.withdraw,
            "reinstate": self.reinstate,
            "win": self.win,
            "lose": self.lose,
            "appeal": self.win_on_appeal,
        }
        if request.method != "POST":
            return self._page()
        act, pk = request.form.get("act", ""), request.form.get("id", "")
        try:
            if act in ("open", "inquire"):
                self.open(pk, reason=request.form.get("reason", "general"), is_inquiry=act == "inquire")
            elif act in acts:
                acts[act](pk)
            else:
                raise Failure("There is no such button.")
        except Failure as failure:
            return self._page(str(failure), 400)
        return redirect(f"{self.address}/disputes")

    def _page(self, error: str = "", status: int = 200) -> Reply:
        disputed = {dispute["charge"] for dispute in self.books.all("dispute")}
        charges = [row for row in self.books.all("charge") if row["captured"] and row["id"] not in disputed]
        options = "".join(f"<option>{reason}</option>" for reason in REASONS)
        select = f'<label>Reason <select name="reason">{options}</select></label>'
        names = {row["payment_intent"]: row["sandbox"]["name"] for row in self.books.all("checkout.session")}
        rows = "".join(
            self._form(row["payment_intent"], _title(row, names), {"open": "Dispute", "inquire": "Ask first"}, select)
            for row in reversed(charges[-20:])
        )
        buttons = {"win": "Decide for the builder", "lose": "Decide for the client"}
        open_rows = "".join(
            self._form(row["id"], f"{_sum(row)}, {row['reason']}, {row['status']}", self._moves(row) | buttons, "")
            for row in self.books.all("dispute") if row["status"] in OPEN
        )  # fmt: skip
        lost_rows = "".join(
            self._form(row["id"], f"{_sum(row)}, {row['reason']}", {"appeal": "Decide for the builder after all"}, "")
            for row in self.books.all("dispute") if row["status"] == "lost"
        )  # fmt: skip
        alert = f'<div role="alert"><p>{escape(error)}</p></div>' if error else ""
        content = (
            f"<h1>The bank</h1>{alert}<p>No money moves here: this page stands in for the banks of clients.</p>"
            f"<h2>Open disputes</h2>{open_rows or '<p>None.</p>'}<h2>Lost</h2>{lost_rows or '<p>None.</p>'}<h2>Payments</h2>{rows or '<p>None.</p>'}"
        )
        return page("The bank", content, status)

    def _moves(self, dispute: Record) -> dict[str, str]:
        taken = -sum(transaction["amount"] for transaction in dispute["balance_transactions"])
        return {"reinstate": "Give the money back"} if taken > 0 else {"withdraw": "Take the money"}

    def _form(self, pk: str, title: str, buttons: dict[str, str], more: str) -> str:
        shown = "".join(f'<button name="act" value="{act}">{escape(label)}</button>' for act, label in buttons.items())
        return (
            f'<form method="post" action="{self.address}/disputes"><input type="hidden" name="id" value="{escape(pk)}">'
            f"<p>{escape(title)}<br><small>{escape(pk)}</small></p>{more}{shown}</form>"
        )

    # ----------------------------------------------------------------------------------------------------------

    def _charge(self, pk: str) -> Record:
        if pk.startswith("pi_"):
            intent = self.books.get("payment_intent", pk)
            return self.books.get("charge", intent["latest_charge"])
        return self.books.get("charge", pk)

    def _open_dispute(self, pk: str) -> Record:
        dispute = self.books.get("dispute", pk)
        if dispute["status"] not in OPEN:
            raise Failure("This dispute is already closed.", code="dispute_closed", has_begun=True)
        return dispute

    def _close(self, dispute: Record, status: str) -> Record:
        dispute |= {"status": status, "is_charge_refundable": False}
        self.books.add_event("charge.dispute.closed", dispute)
        return dispute

    def _move(self, dispute: Record, amount: int, fee: int) -> None:
        """Adds a movement of the balance. A dispute contains them whole, so a copy without our own fields is kept."""
        transaction = self.books.add_transaction("adjustment", dispute, amount, fee)
        transaction["reporting_category"] = "dispute" if amount < 0 else "dispute_reversal"
        dispute["balance_transactions"].append(dict(transaction))

    def _checked(self, evidence: Record) -> Record:
        for name, value in evidence.items():
            if name in FILES:
                if value:  # an empty value removes a file
                    self.books.get("file", value)
            elif name not in TEXTS:
                raise Failure(
                    f"Received unknown parameter: evidence[{name}]", code="parameter_unknown", param="evidence"
                )
        return evidence

    def _check_size(self, evidence: Record) -> None:
        if sum(len(str(evidence[name] or "")) for name in TEXTS) > MOST_CHARACTERS:
            raise Failure(f"All texts together can have {MOST_CHARACTERS} characters.", param="evidence")
        files = [self.books.get("file", evidence[name]) for name in FILES if evidence[name]]
        if sum(file["size"] for file in files) > MOST_BYTES:
            raise Failure("All files together can have 5 MB.", param="evidence")


def _title(charge: Record, names: dict[str, str]) -> str:
    """Returns what was paid for, so that one finds the payment of a session, and the sum."""
    return f"{names.get(charge['payment_intent'], charge['id'])}: {_sum(charge)}"


def _sum(record: Record) -> str:
    return f"{record['amount']} {record['currency']} (in the smallest unit)"


def _parts(request: Request) -> tuple[dict[str, str], str, bytes]:
    """Returns the fields of a multipart form, and the name and content of its file."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    kind = headers.get("content-type", "")
    message: Message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    if not message.is_multipart():
        raise Failure("Files are sent as multipart/form-data.")
    fields, name, content = {}, "", b""
    for part in message.get_payload():
        assert isinstance(part, Message)
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        field = str(part.get_param("name", header="Content-Disposition"))
        if field == "file":
            name, content = part.get_filename() or "", body
        else:
            fields[field] = body.decode()
    return fields, name, content
