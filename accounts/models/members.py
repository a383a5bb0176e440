"""Data of real-estate professionals: the records, their history, likely duplicates, merges and imports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.members.lookups import DESIGNATIONS, MEMBER_TYPES, STATE_CHOICES, MemberStatus
from accounts.members.rules import REQUIRED_ALWAYS, REQUIRED_BY_TYPE
from core.fields import LineField
from core.models import BaseModel
from core.storage import private_files
from core.uploads import stored_name


def import_name(row: MemberImport, filename: str) -> str:
    """Returns a path for an imported file that cannot be guessed."""
    return stored_name("member-imports", filename)


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> MemberQuerySet:
        """Returns the members that were not merged into others."""
        return self.filter(merged_into__isnull=True)

    def incomplete(self) -> MemberQuerySet:
        """Returns the members that lack a field which their type needs: the same rule as `members.rules.missing`."""
        lacking = Q()
        for name in REQUIRED_ALWAYS:
            lacking |= self._is_empty(name)
        for member_type, names in REQUIRED_BY_TYPE.items():
            for name in names:
                lacking |= Q(member_type=member_type) & self._is_empty(name)
        return self.filter(lacking)

    @staticmethod
    def _is_empty(name: str) -> Q:
        return Q(license_expires__isnull=True) if name == "license_expires" else Q(**{name: ""})

    def expiring(self, today: date, last: date) -> MemberQuerySet:
        """Returns the active members whose licence expires from today to this day, both included."""
        return self.filter(member_status=MemberStatus.ACTIVE, license_expires__range=(today, last))

    def expired(self, today: date) -> MemberQuerySet:
        """Returns the active members whose licence has expired."""
        return self.filter(member_status=MemberStatus.ACTIVE, license_expires__lt=today)


class Member(BaseModel):
    """A real-estate professional. The fields have the lengths of RESO's Member resource.

    Two members may have one key: `MemberDuplicate` then says so, until they are merged.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="member"
    )
    member_key = LineField(max_length=255)
    member_status = models.CharField(max_length=8, choices=MemberStatus.choices, default=MemberStatus.ACTIVE)
    member_type = models.CharField(max_length=40, choices=[(name, name) for name in MEMBER_TYPES])
    full_name = LineField(max_length=150)
    email = models.EmailField(max_length=80, blank=True)
    designations = ArrayField(
        models.CharField(max_length=60, choices=[(name, name) for name in DESIGNATIONS]), default=list, blank=True
    )
    license_number = LineField("licence number", max_length=50, blank=True)
    license_state = models.CharField("licence state", max_length=2, choices=STATE_CHOICES, blank=True)
    license_expires = models.DateField("licence expires", null=True, blank=True)
    company_name = LineField(max_length=255, blank=True)
    office_name = LineField(max_length=255, blank=True)
    shows_on_profile = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.CASCADE, related_name="merged"
    )
    # What duplicates and the search are found by, written by `members.services`.
    key_folded = models.CharField(max_length=255, editable=False, db_index=True)
    license_folded = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    name_folded = models.CharField(max_length=160, editable=False)
    company_folded = models.CharField(max_length=260, blank=True, editable=False)
    block = models.CharField(max_length=8, blank=True, editable=False, db_index=True)
    words = models.TextField(editable=False)
    # The reminder that was sent last: for which expiry, and how many days before it.
    reminded_expiry = models.DateField(null=True, editable=False)
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(person__isnull=True) & ~Q(merged_into=F("id"))),
                name="merged_member_has_no_person",
            ),
            models.CheckConstraint(
                condition=Q(reminded_expiry__isnull=True, reminded_days__isnull=True)
                | Q(reminded_expiry__isnull=False, reminded_days__isnull=False),
                name="reminded_both_or_neither",
            ),
        ]
        indexes = [
            models.Index(fields=["license_expires"], condition=Q(merged_into__isnull=True), name="member_by_expiry"),
            models.Index(fields=["name_folded", "id"], name="member_by_name"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="member_words"),
        ]
        ordering = ["name_folded", "id"]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:member", args=[self.pk])


class MemberChange(BaseModel):
    """One change of one field of a member: who, when, from and to."""

    class Source(models.TextChoices):
        OWN = "own", "By the member"
        STAFF = "staff", "By staff"
        IMPORT = "import", "Imported"
        MERGE = "merge", "Merged"
        UNMERGE = "unmerge", "Merge taken back"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="member_history")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"


class MemberDuplicate(BaseModel):
    """Two members that may be one person, with the first reason that was found. `first` has the smaller id."""

    class Reason(models.TextChoices):
        KEY = "key", "Same member key"
        LICENSE = "license", "Same licence number and state"
        NAME = "name", "Similar name and company"

    first = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    likeness = models.DecimalField(max_digits=3, decimal_places=2, default=1)  # 1 is the same
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_row_per_pair_of_members"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_of_members_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["-likeness", "id"], condition=Q(dismissed_at__isnull=True), name="duplicates_to_decide"
            )
        ]
        ordering = ["-likeness", "id"]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}: {self.get_reason_display()}"


class MemberMerge(BaseModel):
    """Two members that were made one: `dropped` became a part of `kept`. The values that this changed can be restored."""

    kept = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="merges")
    dropped = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)  # of `kept`: the fields that it changed
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)
    moved_person = models.BooleanField(default=False)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(undone_at__isnull=True), name="a_member_is_merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="no_merge_with_itself"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.dropped} into {self.kept}"


class MemberImport(BaseModel):
    """A CSV file of members. It is checked first; then its rows without errors are saved, if an admin wants that."""

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        SAVING = "saving", "Being imported"
        DONE = "done", "Imported"

    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = LineField(max_length=100)
    file = models.FileField(upload_to=import_name, storage=private_files, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    allows_incomplete = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # rows that have been checked or, while it is saving, saved
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)  # rows with an error
    errors: models.JSONField[Any, Any] = models.JSONField(default=list)  # [row, field, why]
    ignored = ArrayField(models.CharField(max_length=80), default=list, blank=True)  # columns with other names
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """Returns how much of the file is checked or saved, from 0 to 100."""
        return self.done * 100 // self.rows if self.rows else 0
