"""Checkout sessions: pages of Stripe on which somebody pays once."""

from __future__ import annotations

from sandbox.stripe.books import Books
from sandbox.stripe.currencies import check_amount, check_currency
from sandbox.stripe.payments import CAPTURE_METHODS, Payments, TestCard, card_of
from sandbox.stripe.wire import Failure, Record, check_names, chosen, required, whole

SHORTEST, LONGEST = 30 * 60, 24 * 3600
METHODS = ("card", "link", "sepa_debit")


class Checkout:
    """What can be done with checkout sessions, through the API and on their page."""

    def __init__(self, books: Books, payments: Payments, address: str) -> None:
        self.books, self.payments, self.address = books, payments, address

    def create(self, form: Record) -> Record:
        check_names(
            form, "mode", "line_items", "success_url", "cancel_url", "customer_email", "client_reference_id", "locale",
            "payment_intent_data", "payment_method_types", "expires_at", "metadata", "ui_mode", "submit_type", "customer",
        )  # fmt: skip
        mode = chosen(required(form, "mode"), "mode", ("payment", "setup"))
        if mode == "setup":
            return self._create_setup(form)
        chosen(form.get("ui_mode", "hosted_page"), "ui_mode", ("hosted_page",))
        currency, total, name = self._total(required(form, "line_items"))
        methods = [
            chosen(method, "payment_method_types", METHODS) for method in form.get("payment_method_types", ["card"])
        ]
        intent_data = form.get("payment_intent_data") or {}
        check_names(
            intent_data, "capture_method", "metadata", "description", "transfer_group", "receipt_email",
            "setup_future_usage",
        )  # fmt: skip
        manual = intent_data.get("capture_method", "automatic_async")
        chosen(manual, "payment_intent_data[capture_method]", CAPTURE_METHODS)
        if manual == "manual" and "sepa_debit" in methods:
            message = "The payment method sepa_debit cannot be captured manually."
            raise Failure(message, param="payment_method_types")
        if form.get("customer") and form.get("customer_email"):
            raise Failure("You may only specify one of these parameters: customer, customer_email.")
        customer = self.payments.customers.checked(form)
        session = self.books.add(
            "checkout.session", mode="payment", ui_mode="hosted_page", status="open", payment_status="unpaid",
            payment_intent=None, amount_subtotal=total, amount_total=total, currency=currency,
            client_reference_id=form.get("client_reference_id"), customer_email=form.get("customer_email"),
            customer_details=None, metadata=form.get("metadata") or {}, url=None,
            expires_at=self._expiry(form), success_url=required(form, "success_url"), cancel_url=form.get("cancel_url"),
            payment_method_types=methods, locale=form.get("locale"), customer=customer, setup_intent=None,
        )  # fmt: skip
        session["url"] = f"{self.address}/pay/{session['id']}"
        session["sandbox"] = {"intent": {"amount": str(total), "currency": currency} | intent_data, "name": name}
        if customer:
            session["sandbox"]["intent"]["customer"] = customer
        return session

    def _create_setup(self, form: Record) -> Record:
        """Creates a page on which a card is saved and nothing is paid."""
        check_names(
            form, "mode", "customer", "success_url", "cancel_url", "expires_at", "metadata", "payment_method_types",
            "client_reference_id", "locale", "ui_mode",
        )  # fmt: skip
        required(form, "customer")
        session = self.books.add(
            "checkout.session", mode="setup", ui_mode="hosted_page", status="open",
            payment_status="no_payment_required", payment_intent=None, amount_subtotal=None, amount_total=None,
            currency=None, client_reference_id=form.get("client_reference_id"), customer_email=None,
            customer_details=None, metadata=form.get("metadata") or {}, url=None, expires_at=self._expiry(form),
            success_url=required(form, "success_url"), cancel_url=form.get("cancel_url"), locale=form.get("locale"),
            payment_method_types=form.get("payment_method_types", ["card"]),
            customer=self.payments.customers.checked(form), setup_intent=None,
        )  # fmt: skip
        intent = self.books.add(
            "setup_intent", customer=session["customer"], status="requires_payment_method", payment_method=None,
            usage="off_session",
        )  # fmt: skip
        session |= {"url": f"{self.address}/pay/{session['id']}", "setup_intent": intent["id"]}
        session["sandbox"] = {"intent": {}, "name": "Your card is saved for payments to come."}
        return session

    def _expiry(self, form: Record) -> int:
        now = self.books.now()
        expires_at = whole(form.get("expires_at", now + LONGEST), "expires_at")
        if not now + SHORTEST <= expires_at <= now + LONGEST:
            message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now."
            raise Failure(message, param="expires_at")
        return expires_at

    def expire(self, pk: str, form: Record) -> Record:
        check_names(form)
        session = self.books.get("checkout.session", pk)
        if session["status"] != "open":
            message = f"Only Checkout Sessions with a status of open can be expired, this one is {session['status']}."
            raise Failure(message, has_begun=True)
        self._end(session)
        return session

    def pay(self, pk: str, number: str) -> Record:
        """Pays on the page of the session; raises Failure if the card is declined, after which another can be tried."""
        session = self._open_session(pk)
        card = card_of(number)
        if card is None:
            raise Failure("Your card number is not valid.", status=402, kind="card_error", code="incorrect_number")
        if session["mode"] == "setup":
            self._save_card(session, card)
            return session
        intent = self._intent(session)
        if intent["status"] == "requires_action":
            intent["status"] = "requires_payment_method"
        self.payments.pay(intent, card)
        self._complete_if_paid(session, intent)
        return session

    def _save_card(self, session: Record, card: TestCard) -> None:
        if card.decline_code and not card.can_be_saved:
            raise Failure(card.message, status=402, kind="card_error", code="card_declined")
        intent = self.books.get("setup_intent", session["setup_intent"])
        method = self.payments.customers.save_card(session["customer"], card.number)
        intent |= {"status": "succeeded", "payment_method": method["id"]}
        self.books.add_event("setup_intent.succeeded", intent)
        session |= {"status": "complete", "url": None}
        self.books.add_event("checkout.session.completed", session)

    def authenticate(self, pk: str, *, succeeds: bool) -> Record:
        """Answers what the bank asked on the page of the session."""
        session = self._open_session(pk)
        intent = self._intent(session)
        card = card_of(intent["payment_method"] or "")  # one that is saved only once the bank agrees
        if intent["status"] != "requires_action" or card is None:
            raise Failure("Nothing was asked.")
        if not succeeds:
            self.payments.decline(
                intent, "We are unable to authenticate your payment method.", "payment_intent_authentication_failure"
            )
        self.payments.authorise(intent, card)
        self._complete_if_paid(session, intent)
        return session

    def settle_due(self) -> None:
        """Ends the sessions whose time is over."""
        now = self.books.now()
        for session in self.books.all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= now:
                self._end(session)

    def _intent(self, session: Record) -> Record:
        """Returns the session's payment intent, which Stripe creates when somebody first tries to pay."""
        if session["payment_intent"] is None:
            form = session["sandbox"]["intent"] | {"payment_method_types": session["payment_method_types"]}
            session["payment_intent"] = self.payments.create(form)["id"]
        return self.books.get("payment_intent", session["payment_intent"])

    def _complete_if_paid(self, session: Record, intent: Record) -> None:
        if intent["status"] not in ("requires_capture", "succeeded"):
            return
        session |= {"status": "complete", "url": None, "customer_details": {"email": session["customer_email"]}}
        self.books.add_event("checkout.session.completed", session)

    def _end(self, session: Record) -> None:
        session |= {"status": "expired", "url": None}
        intent = self.books.objects.get(str(session["payment_intent"]))
        if intent is not None and intent["status"] != "canceled":
            self.payments.release(intent, "abandoned")
        self.books.add_event("checkout.session.expired", session)

    def _open_session(self, pk: str) -> Record:
        session = self.books.get("checkout.session", pk)
        if session["status"] != "open":
            raise Failure("This page is no longer open.", status=410)
        return session

    def _total(self, items: list[Record]) -> tuple[str, int, str]:
        """Returns currency and sum of the items, and the name of the first."""
        total, currencies, name = 0, set(), ""
        for item in items:
            check_names(item, "price_data", "quantity")
            price = required(item, "price_data")
            check_names(price, "currency", "unit_amount", "product_data")
            currency = check_currency(required(price, "currency"))
            unit = check_amount(required(price, "unit_amount"), currency, "line_items[0][price_data][unit_amount]")
            total += unit * whole(item.get("quantity", "1"), "quantity")
            currencies.add(currency)
            name = name or required(required(price, "product_data"), "name")
        if len(currencies) != 1:
            raise Failure("All line items must have the same currency.", param="line_items")
        return currencies.pop(), total, name
