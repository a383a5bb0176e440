"""Prepares the evidence of a dispute and submits it: what the outbox does with its channel `dispute`.

The evidence is saved here first, then kept at Stripe without being submitted. Support reads what is saved here, and that
is what is submitted, once: Stripe is asked before whether it has evidence already, as after a worker that was killed.
"""

from __future__ import annotations

from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction

from core import clock, outbox
from core.models import OutboxMessage
from payments.disputes import document, notifications
from payments.disputes.evidence import gathered
from payments.disputes.following import CHANNEL
from payments.disputes.models import DisputeEvidence, PaymentDispute
from payments.disputes.services import latest_evidence
from payments.disputes.states import ANSWERABLE

DOCUMENT = "service_documentation"  # Stripe's name for the field of our document
FILES = ("uncategorized_file", "customer_communication", "receipt")  # and for those of the builder's files


def deliver(message: OutboxMessage) -> None:
    """Prepares or submits the evidence of one dispute: the channel's delivery function."""
    dispute = PaymentDispute.objects.select_related("payment__payee", "payment__payer").get(
        pk=message.payload["dispute"]
    )
    if message.payload["act"] == "submit":
        _submit(dispute, attempt=message.attempts)
    elif dispute.is_answerable:
        _prepare(dispute)


def ask_again() -> int:
    """Queues again what the outbox gave up while it could still be done, so that no submission is forgotten."""
    count = 0
    for message in OutboxMessage.objects.filter(channel=CHANNEL, state=OutboxMessage.State.DEAD):
        dispute = PaymentDispute.objects.get(pk=message.payload["dispute"])
        is_asked = dispute.status in ANSWERABLE and dispute.asked_at is not None and dispute.sent_at is None
        if is_asked if message.payload["act"] == "submit" else dispute.is_answerable:
            outbox.retry(message)
            count += 1
    return count


def _prepare(dispute: PaymentDispute) -> None:
    from payments.stripe import disputes as stripe_disputes  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    evidence = latest_evidence(dispute) or _save_evidence(dispute)
    try:
        stripe_disputes.stage_evidence(dispute.provider_id, _values(dispute, evidence))
    except PaymentRefused as refused:
        PaymentDispute.objects.filter(pk=dispute.pk, asked_at=None).update(problem=str(refused)[:300])
        return
    DisputeEvidence.objects.filter(pk=evidence.pk).update(staged_at=clock.now())
    PaymentDispute.objects.filter(pk=dispute.pk, asked_at=None).update(problem="")


def _save_evidence(dispute: PaymentDispute) -> DisputeEvidence:
    """Gathers the evidence and saves it as it is now."""
    evidence = gathered(dispute)
    content = document.write(f"Evidence for {dispute.payment.subject_reference}", _facts(dispute), evidence.sections)
    file = ContentFile(content, name="evidence.pdf")
    row, _ = DisputeEvidence.objects.get_or_create(
        dispute=dispute, version=dispute.version,
        defaults={"texts": evidence.texts, "document": file, "size": len(content)},
    )  # fmt: skip
    return row


def _facts(dispute: PaymentDispute) -> list[tuple[str, str]]:
    payment = dispute.payment
    facts = [
        ("Paid to", payment.payee_name),
        ("Paid by", payment.payer.display_name if payment.payer else "a guest"),
        ("Amount", str(payment.money(payment.amount_paid))),
        ("Disputed", str(dispute.money)),
    ]
    return facts + ([("Paid with", payment.method)] if payment.method else [])


def _values(dispute: PaymentDispute, evidence: DisputeEvidence) -> dict[str, str]:
    """Returns what Stripe gets, by its fields. It keeps what it got before, so what was removed since then is emptied."""
    former = dispute.evidence.filter(version__lt=evidence.version).values_list("texts", "uploads")
    names = {name for texts, uploads in former for name in (*texts, *uploads)}
    values: dict[str, str] = dict.fromkeys(names, "") | evidence.texts | _uploaded(dispute, evidence)
    return values


def _uploaded(dispute: PaymentDispute, evidence: DisputeEvidence) -> dict[str, str]:
    """Returns the ids of the files at Stripe by its fields; uploads those that are not there yet."""
    from payments.stripe import disputes as stripe_disputes

    if evidence.uploads:
        return dict(evidence.uploads)
    with evidence.document.open("rb") as stored:
        uploads = {DOCUMENT: stripe_disputes.upload_evidence("evidence.pdf", stored.read())}
    for name, file in zip(FILES, dispute.files.all(), strict=False):
        with file.file.open("rb") as stored:
            safe_name = f"file{PurePath(file.name).suffix.lower()}"
            uploads[name] = stripe_disputes.upload_evidence(safe_name, stored.read())
    DisputeEvidence.objects.filter(pk=evidence.pk).update(uploads=uploads)
    evidence.uploads = uploads
    return uploads


def _submit(dispute: PaymentDispute, attempt: int) -> None:
    from payments.stripe import disputes as stripe_disputes
    from payments.stripe import refreshing
    from payments.stripe.errors import PaymentRefused

    if dispute.asked_at is None or dispute.sent_at is not None:
        return
    evidence = latest_evidence(dispute)
    assert evidence is not None  # `submit` refuses without it, and nothing can be added afterwards
    values = _values(dispute, evidence)
    # Stripe keeps its refusal for a key, so each decision of support and each attempt has its own.
    key = f"dispute:{evidence.pk}:{dispute.asked_at.timestamp()}:{attempt}"
    try:
        stripe_disputes.submit_evidence(dispute.provider_id, values, key=key)
    except PaymentRefused as refused:
        _take_back(dispute, str(refused))
        return
    PaymentDispute.objects.filter(pk=dispute.pk, sent_at=None).update(sent_at=clock.now())
    refreshing.refresh_payment(dispute.payment.intent_id)


@transaction.atomic
def _take_back(dispute: PaymentDispute, problem: str) -> None:
    """Saves that Stripe refuses the evidence, so that support can submit it again."""
    dispute.problem = problem[:300]
    notifications.notify_of_refusal(dispute)
    PaymentDispute.objects.filter(pk=dispute.pk, sent_at=None).update(
        asked_at=None, asked_by=None, problem=dispute.problem
    )
