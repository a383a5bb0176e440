"""Labels in plain words; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0006_sessions_at_clients'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sessiontype',
            name='auto_confirm',
            field=models.BooleanField(default=False, verbose_name='confirm automatically'),
        ),
        migrations.AlterField(
            model_name='sessiontype',
            name='category',
            field=models.CharField(choices=[('FREE', 'Free'), ('PATHWAY', 'Pathway'), ('SPECIALIZED', 'Paid session')], default='SPECIALIZED', max_length=12),
        ),
    ]
