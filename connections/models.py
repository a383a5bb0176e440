"""A person's link to an outside service, such as a calendar that Waymark reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from connections.calendly.models import CalendlyAccount
from connections.oauth.models import LinkedAccount
from connections.outgoing.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from core.encryption import decrypt, encrypt
from core.models import BaseModel

WEEK = 7 * 24 * 60
__all__ = [  # Django loads them from here
    "CalendlyAccount",
    "Connection",
    "ConnectionQuerySet",
    "LinkedAccount",
    "WebhookAttempt",
    "WebhookEndpoint",
    "WebhookMessage",
]


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def calendars(self) -> ConnectionQuerySet:
        """Connections whose busy times take the owner's time."""
        return self.filter(service__in=[Connection.Service.ICAL, Connection.Service.CALENDLY, *ACCOUNTS])

    def accounts(self) -> ConnectionQuerySet:
        """Accounts with calendars, of which their owner chooses some."""
        return self.filter(service__in=ACCOUNTS)

    def added_by_hand(self) -> ConnectionQuerySet:
        """Calendars that their owner added by themselves, and not with an account at Calendly."""
        return self.exclude(service=Connection.Service.CALENDLY)

    def due(self, now: datetime) -> ConnectionQuerySet:
        return self.filter(next_read_at__lte=now)


class Connection(BaseModel):
    """What Waymark knows of one account or address at an outside service, and how well it answers."""

    class Service(models.TextChoices):
        ICAL = "ical", "Calendar address"
        CALDAV = "caldav", "Calendar account"
        GOOGLE = "google", "Google Calendar"
        MICROSOFT = "microsoft", "Outlook calendar"
        CALENDLY = "calendly", "Calendly"

    class State(models.TextChoices):
        NEW = "new", "Not read yet"
        GOOD = "good", "Up to date"
        FAILING = "failing", "Cannot be read"

    class Unread(models.TextChoices):
        CLOSED = "closed", "Offer no times"
        REQUEST = "request", "Offer times, and ask me to confirm each booking"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    service = models.CharField(max_length=10, choices=Service.choices)
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=255)  # the part of the address that is no secret
    secret = models.TextField(blank=True)  # the address, encrypted: whoever has it can read the calendar
    account = models.OneToOneField(  # at Google or Microsoft; of other services it is None
        LinkedAccount, null=True, on_delete=models.CASCADE, related_name="calendar_connection"
    )
    username = models.CharField(max_length=254, blank=True)  # of a calendar account
    sealed_password = models.TextField(blank=True)  # its app password, encrypted
    counts_all_day = models.BooleanField("All-day events block the day", default=False)
    when_unread = models.CharField(max_length=7, choices=Unread.choices, default=Unread.CLOSED)
    patience = models.PositiveSmallIntegerField(  # in minutes
        default=120, validators=[MinValueValidator(15), MaxValueValidator(WEEK)]
    )

    state = models.CharField(max_length=7, choices=State.choices, default=State.NEW)
    read_at = models.DateTimeField(null=True)  # when its content was last known to be complete and current
    tried_at = models.DateTimeField(null=True)
    next_read_at = models.DateTimeField(db_index=True)
    ask_again_at = models.DateTimeField(null=True)  # its server asks us not to come before
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    error = models.CharField(max_length=300, blank=True)
    warning = models.CharField(max_length=300, blank=True)  # what in the content could not be read
    etag = models.CharField(max_length=200, blank=True)
    modified = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of the content that was expanded last
    expanded_at = models.DateTimeField(null=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(patience__gte=15), name="some_patience_with_a_connection"),
            models.UniqueConstraint(fields=["owner", "name"], name="one_connection_of_a_name"),
        ]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.service == self.Service.CALENDLY:
            return reverse("scheduling:calendly")
        return reverse("scheduling:connection", args=[self.pk])

    @property
    def is_account(self) -> bool:
        """Whether it is an account with calendars, and not one calendar."""
        return self.service in ACCOUNTS

    @property
    def address(self) -> str:
        return decrypt(self.secret) if self.secret else ""

    @address.setter
    def address(self, address: str) -> None:
        self.secret = encrypt(address)

    @property
    def password(self) -> str:
        return decrypt(self.sealed_password) if self.sealed_password else ""

    @password.setter
    def password(self, password: str) -> None:
        self.sealed_password = encrypt(password) if password else ""

    def has_to_wait(self, now: datetime) -> bool:
        """Whether its server asks us not to read it yet."""
        return self.ask_again_at is not None and now < self.ask_again_at

    @property
    def counts_until(self) -> datetime:
        """Until when its owner accepts what was read last."""
        return (self.read_at or self.created_at) + timedelta(minutes=self.patience)

    def is_out_of_date(self, now: datetime) -> bool:
        """Whether it could not be read for longer than its owner accepts."""
        return now > self.counts_until


# Services whose accounts have several calendars, of which their owner chooses some.
ACCOUNTS = (Connection.Service.CALDAV, Connection.Service.GOOGLE, Connection.Service.MICROSOFT)


class AccountCalendar(BaseModel):
    """One of the calendars of an account: whether its busy times count, and whether sessions are written into it."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="calendars")
    address = models.CharField(max_length=1_000)
    name = models.CharField(max_length=100)
    counts = models.BooleanField(default=True)
    can_write = models.BooleanField(default=False)  # whether the account may write into it
    is_written = models.BooleanField(default=False)  # whether confirmed sessions are written into it
    write_error = models.CharField(max_length=300, blank=True)
    sync_token = models.CharField(max_length=4_000, blank=True)
    ctag = models.CharField(max_length=200, blank=True)  # changes with the calendar, where there is no token
    etags = models.CharField(max_length=64, blank=True)  # a digest of the etags of the events that were read last

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "address"], name="one_calendar_at_an_address"),
            models.CheckConstraint(condition=Q(is_written=False) | Q(can_write=True), name="written_if_it_can_be"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def forget_cursor(self) -> None:
        """Makes the next reading start anew."""
        self.sync_token = self.ctag = self.etags = ""
