"""Transfers from the platform's balance to accounts, and their reversals."""

from __future__ import annotations

from sandbox.stripe.books import Books
from sandbox.stripe.currencies import check_amount, check_currency
from sandbox.stripe.wire import Failure, Record, check_names, required


class Transfers:
    """What can be done with transfers. An account has what was transferred to it, less what was taken back or paid out.

    `converts` makes transfers of a currency arrive in another: its name, and what hundred units become.
    """

    def __init__(self, books: Books) -> None:
        self.books = books
        self.converts: dict[str, tuple[str, int]] = {}

    def create(self, form: Record) -> Record:
        check_names(
            form, "amount", "currency", "destination", "source_transaction", "transfer_group", "metadata", "description"
        )
        currency = check_currency(required(form, "currency"))
        amount = check_amount(required(form, "amount"), currency)
        account = self.books.get("v2.core.account", required(form, "destination"))
        if account["sandbox"]["status"] != "active":
            message = (
                "Your destination account needs to have at least one of the following capabilities enabled: transfers"
            )
            raise Failure(message, code="insufficient_capabilities_for_transfer", has_begun=True)
        self._check_source(form, currency, amount)
        target, hundred = self.converts.get(currency, (currency, 100))
        transfer = self.books.add(
            "transfer", amount=amount * hundred // 100, amount_reversed=0, currency=target, destination=account["id"],
            source_transaction=form.get("source_transaction"), transfer_group=form.get("transfer_group"),
            metadata=form.get("metadata") or {}, reversed=False, source_type="card", destination_payment=None,
        )  # fmt: skip
        transfer["balance_transaction"] = self.books.add_transaction("transfer", transfer, -transfer["amount"])["id"]
        self._add(account, target, transfer["amount"])
        self.books.add_event("transfer.created", transfer)
        return transfer

    def reverse(self, pk: str, form: Record) -> Record:
        check_names(form, "amount", "metadata", "description", "refund_application_fee")
        transfer = self.books.get("transfer", pk)
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = check_amount(form["amount"], transfer["currency"]) if "amount" in form else left
        if amount > left:
            message = "The reversal amount is greater than the amount that is left of the transfer."
            raise Failure(message, param="amount", has_begun=True)
        account = self.books.get("v2.core.account", transfer["destination"])
        if account["sandbox"]["balance"].get(transfer["currency"], 0) < amount:
            raise Failure("Insufficient funds in the account.", code="balance_insufficient", has_begun=True)
        reversal = self.books.add(
            "transfer_reversal", amount=amount, currency=transfer["currency"], transfer=transfer["id"],
            metadata=form.get("metadata") or {}, source_refund=None, destination_payment_refund=None,
        )  # fmt: skip
        transaction = self.books.add_transaction("transfer_refund", reversal, amount)
        reversal["balance_transaction"] = transaction["id"]
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        self._add(account, transfer["currency"], -amount)
        self.books.add_event("transfer.reversed", transfer)
        return reversal

    def empty(self, account_id: str) -> None:
        """Pays out all that an account has to its owner's bank, so that nothing can be taken back from it."""
        self.books.get("v2.core.account", account_id)["sandbox"]["balance"].clear()

    def empty_own(self) -> None:
        """Pays out all that the platform has to its bank, so that nothing can be transferred without a charge."""
        for currency, amount in list(self.books.balance().items()):
            if amount > 0:
                payout = self.books.add("payout", amount=amount, currency=currency, status="paid", automatic=True)
                self.books.add_transaction("payout", payout, -amount)

    def _check_source(self, form: Record, currency: str, amount: int) -> None:
        """Refuses more than is left of the charge that a transfer is taken from, or than the balance has."""
        source = form.get("source_transaction")
        if source is None:
            if self.books.balance().get(currency, 0) < amount:
                raise Failure("You have insufficient available funds.", code="balance_insufficient", has_begun=True)
            return
        charge = self.books.get("charge", source)
        if charge["currency"] != currency:
            raise Failure("The currency must be that of the source transaction.", param="currency")
        before = [row for row in self.books.all("transfer") if row["source_transaction"] == source]
        if not charge["captured"] or sum(row["amount"] for row in before) + amount > charge["amount_captured"]:
            raise Failure("The transfers of a charge cannot be more than the charge.", param="amount", has_begun=True)

    def _add(self, account: Record, currency: str, amount: int) -> None:
        balance = account["sandbox"]["balance"]
        balance[currency] = balance.get(currency, 0) + amount
