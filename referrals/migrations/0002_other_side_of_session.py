"""Adds what the other side of the session that counted can have in common with the two."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='referral',
            name='reason',
            field=models.CharField(blank=True, choices=[('same_person', 'Both are the same person'), ('circle', 'The one has invited the other already'), ('household', 'Both have the same address for invoices'), ('card', 'Both have paid with the same card'), ('session_card', 'Both sides of the session have paid with the same card'), ('expired', 'No session in time'), ('refunded', 'The session was refunded'), ('staff', 'Refused by staff')], max_length=12),
        ),
        migrations.AlterField(
            model_name='referral',
            name='suspicion',
            field=models.CharField(blank=True, choices=[('network', 'Both have signed in from the same network'), ('other_card', 'Who invited and the other side of the session have paid with the same card'), ('other_network', 'The other side of the session has signed in from the network of one of the two')], max_length=16),
        ),
    ]
