"""Schedules, reservations, and the data computed from them.

Hours are minutes of the local day in the schedule's zone. Whatever takes time is a Reservation. Reservations are
released but never moved: a move releases the old one and inserts a new one. Only busy time that was read in an outside
calendar is deleted, a month after it left there, or with its connection.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from accounts.models import validate_zone
from coaching.models import SessionType
from connections.models import Connection
from core.fields import LineField
from core.models import BaseModel
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.merged_time import NOT_MERGED, MergedBusyTime
from scheduling.patterns import MOST_WEEKS, ORDINALS, Pattern, days_in_words

DAY = 1440
__all__ = [
    "CalendarFeed",
    "CalendlyEventType",
    "CalendlySync",
    "ExceptionDay",
    "FreeTimes",
    "MergedBusyTime",
    "OfferedDay",
    "RecurringHours",
    "Reservation",
    "ReservationQuerySet",
    "Rule",
    "Schedule",
    "Seat",
    "SessionAvailability",
    "TypeSchedule",
    "WorkedHoliday",
]


class Schedule(BaseModel):
    """Weekly hours. The default schedule applies, except on the dates of a holiday schedule and for session types that
    name another schedule."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", "Weekly"
        HOLIDAY = "holiday", "Holiday"

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules")
    name = LineField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.WEEKLY)
    timezone = models.CharField(max_length=64, validators=[validate_zone])
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    buffer_before = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(DAY)])
    buffer_after = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(DAY)])
    minimum_notice = models.PositiveIntegerField(default=120, validators=[MaxValueValidator(DAY * 90)])
    horizon_days = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(730)])
    max_per_day = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    holiday_country = models.CharField(max_length=2, null=True, blank=True)  # noqa: DJ001  (null in the API, not "")
    session_types = models.ManyToManyField(
        SessionType, through="TypeSchedule", blank=True, related_name="own_schedules"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["builder"], condition=Q(is_default=True), name="one_default_schedule"),
            models.CheckConstraint(
                condition=Q(kind="weekly") | Q(is_default=False, starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="a_holiday_has_dates",
            ),
            models.CheckConstraint(condition=Q(is_default=False) | Q(is_active=True), name="the_default_is_active"),
            ExclusionConstraint(
                name="one_holiday_schedule_a_day",
                expressions=[
                    ("builder", RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="holiday", is_active=True),
            ),
        ]
        ordering = ["-is_default", "kind", "name", "id"]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """Open hours on a weekday. Hours past midnight are two rules."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    start = models.PositiveSmallIntegerField()  # minutes since midnight
    end = models.PositiveSmallIntegerField()  # minutes since midnight

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6), start__gte=0, end__lte=DAY, start__lt=F("end")),
                name="rule_is_possible",
            ),
            ExclusionConstraint(
                name="rules_do_not_overlap",
                expressions=[
                    ("schedule", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func(
                            F("start"),
                            F("end"),
                            Value("[)"),
                            function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        ordering = ["weekday", "start"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}–{self.end}"  # fmt: skip


class RecurringHours(models.Model):
    """Open hours on some of the days with one weekday, besides those of every week: every few weeks from a date on, on
    one day of each month, or between two dates."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="recurring_hours")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    start = models.PositiveSmallIntegerField()  # minutes since midnight
    end = models.PositiveSmallIntegerField()  # minutes since midnight
    every_weeks = models.PositiveSmallIntegerField(default=1)
    ordinal = models.SmallIntegerField(null=True)  # 1 to 4, or -1 for the last one of each month
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6), start__gte=0, end__lte=DAY, start__lt=F("end")),
                name="recurring_hours_are_possible",
            ),
            models.CheckConstraint(
                condition=Q(every_weeks=1)
                | Q(every_weeks__range=(2, MOST_WEEKS), ordinal__isnull=True, starts_on__isnull=False),
                name="weeks_are_counted_from_a_date",
            ),
            models.CheckConstraint(
                condition=Q(ordinal__isnull=True) | Q(ordinal__in=list(ORDINALS)), name="one_day_of_a_month"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="recurring_hours_end_after_they_start",
            ),
        ]
        ordering = ["weekday", "start", "id"]
        verbose_name_plural = "recurring hours"

    def __str__(self) -> str:
        return days_in_words(self.pattern)

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.weekday, self.start, self.end, self.every_weeks, self.ordinal, self.starts_on, self.ends_on)


class ExceptionDay(models.Model):
    """A date with other hours than its weekday: `[[start, end], …]`, empty for closed."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField()
    intervals = ArrayField(ArrayField(models.PositiveSmallIntegerField(), size=2), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "date"], name="one_exception_a_day")]
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date}"


class WorkedHoliday(models.Model):
    """A public holiday on which the usual hours of the schedule apply."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="worked_holidays")
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "date"], name="one_worked_holiday_a_day")]

    def __str__(self) -> str:
        return f"{self.date}"


