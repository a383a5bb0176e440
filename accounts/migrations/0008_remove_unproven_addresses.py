from django.db import migrations


def remove_unproven(apps, schema_editor):
    """Addresses wait for their proof in rows of our own now; people who had not confirmed theirs ask once more."""
    apps.get_model("account", "EmailAddress").objects.filter(verified=False).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_sign_ups_and_address_changes'),
        ('account', '0009_emailaddress_unique_primary_email'),
    ]

    operations = [migrations.RunPython(remove_unproven, migrations.RunPython.noop)]
