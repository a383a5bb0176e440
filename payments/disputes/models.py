"""Disputes at a client's bank, the evidence that was prepared for them, and the files that builders have added."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.roles import STAFF
from core.fields import LineField
from core.models import BaseModel, validate_currency
from core.money import Money, rounded
from core.storage import private_files
from core.uploads import stored_name
from payments.disputes.states import ANSWERABLE, OPEN, DisputeStatus, reason_in_words


def evidence_name(evidence: DisputeEvidence, name: str) -> str:
    return stored_name("bank-disputes", name)


def file_name(file: DisputeFile, name: str) -> str:
    return stored_name("bank-disputes", name)


class PaymentDisputeQuerySet(models.QuerySet["PaymentDispute"]):
    def visible_to(self, person: User) -> PaymentDisputeQuerySet:
        """Disputes of payments to the person; all of them for staff. Clients have theirs at their bank."""
        return self if set(person.roles) & STAFF else self.filter(payment__payee=person)

    def open(self) -> PaymentDisputeQuerySet:
        return self.filter(status__in=OPEN)

    def answerable(self) -> PaymentDisputeQuerySet:
        """Disputes for which evidence can still be submitted."""
        return self.filter(status__in=ANSWERABLE, asked_at=None)

    def decisive(self) -> PaymentDisputeQuerySet:
        """Disputes for which a payment counts as disputed: those that are open, and those that were lost."""
        return self.filter(Q(status__in=OPEN) | Q(status=DisputeStatus.LOST))


class PaymentDispute(BaseModel):
    """A payment that a client has asked their bank to take back, as Stripe reports it.

    Evidence is submitted once. `asked_at` is when support decided to, `sent_at` when Stripe had it.
    """

    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="disputes")
    provider_id = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=24, choices=DisputeStatus.choices)
    reason = models.CharField(max_length=60, blank=True)  # the provider's own word
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    is_withdrawn = models.BooleanField(default=False)  # whether the bank has taken the money until it decides
    is_refundable = models.BooleanField(default=False)  # whether the payment can still be refunded instead
    opened_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField(null=True)  # until when the bank takes evidence
    builder_until = models.DateTimeField()  # until when the builder can add to the evidence
    closed_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)  # when somebody is next to be reminded of it; None if nobody is
    statement = models.TextField(max_length=10_000, blank=True, db_column="words")  # what the builder says
    version = models.PositiveIntegerField(default=1)  # rises whenever the builder adds something
    problem = models.CharField(max_length=300, blank=True)  # why the evidence could not be prepared or submitted
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)

    objects = PaymentDisputeQuerySet.as_manager()

    class Meta:
        verbose_name = "bank dispute"
        verbose_name_plural = "bank disputes"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_dispute_has_an_amount"),
            models.CheckConstraint(
                condition=Q(asked_at=None, asked_by=None, sent_at=None)
                | Q(asked_at__isnull=False, asked_by__isnull=False),
                name="evidence_is_sent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["evidence_due_at"], condition=Q(asked_at=None), name="disputes_to_answer"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="disputes_to_remind_of"),
        ]

    def __str__(self) -> str:
        return f"{self.payment.subject_reference}, {self.get_status_display()}"

    @property
    def money(self) -> Money:
        return Money(rounded(self.amount, self.currency), self.currency)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_inquiry(self) -> bool:
        return self.status.startswith("warning_")

    @property
    def is_answerable(self) -> bool:
        """Whether evidence can still be submitted."""
        return self.status in ANSWERABLE and self.asked_at is None

    @property
    def reason_in_words(self) -> str:
        return reason_in_words(self.reason)

    def accepts_statement(self, now: datetime) -> bool:
        """Whether the builder can still add to the evidence."""
        return self.is_answerable and now < self.builder_until


class DisputeEvidence(BaseModel):
    """The evidence as it was prepared from one version of a dispute. It never changes, so that what support has read is
    what is submitted."""

    dispute = models.ForeignKey(PaymentDispute, on_delete=models.PROTECT, related_name="evidence")
    version = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)  # by the names of Stripe's fields
    document = models.FileField(upload_to=evidence_name, storage=private_files)
    size = models.PositiveBigIntegerField()
    # The ids of its files at Stripe, by the names of Stripe's fields. Empty until they are uploaded.
    uploads = models.JSONField(default=dict)
    staged_at = models.DateTimeField(null=True)  # when Stripe had it, not submitted yet

    class Meta:
        verbose_name_plural = "dispute evidence"
        ordering = ["dispute", "version"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "version"], name="one_evidence_of_a_version"),
        ]

    def __str__(self) -> str:
        return f"evidence, version {self.version}"


class DisputeFile(BaseModel):
    """A file that the builder has added to the evidence."""

    dispute = models.ForeignKey(PaymentDispute, on_delete=models.PROTECT, related_name="files")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to=file_name, storage=private_files)
    name = LineField(max_length=120)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
