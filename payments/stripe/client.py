"""Calls Stripe's API with its SDK, over our own HTTP client and circuit breaker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import stripe
from django.conf import settings

from core import clock, http
from core.breakers import OPEN_SECONDS, Breaker
from core.service_calls import USUAL_WAIT, ServiceDown, waiting_time
from payments.stripe.configuration import is_configured
from payments.stripe.errors import MISMATCH, KeptFault, KeyRejected, PaymentRefused

CALL_SECONDS = 20.0
MOST_BYTES = 5_000_000
CONFLICT_WAIT = timedelta(seconds=5)

Record = dict[str, Any]

stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)  # below that, it logs what is sent: names and addresses of people


class BoundedHttpClient(stripe.HTTPClient):
    """Lets the SDK send its requests as all other calls to outside services: with one time-out for all of a call."""

    name = "waymark"

    def __init__(self, seconds: float = CALL_SECONDS) -> None:
        super().__init__()
        self.seconds = seconds

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        body = post_data.encode() if isinstance(post_data, str) else post_data
        answer = http.request(
            method.upper(), url, headers=headers, body=body, seconds=self.seconds, most_bytes=MOST_BYTES
        )
        return answer.body.decode(errors="replace"), answer.status, answer.headers

    def close(self) -> None:
        """Does nothing: each request closes its own connection."""


def call(work: Callable[[stripe.StripeClient], Any], *, seconds: float = CALL_SECONDS) -> Record:
    """Returns what one call of the SDK answers, as a dict. Raises ServiceDown or PaymentRefused."""
    breaker = Breaker("stripe", "")
    if not is_configured():
        raise KeyRejected
    if not breaker.lets_pass():
        sentence = "Stripe did not answer several times, so Waymark waits a minute before it tries again."
        raise ServiceDown(sentence, timedelta(seconds=OPEN_SECONDS))
    try:
        answer: Record = work(_client(seconds)).to_dict()
    except http.Unanswered as unanswered:
        breaker.failed()
        raise ServiceDown(f"Stripe: {unanswered.sentence}", is_outcome_unknown=unanswered.was_sent) from None
    except stripe.StripeError as error:
        problem = _problem(error)
        if _is_fault(error):
            breaker.failed()
        else:
            breaker.succeeded()
        raise problem from None
    breaker.succeeded()
    return answer


def _client(seconds: float) -> stripe.StripeClient:
    own = settings.STRIPE_API_BASE
    base: Any = {"api": own, "files": own} if own else None
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses=base,
        max_network_retries=0,  # callers repeat calls with keys of their own
        http_client=BoundedHttpClient(seconds),
    )


def _is_fault(error: stripe.StripeError) -> bool:
    """Whether Stripe itself fails, as opposed to refusing a call; an answer that cannot be read has status 200."""
    return error.http_status is None or error.http_status >= 500 or error.http_status < 400


def _problem(error: stripe.StripeError) -> Exception:
    """Returns our exception for one of the SDK, without the text of the answer, which can name people."""
    if error.http_status in (401, 403):
        return KeyRejected()
    is_kept = (error.headers or {}).get("Idempotent-Replayed") == "true"
    if error.http_status in (409, 429) or _is_fault(error):
        return KeptFault() if is_kept else _later(error)
    if isinstance(error, stripe.IdempotencyError):
        return PaymentRefused(MISMATCH)
    return PaymentRefused(error.code or "", error.user_message or "", is_kept=is_kept)


def _later(error: stripe.StripeError) -> ServiceDown:
    if error.http_status == 429:
        seconds = waiting_time(error.headers or {}, clock.now())
        wait = USUAL_WAIT if seconds is None else timedelta(seconds=seconds)
        return ServiceDown("Stripe is limiting our requests. We will try again later.", wait)
    if error.http_status == 409:
        return ServiceDown("Stripe is still working on this.", CONFLICT_WAIT, is_outcome_unknown=True)
    return ServiceDown("Stripe has a problem at the moment.", is_outcome_unknown=True)
