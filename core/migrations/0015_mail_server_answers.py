"""Names the answers of mail servers after what they are."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0014_contact_and_audit_seals")]

    operations = [
        migrations.RenameField("maillogentry", "last_words", "last_response"),
        migrations.RenameField("mailevent", "words", "detail"),
        migrations.RenameField("deadaddress", "words", "detail"),
    ]
