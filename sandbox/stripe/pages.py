"""The hosted page on which somebody pays. It works without JavaScript."""

from __future__ import annotations

from html import escape

from sandbox.requests import Reply, Request, redirect
from sandbox.stripe.books import Books
from sandbox.stripe.checkout import Checkout
from sandbox.stripe.currencies import THREE_DECIMALS, ZERO_DECIMALS
from sandbox.stripe.payments import CARDS
from sandbox.stripe.wire import Failure, Record

STYLE = (
    "body{font:1.1rem/1.5 system-ui;max-width:34rem;margin:0 auto;padding:1.5rem;color-scheme:light dark}"
    "button,input,select,.back{font:inherit;padding:.6rem 1rem;min-height:2.75rem;box-sizing:border-box}"
    "form{margin-block:1rem}button,input,select{width:100%;margin-block:.25rem;text-align:start}.back{display:inline-block;padding-inline:0}"
    "[role=alert]{border-inline-start:.3rem solid #c00;padding-inline-start:1rem}"
)


class Pages:
    """Serves `/pay/<session>` and the page on which the bank asks who pays."""

    def __init__(self, books: Books, checkout: Checkout) -> None:
        self.books, self.checkout = books, checkout

    def answer(self, request: Request) -> Reply:
        _, pk, *rest = [*request.path.split("/"), ""]
        try:
            session = self.books.get("checkout.session", pk)
        except Failure:
            return page("Not found", "<h1>There is no such page</h1>", 404)
        step = rest[0] if rest else ""
        if session["status"] != "open":
            return self._ended(session)
        if request.method != "POST":
            return self._asking(session) if step == "authenticate" else self._paying(session)
        try:
            if step == "authenticate":
                self.checkout.authenticate(pk, succeeds=request.form.get("answer") == "complete")
            else:
                self.checkout.pay(pk, request.form.get("card", ""))
        except Failure as failure:
            return self._paying(session, str(failure))
        if session["status"] == "complete":
            return redirect(_success_address(session))
        return redirect(f"{self.checkout.address}/pay/{pk}/authenticate")

    def _paying(self, session: Record, error: str = "") -> Reply:
        buttons = "".join(
            f'<button name="card" value="{card.number}">{_grouped(card.number)}: {escape(card.label)}</button>'
            for card in CARDS
        )
        alert = f'<div role="alert"><p>{escape(error)}</p></div>' if error else ""
        back = session["cancel_url"]
        link = f'<p><a class="back" href="{escape(back)}">Go back without paying</a></p>' if back else ""
        content = (
            f"<h1>{escape(_title(session))}</h1><p>{escape(session['sandbox']['name'])}</p>{alert}"
            "<p>No money moves here: this page stands in for Stripe. Choose a test card.</p>"
            f'<form method="post" action="{self.checkout.address}/pay/{session["id"]}">{buttons}</form>'
            f'<form method="post" action="{self.checkout.address}/pay/{session["id"]}">'
            '<label>Another card number <input name="card" inputmode="numeric" autocomplete="off" required></label>'
            f"<button>{'Save' if session['mode'] == 'setup' else 'Pay'}</button></form>{link}"
        )
        return page("Pay", content, 402 if error else 200)

    def _asking(self, session: Record) -> Reply:
        content = (
            "<h1>Your bank asks whether this is you</h1>"
            f'<form method="post" action="{self.checkout.address}/pay/{session["id"]}/authenticate">'
            '<button name="answer" value="complete">Complete authentication</button>'
            '<button name="answer" value="fail">Fail authentication</button></form>'
        )
        return page("Authentication", content)

    def _ended(self, session: Record) -> Reply:
        if session["status"] == "complete":
            return redirect(_success_address(session))
        back = escape(session["cancel_url"] or session["success_url"])
        content = f'<h1>This page has expired</h1><p>Nothing was paid. <a class="back" href="{back}">Go back</a></p>'
        return page("Expired", content, 410)


def _success_address(session: Record) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _title(session: Record) -> str:
    return "Save your card" if session["mode"] == "setup" else f"Pay {_shown(session)}"


def _grouped(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _shown(session: Record) -> str:
    currency = session["currency"]
    places = 0 if currency in ZERO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    return f"{session['amount_total'] / 10**places:,.{places}f} {currency.upper()}"


def page(title: str, content: str, status: int = 200) -> Reply:
    """Returns a whole page."""
    document = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><main>{content}</main></html>'
    )
    return Reply(status, "text/html; charset=utf-8", document.encode())
