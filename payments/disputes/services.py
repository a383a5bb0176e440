"""What builder and support do with a bank's dispute: add to its evidence, and submit it once."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from accounts.roles import STAFF
from core import audit, clock, outbox
from core.errors import Refusal, Refused
from core.uploads import check_space
from payments.disputes.following import CHANNEL, queue_preparing
from payments.disputes.models import DisputeEvidence, DisputeFile, PaymentDispute
from payments.refusals import PaymentRefusal
from payments.services import wrong_value

MOST_FILES = 3
MOST_BYTES = 3 * 1024 * 1024  # of the builder's files together; the document has the rest of 5 MB
KINDS = frozenset({".pdf", ".png", ".jpg", ".jpeg"})  # what banks take


@transaction.atomic
def save_statement(
    *, dispute: PaymentDispute, statement: str, by: User, file: File[bytes] | None = None
) -> PaymentDispute:
    """Saves what the builder says to the bank, with a file if there is one, and prepares the evidence anew."""
    current, now = _locked(dispute), clock.now()
    _check_builder(current, by, now)
    if file is not None:
        _add_file(current, by, file)
    elif statement.strip() == current.statement:
        return current
    current.statement = statement.strip()
    return _changed(current)


@transaction.atomic
def remove_file(*, file: DisputeFile, by: User) -> PaymentDispute:
    """Removes a file that the builder has added."""
    current, now = _locked(file.dispute), clock.now()
    _check_builder(current, by, now)
    deleted, _ = DisputeFile.objects.filter(pk=file.pk).delete()
    if not deleted:
        return current
    transaction.on_commit(lambda: file.file.delete(save=False))
    return _changed(current)


@transaction.atomic
def submit(*, dispute: PaymentDispute, evidence: DisputeEvidence, by: User) -> PaymentDispute:
    """Submits the evidence that support has read to the bank, which takes it once. Doing it twice submits it once."""
    if not set(by.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)
    current, now = _locked(dispute), clock.now()
    if current.asked_at is not None:
        return current
    if not current.is_answerable or (current.evidence_due_at is not None and current.evidence_due_at <= now):
        raise Refused(PaymentRefusal.EVIDENCE_CLOSED, "The bank no longer accepts evidence for this dispute.")
    if evidence.dispute_id != current.pk or evidence.version != current.version:
        raise Refused(PaymentRefusal.EVIDENCE_CHANGED)
    current.asked_at, current.asked_by, current.problem = now, by, ""
    current.save()
    outbox.put(
        event=f"dispute:{current.pk}:submit:{now.isoformat()}", channel=CHANNEL, recipient="stripe",
        payload={"act": "submit", "dispute": str(current.pk)},
    )  # fmt: skip
    after = {"evidence": str(evidence.pk), "version": evidence.version}
    audit.record(actor=by, action="dispute evidence submitted", subject=current, before=None, after=after)
    return current


def latest_evidence(dispute: PaymentDispute) -> DisputeEvidence | None:
    """Returns the evidence of the dispute's present version; None while it is being prepared. One query."""
    return dispute.evidence.filter(version=dispute.version).first()


def _locked(dispute: PaymentDispute) -> PaymentDispute:
    rows = PaymentDispute.objects.select_for_update(no_key=True, of=("self",)).select_related("payment")
    return rows.get(pk=dispute.pk)


def _check_builder(dispute: PaymentDispute, by: User, now: datetime) -> None:
    if dispute.payment.payee_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    if not dispute.accepts_statement(now):
        raise Refused(PaymentRefusal.EVIDENCE_CLOSED)


def _add_file(dispute: PaymentDispute, by: User, file: File[bytes]) -> None:
    name = str(file.name)
    if PurePath(name).suffix.lower() not in KINDS:
        raise wrong_value("file", "Banks accept PDF, PNG and JPEG files.")
    sizes = list(dispute.files.values_list("size", flat=True))
    if len(sizes) >= MOST_FILES:
        raise wrong_value("file", f"You can add up to {MOST_FILES} files. Remove one first.")
    if sum(sizes) + file.size > MOST_BYTES:
        raise wrong_value("file", "All files together can have at most 3 MB.")
    check_space(by, file)
    DisputeFile.objects.create(dispute=dispute, added_by=by, file=file, name=PurePath(name).name[:120], size=file.size)


def _changed(dispute: PaymentDispute) -> PaymentDispute:
    dispute.version += 1
    dispute.save()
    queue_preparing(dispute)
    return dispute
