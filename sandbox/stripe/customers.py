"""Customers and the cards that are saved for them."""

from __future__ import annotations

from sandbox.stripe.books import Books
from sandbox.stripe.wire import Failure, Record, check_names


class Customers:
    """What can be done with customers and payment methods. A saved card remembers the test card that it is."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def create(self, form: Record) -> Record:
        check_names(form, "email", "name", "metadata", "description")
        customer = self.books.add(
            "customer", email=form.get("email"), name=form.get("name"), metadata=form.get("metadata") or {},
            invoice_settings={"default_payment_method": None},
        )  # fmt: skip
        self.books.add_event("customer.created", customer)
        return customer

    def delete(self, pk: str) -> Record:
        """Deletes a customer, which removes their cards."""
        customer = self.books.get("customer", pk)
        for card in self.books.all("payment_method"):
            if card["customer"] == pk:
                self._detach(card)
        del self.books.objects[customer["id"]]
        self.books.add_event("customer.deleted", customer)
        return {"id": pk, "object": "customer", "deleted": True}

    def checked(self, form: Record) -> str | None:
        """Returns the customer that a form names, if there is one; refuses one that does not exist."""
        pk = form.get("customer")
        if not pk:
            return None
        customer = self.books.objects.get(str(pk))
        if customer is None or customer["object"] != "customer":
            raise Failure(f"No such customer: '{pk}'", code="resource_missing", param="customer")
        return str(customer["id"])

    def save_card(self, customer: str, number: str) -> Record:
        """Saves a card for a customer, as a new payment method each time."""
        card = {"brand": "visa", "last4": number[-4:], "exp_month": 12, "exp_year": 2034, "country": "US"}
        method = self.books.add("payment_method", type="card", customer=customer, card=card)
        method["sandbox"] = {"number": number}
        self.books.add_event("payment_method.attached", method)
        return method

    def number_of(self, pk: str, customer: str | None) -> str:
        """Returns the number of a saved card; an empty text for none. Another customer's is refused."""
        method = self.books.objects.get(pk)
        if method is None or method["object"] != "payment_method":
            return ""
        if method["customer"] is None or method["customer"] != customer:
            message = "The provided PaymentMethod cannot be used. It belongs to another customer, or was detached."
            raise Failure(message, param="payment_method")
        return str(method["sandbox"]["number"])

    def detach(self, pk: str, form: Record) -> Record:
        check_names(form)
        method = self.books.get("payment_method", pk)
        if method["customer"] is None:
            message = "The payment method you provided is not attached to a customer so detachment is impossible."
            raise Failure(message)
        self._detach(method)
        return method

    def _detach(self, method: Record) -> None:
        method["customer"] = None
        self.books.add_event("payment_method.detached", method)
