"""The pages on which a builder enters what an account needs, and sends what it has to a bank."""

from __future__ import annotations

from html import escape

from sandbox.requests import Reply, Request, redirect
from sandbox.stripe.accounts import MISSING, Accounts
from sandbox.stripe.books import Books
from sandbox.stripe.pages import page
from sandbox.stripe.transfers import Transfers
from sandbox.stripe.wire import Failure, Record


class OnboardingPages:
    """Serves `/onboard/<link>` and `/account/<account>`."""

    def __init__(self, books: Books, accounts: Accounts, transfers: Transfers) -> None:
        self.books, self.accounts, self.transfers = books, accounts, transfers

    def answer(self, request: Request) -> Reply:
        kind, pk, *_ = [*request.path.split("/"), ""]
        try:
            if kind == "account":
                return self._account(request, self.books.get("v2.core.account", pk))
            return self._onboard(request, self.books.get("v2.core.account_link", pk))
        except Failure:
            return page("Not found", "<h1>There is no such page</h1>", 404)

    def _onboard(self, request: Request, link: Record) -> Reply:
        own = link["sandbox"]
        if own["ends"] <= self.books.now():
            return redirect(own["refresh_url"])
        if request.method == "POST":
            answer = request.form.get("answer")
            if answer != "later":
                left_out = "configuration.recipient.default_outbound_destination" if answer == "part" else ""
                self.accounts.complete(link["account"], leaves_out=left_out)
            own["ends"] = 0  # a link works once
            return redirect(own["return_url"] or own["refresh_url"])
        account = self.books.get("v2.core.account", link["account"])
        rows = "".join(f"<li>{escape(MISSING.get(name, name))}</li>" for name in account["sandbox"]["missing"])
        missing = f"<p>Still needed:</p><ul>{rows}</ul>" if rows else "<p>Nothing is missing.</p>"
        content = (
            "<h1>Get paid through Stripe</h1><p>No details are needed here: this page stands in for Stripe.</p>"
            f'{missing}<form method="post" action="{self.accounts.address}/onboard/{link["id"]}">'
            '<button name="answer" value="all">Enter everything</button>'
            '<button name="answer" value="part">Enter everything but the bank account</button>'
            '<button name="answer" value="later">Go back without entering anything</button></form>'
        )
        return page("Get paid", content)

    def _account(self, request: Request, account: Record) -> Reply:
        if request.method == "POST":
            if request.form.get("answer") == "restrict":
                self.accounts.restrict(account["id"])
            else:
                self.transfers.empty(account["id"])
        balance = account["sandbox"]["balance"]
        rows = "".join(f"<li>{amount} {escape(currency.upper())}</li>" for currency, amount in balance.items())
        content = (
            f"<h1>{escape(account['display_name'] or account['id'])}</h1><p>In the smallest units of each currency:</p>"
            f"<ul>{rows or '<li>Nothing</li>'}</ul>"
            f'<form method="post" action="{self.accounts.address}/account/{account["id"]}">'
            '<button name="answer" value="empty">Send all of it to the bank</button>'
            '<button name="answer" value="restrict">Let a detail be missing</button></form>'
        )
        return page("Account", content)
