"""Files and links delivered for a session."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.agreement import Booking
from core.fields import LineField
from core.models import BaseModel
from core.storage import private_files
from core.uploads import stored_name


def deliverable_name(deliverable: Deliverable, name: str) -> str:
    return stored_name("deliverables", name)


class Deliverable(BaseModel):
    """A file or link delivered for a session. A newer version can replace it; both rows stay."""

    class Kind(models.TextChoices):
        FILE = "file", "File"
        LINK = "link", "Link"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="deliverables")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = LineField(max_length=120)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=deliverable_name, storage=private_files, blank=True)
    name = LineField(max_length=120, blank=True)  # of the file, as the sender named it
    size = models.PositiveBigIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", url="") & ~Q(file="") & ~Q(name="")
                | Q(kind="link", file="", name="") & ~Q(url=""),
                name="a_file_or_a_link",
            )
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title
