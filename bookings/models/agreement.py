"""Bookings with their answers and events."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User, validate_zone
from accounts.roles import STAFF
from bookings.models.guests import Guest
from bookings.models.meetings import Meeting
from bookings.models.no_shows import NoShowColumns
from bookings.models.origins import OriginColumns
from bookings.models.projects import Project
from bookings.models.series import Series
from bookings.models.waiting_rules import WaitingRules
from bookings.states import AHEAD, Cause, Side, State, Verb
from coaching.models import Question, SessionType
from coaching.quotes import Discount
from core.fields import LineField
from core.ids import uuid7
from core.links import LONGEST
from core.models import BaseModel, validate_currency
from core.money import Money, rounded
from pathways.models import Pathway
from payments.models import CreditGrant
from payments.states import Timing
from scheduling.models import Seat

PERSON = (
    "email", "display_name", "timezone", "hour_format", "avatar", "is_active", "wants_mail", "wants_reminders",
    "wants_notifications",
)  # fmt: skip
RELATED: dict[str, tuple[str, ...]] = {
    "builder": PERSON,
    "builder__builder_profile": ("slug", "meeting_url", "has_zoom", "phone", "how_to_pay", "shows_email"),
    "client": PERSON,
    "guest": ("name", "email", "proven_at", "wants_reminders", "hour_format"),
    "pathway": ("slug", "name", "look", "is_active"),
    "series": ("count", "every_weeks"),
}
SHOWN_OF_SESSION_TYPE = ("builder", "title", "category", "service", "colour", "meeting_url", "calendly_url")
TERMS_OF_SESSION_TYPE = (
    *SHOWN_OF_SESSION_TYPE, "rate_types", "default_minutes", "is_remote", "is_in_person", "in_person_at", "address",
    "travel_miles", "travel_before", "travel_after", "auto_confirm",
    "needs_proof", "payment_timing", "splits", "seats", "min_seats", "decide_hours", "slot_interval", "buffer_before", "buffer_after",
    "minimum_notice", "horizon_days", "max_per_day", "is_active",
)  # fmt: skip


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, person: User) -> BookingQuerySet:
        """Bookings in which the person is client or builder; all of them for staff. A builder does not see one that has
        to be paid first until it is."""
        if set(person.roles) & STAFF:
            return self
        return self.filter(Q(client=person) | Q(builder=person, payment_due_at__isnull=True))

    def of_builder(self, person: User | UUID) -> BookingQuerySet:
        """Bookings of a builder, without those that are not paid yet though they have to be, or never were."""
        return self.filter(builder=person, payment_due_at__isnull=True)

    def listed(self) -> BookingQuerySet:
        """With what lists, cards and the API show: names of client, guest and builder, session type, pathway, series."""
        return self._with(session_type=SHOWN_OF_SESSION_TYPE)

    def complete(self) -> BookingQuerySet:
        """With what the page of a booking, its emails and its changes need: as `listed`, and all terms of the session
        type."""
        return self._with(session_type=TERMS_OF_SESSION_TYPE)

    def _with(self, **columns: tuple[str, ...]) -> BookingQuerySet:
        """Joins the relations of `RELATED` with their columns, and those of `columns`, in the same query.

        Seven joins, in an order that PostgreSQL can keep: `FOR_SHORT_QUERIES` in `config.databases`.
        """
        related = RELATED | columns
        own = [field.name for field in self.model._meta.concrete_fields]
        others = [f"{relation}__{name}" for relation, names in related.items() for name in names]
        return self.select_related(*related).only(*own, *others)

    def whole(self) -> BookingQuerySet:
        """With everything that the API shows of a booking: three more queries, however many bookings there are, and one
        if any has a meeting at Zoom."""
        shown = self._with(session_type=SHOWN_OF_SESSION_TYPE, project=("title",))
        return shown.prefetch_related("answers", "deliverables", "reviews", "meeting")

    def counting(self) -> BookingQuerySet:
        """All but those that still wait for a guest to confirm their address, or for the client to pay."""
        waits = Q(proof_due_at__isnull=False) | Q(payment_due_at__isnull=False)
        return self.exclude(waits, state=State.PENDING)

    def requests(self) -> BookingQuerySet:
        """Those that wait for the builder's answer; an invitation waits for the client's."""
        return self.counting().filter(state=State.PENDING, awaits_client=False)

    def ahead(self, now: datetime) -> BookingQuerySet:
        """Requested, confirmed or in progress, and not yet over."""
        return self.filter(state__in=[*AHEAD, State.IN_PROGRESS], ends_at__gt=now)


class Booking(WaitingRules, NoShowColumns, OriginColumns, BaseModel):
    """A booking. Its price, terms and title stay those at the time of booking; its reference and uid never change."""

    class Source(models.TextChoices):
        WEB = "web", "On Waymark"
        API = "api", "By a program"
        CALENDLY = "calendly", "On Calendly"

    reference = models.CharField(max_length=9, unique=True)
    calendar_uid = models.CharField(max_length=120, unique=True)
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings_as_builder")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="bookings_as_client"
    )
    guest = models.ForeignKey(Guest, null=True, on_delete=models.PROTECT, related_name="bookings")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="bookings")
    title = LineField(max_length=80)
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="booking")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    previous_start = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices)
    version = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)  # of the calendar entry: rises when it is moved or cancelled
    rate = models.DecimalField(max_digits=14, decimal_places=4)  # per session, hour or day, as `rate_type` says
    rate_type = models.CharField(max_length=6, choices=SessionType.RateType.choices)
    total = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    tiers = ArrayField(ArrayField(models.PositiveSmallIntegerField(), size=2), default=list)  # [hours, per cent]
    # The other builders who share the price, as the session type had them: [id, per cent of what the fee leaves].
    splits = models.JSONField(default=list, db_default=[])  # the agreed price shares
    # How the price came about: each rule with its amount, the list price first. Empty: it is the list price.
    breakdown = models.JSONField(default=list, db_default=[])  # how discounts made up the price
    # The credits of which one paid for it.
    credit_grant = models.ForeignKey(CreditGrant, null=True, on_delete=models.PROTECT, related_name="bookings")
    is_remote = models.BooleanField(default=True)
    location = models.CharField(max_length=300, blank=True)
    in_person_at = models.CharField(max_length=8, choices=[("builder", "Builder"), ("client", "Client")], blank=True)
    # Before the start: the link typed for this booking. From the start on: the link that applied then.
    meeting_url = models.CharField(max_length=LONGEST, blank=True)
    # The meeting that was made for it, and a copy of its link, so that lists need no join.
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="bookings")
    zoom_url = models.CharField(max_length=LONGEST, blank=True)
    pathway = models.ForeignKey(Pathway, null=True, on_delete=models.PROTECT, related_name="bookings")
    notes = models.TextField(max_length=2000, blank=True)
    timezone = models.CharField(max_length=64, validators=[validate_zone])  # the client's, when they booked
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.WEB)
    # Of a booking that is on Calendly too; empty for all others.
    calendly_event_uri = models.CharField(max_length=300, blank=True, default="", db_default="")
    calendly_cancel_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    calendly_reschedule_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Where it is remote, Calendly's invitation says how one meets, by a link of its own or by telephone.
    is_arranged_on_calendly = models.BooleanField(default=False, db_default=False)
    # It came from Calendly at a time that was taken here: its reservation is EXTERNAL, and the builder decides.
    has_conflict = models.BooleanField(default=False, db_default=False)
    form_key = models.UUIDField(
        null=True, unique=True
    )  # of the form it was made with, which makes one even if sent twice
    link_generation = models.PositiveSmallIntegerField(default=1)
    needs_answer = models.BooleanField(default=True)  # whether the builder has to confirm, at the time of booking
    # Whether the builder has made it, and it waits for the client to accept; afterwards, that it was so.
    awaits_client = models.BooleanField(default=False, db_default=False)  # made by the builder, not accepted yet
    answer_by = models.DateTimeField(null=True)
    # Until when the time is kept for a guest to confirm their address. It is kept in the row if they never do.
    proof_due_at = models.DateTimeField(null=True)
    # When it is paid, as its session type said when it was booked. Empty: it was over before payments were recorded.
    payment_timing = models.CharField(
        max_length=13, choices=Timing.choices, blank=True, default=Timing.OUTSIDE, db_default=Timing.OUTSIDE.value
    )
    # Until when the time is kept for the client to pay. It is kept in the row if they never do.
    payment_due_at = models.DateTimeField(null=True)
    min_seats = models.PositiveSmallIntegerField(default=1)  # of its group, at the time of booking
    decide_at = models.DateTimeField(null=True)  # when to check whether enough have booked; null afterwards
    answered_at = models.DateTimeField(null=True)  # when the builder confirmed the request, or declined it
    confirmed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=8, choices=Side.choices, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    cancel_percent = models.PositiveSmallIntegerField(default=0)
    cancel_fee = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    cancel_cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="bookings")
    series_number = models.PositiveSmallIntegerField(default=0)  # its place in the series; 0 without one
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="bookings")

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(client__isnull=False) | Q(guest__isnull=False), name="somebody_booked"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_booking_lasts"),
            models.CheckConstraint(
                condition=Q(total__gte=0, rate__gte=0, cancel_fee__gte=0, cancel_fee__lte=F("total")),
                name="booking_money_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(state="CANCELLED", cancelled_at__isnull=False) & ~Q(cancelled_by="")
                | ~Q(state="CANCELLED") & Q(cancelled_at__isnull=True, cancelled_by=""),
                name="cancelled_at_with_cancelled_by",
            ),
            models.CheckConstraint(
                condition=Q(state="PENDING", answer_by__isnull=False) | ~Q(state="PENDING") & Q(answer_by__isnull=True),
                name="answered_by_while_pending",
            ),
            models.CheckConstraint(
                condition=Q(proof_due_at__isnull=True) | Q(state__in=["PENDING", "CANCELLED"], guest__isnull=False),
                name="proof_is_due_before_it_counts",
            ),
            models.CheckConstraint(
                condition=Q(payment_due_at__isnull=True)
                | Q(state__in=["PENDING", "CANCELLED"], payment_timing="at_booking"),
                name="payment_is_due_before_it_counts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CONFIRMED", "IN_PROGRESS"]) | Q(confirmed_at__isnull=False),
                name="confirmed_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["series", "series_number"], condition=Q(series__isnull=False), name="one_of_each_number"
            ),
            models.CheckConstraint(
                condition=Q(no_show_by="", no_show_at__isnull=True, contested_at__isnull=True)
                | ~Q(no_show_by="") & Q(no_show_at__isnull=False),
                name="no_show_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(upheld_at__isnull=True) | Q(contested_at__isnull=False),
                name="upheld_after_it_was_contested",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-starts_at", "-id"], name="bookings_of_client"),
            models.Index(fields=["builder", "-starts_at", "-id"], name="bookings_of_builder"),
            models.Index(fields=["builder", "state", "starts_at"], name="bookings_by_state"),
            models.Index(fields=["state", "-starts_at", "-id"], name="bookings_in_state"),
            models.Index(fields=["-starts_at", "-id"], name="bookings_by_start"),
            models.Index(
                fields=["builder", "created_at"], condition=Q(answered_at__isnull=False), name="bookings_answered"
            ),
            models.Index(fields=["answer_by"], condition=Q(state="PENDING"), name="bookings_to_answer"),
            models.Index(
                fields=["proof_due_at"],
                condition=Q(state="PENDING", proof_due_at__isnull=False),
                name="bookings_to_prove",
            ),
            models.Index(
                fields=["payment_due_at"],
                condition=Q(state="PENDING", payment_due_at__isnull=False),
                name="bookings_to_pay",
            ),
            models.Index(fields=["starts_at"], condition=Q(state="CONFIRMED"), name="bookings_to_start"),
            models.Index(fields=["ends_at"], condition=Q(state="IN_PROGRESS"), name="bookings_to_complete"),
            models.Index(fields=["decide_at"], condition=Q(decide_at__isnull=False), name="bookings_to_decide"),
            models.Index(
                fields=["calendly_event_uri"], condition=~Q(calendly_event_uri=""), name="bookings_of_calendly_event"
            ),
            models.Index(fields=["project"], condition=Q(project__isnull=False), name="bookings_of_project"),
            models.Index(fields=["created_at"], name="bookings_by_creation"),
            models.Index(fields=["cancelled_at"], condition=Q(state="CANCELLED"), name="bookings_cancelled"),
            models.Index(fields=["builder", "completed_at"], condition=Q(state="COMPLETED"), name="bookings_completed"),
            models.Index(
                fields=["contested_at"],
                condition=Q(contested_at__isnull=False, upheld_at__isnull=True),
                name="bookings_to_decide_no_show",
            ),
        ]
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("bookings:booking", args=[self.reference])

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def price(self) -> Money:
        return self.money(self.total)

    @property
    def fee(self) -> Money:
        return self.money(self.cancel_fee)

    @property
    def list_price(self) -> Money:
        """The price without a discount."""
        return self.money(Decimal(self.breakdown[0]["amount"])) if self.breakdown else self.price

    @property
    def discount_reason(self) -> str:
        """Why it costs less than the list price; an empty string if it does not."""
        if len(self.breakdown) < 2:
            return ""
        line = self.breakdown[1]
        off = Discount(line["rule"], self.price, int(line.get("days", 0)), int(line.get("percent", 0)))
        return off.reason

    @property
    def is_paid_with_credit(self) -> bool:
        return self.credit_grant_id is not None

    def money(self, amount: Decimal) -> Money:
        return Money(rounded(amount, self.currency), self.currency)

    @property
    def client_name(self) -> str:
        person = self.client or self.guest
        return str(person.display_name if isinstance(person, User) else person)

    @property
    def is_unproven(self) -> bool:
        """Whether it is booked by a guest who has not confirmed their address, which may be a stranger's."""
        return self.client_id is None

    @property
    def client_zone(self) -> str:
        """The time zone of the client's account; for a guest, the one they booked in."""
        return self.client.timezone if self.client else self.timezone

    @property
    def is_invited(self) -> bool:
        """Whether it was ever confirmed, so that calendar entries were sent to both sides."""
        return self.confirmed_at is not None