class TypeSchedule(models.Model):
    """The schedule that a session type uses instead of the default one."""

    session_type = models.OneToOneField(
        SessionType, primary_key=True, on_delete=models.CASCADE, related_name="own_schedule"
    )
    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="uses")

    def __str__(self) -> str:
        return f"{self.session_type}: {self.schedule}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def live(self, now: datetime | Now) -> ReservationQuerySet:
        """Reservations that take time now: neither released nor expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), released_at__isnull=True)


class Reservation(BaseModel):
    """A stretch of a builder's time that is taken. An exclusion constraint makes double bookings impossible."""

    class Kind(models.TextChoices):
        HOLD = "HOLD", "Held"
        BOOKED = "BOOKED", "Booked"
        EXTERNAL = "EXTERNAL", "Busy elsewhere"
        TIME_OFF = "TIME_OFF", "Time off"

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reservations")
    during = DateTimeRangeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    session_type = models.ForeignKey(SessionType, null=True, on_delete=models.PROTECT, related_name="reservations")
    capacity = models.PositiveSmallIntegerField(default=1)  # seats
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=120, blank=True)  # shown to clients, for time off
    expires_at = models.DateTimeField(null=True)  # of a hold
    released_at = models.DateTimeField(null=True)
    source = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="reservations")
    source_key = models.CharField(max_length=64, blank=True, default="", db_default="")  # of the event in its source

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="no_double_booking",
                expressions=[("builder", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(released_at__isnull=True, kind__in=["HOLD", "BOOKED"]),
            ),
            models.CheckConstraint(
                condition=Q(kind="HOLD", expires_at__isnull=False) | (~Q(kind="HOLD") & Q(expires_at__isnull=True)),
                name="only_holds_expire",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="room_for_one_at_least"),
            models.CheckConstraint(
                condition=Q(kind__in=["EXTERNAL", "TIME_OFF"]) | Q(session_type__isnull=False),
                name="a_session_has_a_type",
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=Q(source__isnull=False, released_at__isnull=True),
                name="one_reservation_of_an_event",
            ),
            models.CheckConstraint(condition=Q(source__isnull=True) | Q(kind="EXTERNAL"), name="a_source_is_busy_time"),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="time_has_two_ends",
            ),
        ]
        indexes = [
            GistIndex(
                fields=["builder", "during"],
                condition=Q(released_at__isnull=True, kind__in=["EXTERNAL", "TIME_OFF"]),
                name="busy_elsewhere",
            ),
            GistIndex(
                fields=["builder", "during"],
                condition=Q(released_at__isnull=True, kind__in=["EXTERNAL", "TIME_OFF"]) & NOT_MERGED,
                name="busy_and_not_merged",
            ),
            models.Index(fields=["expires_at"], condition=Q(kind="HOLD", released_at__isnull=True), name="live_holds"),
        ]
        ordering = ["during"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.during.lower:%Y-%m-%d %H:%M}"


class Seat(BaseModel):
    """A place in a reservation: held by a visitor, then booked, and released when either ends."""

    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="seats")
    holder = models.CharField(max_length=64)  # who may extend, book or release it: a person's id or a visitor's hash
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    address = models.CharField(max_length=64, blank=True)  # a hash, to count a visitor's holds by
    extensions = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)  # null once it is booked
    released_at = models.DateTimeField(null=True)
    plan_id = models.UUIDField(null=True)  # of the plan of sessions that holds it together with others

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reservation", "holder"], condition=Q(released_at__isnull=True), name="one_live_seat_each"
            ),
        ]
        indexes = [
            models.Index(fields=["holder"], condition=Q(released_at__isnull=True), name="live_seats_of_holder"),
            models.Index(fields=["address"], condition=Q(released_at__isnull=True), name="live_seats_of_address"),
        ]

    def __str__(self) -> str:
        return f"held until {self.expires_at:%-d %B %Y, %H:%M}" if self.expires_at else "booked"


class FreeTimes(models.Model):
    """When a session type can begin in the next fourteen days, as evenly spaced runs: `[first, last, …]`.

    Refreshed after changes and nightly. Starts that have passed since, or are within the notice, are left out on
    reading.
    """

    session_type = models.OneToOneField(
        SessionType, primary_key=True, on_delete=models.CASCADE, related_name="free_times"
    )
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    runs = ArrayField(models.BigIntegerField(), default=list)  # instants as seconds since 1970
    step = models.PositiveIntegerField()  # seconds
    minutes = models.PositiveSmallIntegerField()  # of a session of its usual length
    notice = models.PositiveIntegerField()  # seconds
    open_minutes = models.PositiveIntegerField()
    price_from = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "free times"

    def __str__(self) -> str:
        return f"{self.session_type}: {len(self.runs) // 2} runs"


class SessionAvailability(models.Model):
    """The database view `session_availability`: whether each session type can be booked, its lowest price and its next
    free time, as of the moment of the query."""

    session_type = models.OneToOneField(
        SessionType, primary_key=True, on_delete=models.DO_NOTHING, related_name="availability"
    )
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    category = models.CharField(max_length=12)
    is_bookable = models.BooleanField()
    price_from = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    next_slot = models.DateTimeField(null=True)
    open_minutes = models.PositiveIntegerField()

    class Meta:
        managed = False
        db_table = "session_availability"
        verbose_name_plural = "session availability"

    def __str__(self) -> str:
        return f"{self.session_type_id}: {self.next_slot}"


class OfferedDay(models.Model):
    """How many minutes a builder had open on a day, saved when the day has ended, for measuring utilisation."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["builder", "date"], name="one_offered_day")]

    def __str__(self) -> str:
        return f"{self.date}: {self.minutes} min"


class CalendarFeed(BaseModel):
    """A builder's calendar feed. Its address contains a secret, of which only the hash is stored."""

    builder = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"feed of {self.builder}"
