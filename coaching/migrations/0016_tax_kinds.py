"""A session type can have a kind of VAT of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0015_early_booking'),
        ('payments', '0011_invoices'),
    ]

    operations = [
        migrations.AddField(
            model_name='sessiontype',
            name='tax_kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='payments.taxkind', verbose_name='VAT'),
        ),
    ]