class Answer(models.Model):
    """The client's answer to one of the builder's questions, with the question as it was at the time."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    label = LineField(max_length=200)
    kind = models.CharField(max_length=10, choices=Question.Kind.choices)
    value = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "question"], name="one_answer_a_question")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.label}: {self.shown}"

    @property
    def shown(self) -> str:
        return {"true": "Yes", "false": "No"}.get(self.value, self.value) if self.kind == "checkbox" else self.value


class BookingEvent(models.Model):
    """Something that happened to a booking. The database refuses to change a row. `starts_at` and `ends_at` are the
    booking's times after the event."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    before = models.CharField(max_length=12, choices=State.choices, blank=True)
    after = models.CharField(max_length=12, choices=State.choices)
    side = models.CharField(max_length=8, choices=Side.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+")
    # The member of staff who really acted, while they used the account of `actor`.
    acting_as = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)  # only of a move: the start before it
    sequence = models.PositiveIntegerField()
    fee = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))

    class Meta:
        indexes = [models.Index(fields=["booking", "at"], name="events_of_booking")]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {self.at:%-d %B %Y, %H:%M}"

    @property
    def is_other_length(self) -> bool:
        """Whether it changed how long the session is, and not when it begins."""
        return self.verb == Verb.RESCHEDULE and self.started_at == self.starts_at
