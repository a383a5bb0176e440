"""What counts as a link to a page."""

from __future__ import annotations

from django.core.validators import URLValidator

LONGEST = 500
validate_link = URLValidator(schemes=["http", "https"])
