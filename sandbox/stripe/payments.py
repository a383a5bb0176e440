"""Payment intents, charges and refunds."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from sandbox.stripe.books import Books
from sandbox.stripe.currencies import check_amount, check_currency, fee_of
from sandbox.stripe.customers import Customers
from sandbox.stripe.wire import Failure, Record, check_names, chosen, required

CAPTURE_WITHIN = 7 * 86_400
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
CANCELLATION_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture", "processing")
DECLINED = "Your card was declined."
WON = ("won", "warning_closed")  # of a dispute, after which the charge can be refunded again


@dataclass(frozen=True)
class TestCard:
    """A card number whose payments end in a certain way."""

    __test__ = False  # no test, whatever its name says
    number: str
    method: str
    label: str
    decline_code: str = ""
    message: str = ""
    asks_authentication: bool = False
    refund_fails: bool = False
    can_be_saved: bool = False  # although its payments are declined


CARDS = (
    TestCard("4242424242424242", "pm_card_visa", "Succeeds"),
    TestCard("4000056655665556", "pm_card_visa_debit", "Succeeds, as the card of somebody else"),
    TestCard("4000000000000002", "pm_card_chargeDeclined", "Is declined", "generic_decline", DECLINED),
    TestCard(
        "4000000000009995", "pm_card_chargeDeclinedInsufficientFunds", "Has insufficient funds", "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    TestCard("4000002760003184", "pm_card_authenticationRequired", "Asks for authentication", asks_authentication=True),
    TestCard("4000000000005126", "pm_card_refundFail", "Succeeds, and its refunds fail", refund_fails=True),
    TestCard(
        "4000000000000341", "pm_card_chargeCustomerFail", "Can be saved, and is declined when it is charged",
        "generic_decline", DECLINED, can_be_saved=True,
    ),
)  # fmt: skip


def card_of(number_or_method: str) -> TestCard | None:
    wanted = number_or_method.replace(" ", "")
    return next((card for card in CARDS if wanted in (card.number, card.method)), None)


class Payments:
    """What can be done with payment intents; all of it changes the books and adds events."""

    def __init__(self, books: Books, customers: Customers) -> None:
        self.books, self.customers = books, customers

    def create(self, form: Record) -> Record:
        check_names(
            form, "amount", "currency", "capture_method", "confirm", "payment_method", "payment_method_types", "metadata",
            "description", "receipt_email", "transfer_group", "automatic_payment_methods", "customer", "off_session",
            "setup_future_usage",
        )  # fmt: skip
        currency = check_currency(required(form, "currency"))
        amount = check_amount(required(form, "amount"), currency)
        capture_method = chosen(form.get("capture_method", "automatic_async"), "capture_method", CAPTURE_METHODS)
        intent = self.books.add(
            "payment_intent", amount=amount, currency=currency, capture_method=capture_method,
            status="requires_payment_method", amount_capturable=0, amount_received=0, latest_charge=None,
            last_payment_error=None, next_action=None, canceled_at=None, cancellation_reason=None,
            client_secret=f"pi_secret_{secrets.token_hex(8)}", metadata=form.get("metadata") or {},
            payment_method=None, payment_method_types=form.get("payment_method_types") or ["card"],
            transfer_group=form.get("transfer_group"), receipt_email=form.get("receipt_email"),
            customer=self.customers.checked(form), setup_future_usage=form.get("setup_future_usage"),
        )  # fmt: skip
        self.books.add_event("payment_intent.created", intent)
        if form.get("confirm") == "true":
            is_absent = form.get("off_session") == "true"
            self.confirm(intent["id"], {"payment_method": required(form, "payment_method")}, is_absent=is_absent)
        return intent

    def confirm(self, pk: str, form: Record, *, is_absent: bool = False) -> Record:
        """Pays with a saved card or one of the test cards. A card that asks for authentication is declined if nobody is
        there to give it."""
        check_names(form, "payment_method", "return_url")
        method = str(required(form, "payment_method"))
        intent = self._open_intent(pk, "confirmed", ("requires_payment_method", "requires_confirmation"))
        card = card_of(method) or card_of(self.customers.number_of(method, intent["customer"]))
        if card is None:
            raise Failure(f"No such PaymentMethod: '{method}'", status=404, code="resource_missing")
        intent["payment_method"] = method
        if is_absent and card.asks_authentication:
            message = "Your card was declined. This transaction requires authentication."
            self.decline(intent, message, "authentication_required", "authentication_required")
        self.pay(intent, card)
        return intent

    def pay(self, intent: Record, card: TestCard) -> None:
        """Pays an intent with a card. Raises Failure if the card is declined."""
        if card.asks_authentication:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": None, "return_url": None}}
            intent["payment_method"] = card.method
            self.books.add_event("payment_intent.requires_action", intent)
        elif card.decline_code:
            self.decline(intent, card.message, "card_declined", card.decline_code)
        else:
            self.authorise(intent, card)

    def decline(self, intent: Record, message: str, code: str, decline_code: str | None = None) -> None:
        """Records a failed attempt, after which another card can be tried. Always raises Failure."""
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
        intent |= {"status": "requires_payment_method", "last_payment_error": error, "next_action": None}
        charge = self._charge(intent, card_of("4000000000000002") or CARDS[0], status="failed", is_paid=False)
        charge |= {"failure_code": code, "failure_message": message}
        intent["latest_charge"] = charge["id"]
        self.books.add_event("charge.failed", charge)
        self.books.add_event("payment_intent.payment_failed", intent)
        raise Failure(
            message, status=402, kind="card_error", code=code, decline_code=decline_code, has_begun=True,
            payment_intent=dict(intent),
        )  # fmt: skip

    def authorise(self, intent: Record, card: TestCard) -> None:
        """Reserves the money, and takes it at once unless the intent asks to wait for its capture."""
        charge = self._charge(intent, card, status="succeeded", is_paid=True)
        intent |= {"latest_charge": charge["id"], "next_action": None}
        if intent["customer"] and intent["setup_future_usage"]:
            intent["payment_method"] = self.customers.save_card(intent["customer"], card.number)["id"]
        elif not intent["customer"]:
            intent["payment_method"] = card.method
        intent |= {"last_payment_error": None, "status": "requires_capture", "amount_capturable": intent["amount"]}
        if intent["capture_method"] == "manual":
            self.books.add_event("charge.succeeded", charge)
            self.books.add_event("payment_intent.amount_capturable_updated", intent)
        else:
            self._take(intent, charge, intent["amount"], "charge.succeeded")

    def capture(self, pk: str, form: Record) -> Record:
        check_names(form, "amount_to_capture", "metadata")
        intent = self._open_intent(pk, "captured", ("requires_capture",))
        amount = intent["amount_capturable"]
        if "amount_to_capture" in form:
            amount = check_amount(form["amount_to_capture"], intent["currency"], "amount_to_capture")
            if amount > intent["amount_capturable"]:
                message = "The requested capture amount is greater than the authorized amount."
                raise Failure(message, code="amount_too_large", param="amount_to_capture")
        self._take(intent, self.books.get("charge", intent["latest_charge"]), amount, "charge.captured")
        return intent

    def cancel(self, pk: str, form: Record) -> Record:
        check_names(form, "cancellation_reason")
        reason = form.get("cancellation_reason")
        if reason is not None:
            chosen(reason, "cancellation_reason", CANCELLATION_REASONS)
        intent = self._open_intent(pk, "canceled", OPEN)
        self.release(intent, reason)
        return intent

    def release(self, intent: Record, reason: str | None) -> None:
        """Gives up an intent; reserved money goes back, which costs nothing."""
        charge = self.books.objects.get(str(intent["latest_charge"]))
        intent |= {"status": "canceled", "amount_capturable": 0, "canceled_at": self.books.now()}
        intent |= {"cancellation_reason": reason, "next_action": None}
        if charge is not None and charge["status"] == "succeeded":
            charge |= {"refunded": True, "amount_refunded": charge["amount"]}
            if reason == "expired":
                self.books.add_event("charge.expired", charge)
        self.books.add_event("payment_intent.canceled", intent)

    def refund(self, form: Record) -> Record:
        check_names(form, "payment_intent", "charge", "amount", "reason", "metadata")
        charge = self._charge_to_refund(form)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = check_amount(form["amount"], charge["currency"]) if "amount" in form else left
        if "reason" in form:
            chosen(form["reason"], "reason", REASONS)
        if any(
            dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"] and dispute["status"] not in WON
            for dispute in self.books.all("dispute")
        ):
            raise Failure("This charge has been charged back.", code="charge_disputed", has_begun=True)
        if left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise Failure(message, code="charge_already_refunded", has_begun=True)
        if amount > left:
            message = "Refund amount is greater than the amount that is left of the charge."
            raise Failure(message, param="amount", has_begun=True)
        refund = self.books.add(
            "refund", amount=amount, currency=charge["currency"], charge=charge["id"],
            payment_intent=charge["payment_intent"], reason=form.get("reason"), metadata=form.get("metadata") or {},
            status="succeeded", failure_reason=None, failure_balance_transaction=None,
        )  # fmt: skip
        refund["balance_transaction"] = self.books.add_transaction("refund", refund, -amount)["id"]
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.books.add_event("refund.created", refund)
        self.books.add_event("charge.refunded", charge)
        return refund

    def fail_refund(self, pk: str) -> Record:
        """Lets a refund fail afterwards, as a bank does that knows the card no more: the money comes back."""
        refund = self.books.get("refund", pk)
        charge = self.books.get("charge", refund["charge"])
        transaction = self.books.add_transaction("refund_failure", refund, refund["amount"])
        refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        refund["failure_balance_transaction"] = transaction["id"]
        charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
        self.books.add_event("refund.failed", refund)
        return refund

    def settle_due(self) -> None:
        """Does what time brings: authorisations expire, and refunds to the card for it fail after a moment."""
        now = self.books.now()
        for intent in self.books.all("payment_intent"):
            if intent["status"] != "requires_capture":
                continue
            charge = self.books.get("charge", intent["latest_charge"])
            if charge["payment_method_details"]["card"]["capture_before"] <= now:
                self.release(intent, "expired")
        for refund in self.books.all("refund"):
            if refund["status"] == "succeeded" and refund["created"] + 5 <= now:
                charge = self.books.get("charge", refund["charge"])
                card = card_of(charge["payment_method"])
                if card is not None and card.refund_fails:
                    self.fail_refund(refund["id"])

    def _take(self, intent: Record, charge: Record, amount: int, event: str) -> None:
        fee = fee_of(amount, intent["currency"])
        transaction = self.books.add_transaction("charge", charge, amount, fee)
        charge |= {"captured": True, "amount_captured": amount, "balance_transaction": transaction["id"]}
        intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
        for session in self.books.all("checkout.session"):
            if session["payment_intent"] == intent["id"]:
                session["payment_status"] = "paid"
        self.books.add_event(event, charge)
        self.books.add_event("payment_intent.succeeded", intent)

    def _charge(self, intent: Record, card: TestCard, *, status: str, is_paid: bool) -> Record:
        waits = intent["capture_method"] == "manual" and is_paid
        details = {"brand": "visa", "last4": card.number[-4:], "country": "US", "funding": "credit"}
        details["fingerprint"] = sha256(card.number.encode()).hexdigest()[:16]
        details["capture_before"] = self.books.now() + CAPTURE_WITHIN if waits else None  # type: ignore[assignment]  # a mixed dict
        return self.books.add(
            "charge", amount=intent["amount"], amount_captured=0, amount_refunded=0, currency=intent["currency"],
            captured=False, paid=is_paid, refunded=False, status=status, payment_intent=intent["id"],
            balance_transaction=None, failure_code=None, failure_message=None, payment_method=card.method,
            metadata=dict(intent["metadata"]), transfer_group=intent["transfer_group"], disputed=False,
            payment_method_details={"type": "card", "card": details},
        )  # fmt: skip

    def _charge_to_refund(self, form: Record) -> Record:
        if "charge" in form:
            charge = self.books.get("charge", form["charge"])
        else:
            intent = self.books.get("payment_intent", required(form, "payment_intent"))
            if intent["latest_charge"] is None:
                message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
                raise Failure(message, code="payment_intent_unexpected_state", has_begun=True)
            charge = self.books.get("charge", intent["latest_charge"])
        if not charge["captured"]:
            message = "This charge was not captured; cancel its PaymentIntent instead."
            raise Failure(message, code="charge_not_refundable", has_begun=True)
        return charge

    def _open_intent(self, pk: str, participle: str, states: tuple[str, ...]) -> Record:
        intent = self.books.get("payment_intent", pk)
        if intent["status"] not in states:
            message = (
                f"This PaymentIntent could not be {participle} because it has a status of {intent['status']}. "
                f"Only a PaymentIntent with one of these statuses can be: {', '.join(states)}."
            )
            raise Failure(message, code="payment_intent_unexpected_state", has_begun=True, payment_intent=dict(intent))
        return intent
